//! kind: K14 `#[deferrable]` on an `unsafe` block.
//! want: it is a frame of its own, and what it defers is in `unsafe`, too; no warning
#![deny(warnings)]
use defer_rt::prelude::*;
use std::cell::RefCell;
thread_local!(static LOG: RefCell<Vec<u32>> = const { RefCell::new(Vec::new()) });
fn log(n: u32) { LOG.with_borrow_mut(|it| it.push(n)); }
#[deferrable]
fn f(v: &[u32]) -> u32 {
    let mut sum = 0;
    let p = &raw const v[0];
    #[deferrable]
    unsafe { defer!(log(*p)); log(10); sum += *p; }
    #[deferrable]
    let more = unsafe { defer!(log(*p)); if *p == 9 { return 0; } *p };
    #[deferrable]
    let Some(last) = (unsafe { defer!(log(*p)); Some(*p) }) else { return 1 };
    sum + more + last
}
fn main() {
    assert_eq!(f(&[1]), 3);
    assert_eq!(LOG.take(), [10, 1, 1, 1]);
    assert_eq!(f(&[9]), 0);
    assert_eq!(LOG.take(), [10, 9, 9]);
}
