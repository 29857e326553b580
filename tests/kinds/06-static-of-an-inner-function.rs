//! kind: K06 statics of inner items: an inner item with a `static` is never duplicated for the exit.
//! want: the body and the exit count with one static: 0, then 1 (generic function, function with a lifetime, constant)
//! or error: 14: outermost block
//! or error: 30: outermost block
use defer_rt::deferrable;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::sync::Mutex;
static T: Mutex<Vec<String>> = Mutex::new(Vec::new());
fn t(s: impl ToString) { T.lock().unwrap().push(s.to_string()); }
fn trace() -> String { std::mem::take(&mut *T.lock().unwrap()).join(" ") }
#[deferrable]
fn generic() {
    if true {
        fn next<T>() -> u32 { static N: AtomicU32 = AtomicU32::new(0); N.fetch_add(1, Relaxed) }
        t(next::<()>());
        defer! { t(next::<()>()); }
    }
}
#[deferrable]
fn lifetime() {
    for i in 0..2 {
        fn next<'a>(_x: &'a str) -> u32 { static N: AtomicU32 = AtomicU32::new(0); N.fetch_add(1, Relaxed) }
        t(next("x"));
        defer! { t(next("y") * 10 + i); }
    }
}
#[deferrable]
fn constant(on: bool) {
    if on {
        const NEXT: fn() -> u32 = { fn next() -> u32 { static N: AtomicU32 = AtomicU32::new(0); N.fetch_add(1, Relaxed) } next };
        t(NEXT());
        defer! { t(NEXT()); }
    }
}
fn main() {
    generic();
    assert_eq!(trace(), "0 1");
    lifetime();
    assert_eq!(trace(), "0 1 21 30");
    constant(true);
    assert_eq!(trace(), "0 1");
}
