#![deny(warnings)]

use defer_rt::deferrable;

fn g() {}

#[deferrable(notes, force = "heap")]
fn heap() {
    defer!(g());
}

#[deferrable(force = "stack", notes)]
fn stack() {
    defer!(g());
    for _ in 0..2 {
        defer!(g());
    }
}

fn main() {
    heap();
    stack();
}
