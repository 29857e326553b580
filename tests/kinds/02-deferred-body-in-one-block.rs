//! kind: deferred code that goes on in one block to its end, and is left ahead of it.
//! want: `return;` leaves a deferred block that may fail, wherever its end is
use defer_rt::deferrable;
fn check(n: u32) -> Result<u32, u32> { if n > 3 { Err(n) } else { Ok(n) } }
#[deferrable]
fn handed(n: u32) -> Result<u32, u32> {
    defer!(|o| {
        if n == 5 { return; }
        { let mut panic = None; check(n)?; o.recover_with(|caught| { panic = Some(caught); Ok(1) }); drop(panic); }
    });
    Ok(n)
}
#[deferrable]
fn nested(n: u32) -> Result<u32, u32> { defer! { match n { 5 => return, _ => { errdefer! { check(n)?; } } } { check(n)?; } } Ok(n) }
fn main() { assert_eq!([5, 4, 1].map(handed), [Ok(5), Err(4), Ok(1)]); assert_eq!([5, 4, 1].map(nested), [Ok(5), Err(4), Ok(1)]); }
