#![deny(warnings)]

use defer_rt::deferrable;

fn g() {}

#[deferrable(notes)]
fn f() {
    defer!(g());
    defer!(g());
    defer!(g());
    defer!(g());
    defer!(g());
    defer!(g());
    defer!(g());
    defer!(g());
    defer!(g());
}

fn main() {
    f();
}
