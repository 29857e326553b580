use defer_rt::deferrable;

#[deferrable]
fn f() {
    defer!(g(); g());
    defer!(g(), g());
    defer!(g(););
}

fn g() {}

fn main() {}
