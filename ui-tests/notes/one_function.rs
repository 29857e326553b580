#![deny(warnings)]

use defer_rt::deferrable;

fn g(_: u32) {}

#[deferrable(notes)]
fn open_coded(n: u32) -> Option<u32> {
    defer!(g(n + 1));
    if n > 1 {
        let m = Some(n)?;
        defer! { g(m); }
    }
    Some(n)
}

fn main() {
    open_coded(1);
}
