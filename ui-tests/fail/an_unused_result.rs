#![deny(unused_must_use)]

use defer_rt::deferrable;

fn close(_: u32) -> Result<(), ()> {
    Ok(())
}

#[deferrable]
fn f() {
    defer!(close(1));
    defer! { close(2); }
    defer! { close(3) }
    defer!(|outcome| close(outcome.panic().is_some().into()));
    for i in 0..3 {
        defer!(close(i));
    }
}

fn main() {}
