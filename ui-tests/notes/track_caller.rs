#![deny(warnings)]

use defer_rt::deferrable;

fn g() {}

#[deferrable(track_caller, notes)]
#[track_caller]
fn tracked() {
    defer!(g());
}

#[deferrable(track_caller, notes)]
#[track_caller]
fn without_a_defer() {}

fn main() {
    tracked();
    without_a_defer();
}
