use defer_rt::{defer, errdefer};

fn f() {
    defer!(g());
    errdefer! { g() }
}

fn g() {}

fn main() {}
