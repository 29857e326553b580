#[allow(unused_imports)]
use defer_rt::deferrable;

fn f() {
    defer!(drop(1));
}

fn main() {}
