#![deny(warnings)]

use defer_rt::deferrable;

fn g() {}

#[deferrable(notes)]
fn f(n: u32) -> Option<u32> {
    defer!(g());
    errdefer!(g());
    defer! {
        if n == 9 {
            return;
        }
        defer!(g());
    }
    if n == 1 {
        return None;
    }
    let n = n.checked_add(1)?;
    let n = dbg!(n.checked_add(1)?);
    if n == 2 {
        return None;
    }
    n.checked_add(1)?.checked_mul(2)
}

fn main() {
    f(1);
}
