#![deny(warnings)]

use defer_rt::deferrable;

fn g(_: u32) {}

#[deferrable(notes)]
fn f(n: u32) {
    defer!(g(1));
    for i in 0..n {
        while i > n {
            defer!(g(i));
        }
        let j = i;
        defer! { g(j); }
    }
    let closure = || {
        defer!(g(2));
    };
    closure();
}

fn main() {
    f(1);
}
