//! kind: K07 a trait of the user's for all types has methods whose names the runtime might use.
//! want: they are theirs; no warning
#![deny(warnings)]
use defer_rt::prelude::*;
trait Ext { fn how(&self) -> u32 { 1 } fn through(self) -> u32 where Self: Sized { 2 } }
impl<T> Ext for T {}
fn log(_: u32) {}
#[deferrable]
fn f(v: &[u32]) -> u32 {
    let mut sum = 0;
    for x in v { let mut y = *x; defer!(log(y)); y += 1; defer! { log(y); } sum += y.how() + y.through(); let c = y; sum += c; }
    sum
}
fn main() { assert_eq!(f(&[1, 2]), 14 - 3); }
