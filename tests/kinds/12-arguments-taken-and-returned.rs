//! kind: arguments that are variables, of those that are taken or returned on success; values that are made of them.
//! want: `errdefer!(undo(id)); Some(id)` for unsized borrows, copies and values; the same field twice; functions of copies in what is returned; bodies that attributes wrapped
use defer_rt::deferrable;
use std::pin::Pin;
use std::sync::Mutex;
use std::task::{Context, Poll, Waker};
static T: Mutex<Vec<String>> = Mutex::new(Vec::new());
fn t(s: impl ToString) { T.lock().unwrap().push(s.to_string()); }
fn trace() -> String { std::mem::take(&mut *T.lock().unwrap()).join(" ") }
struct C(u8);
impl C { fn abort(&self) { t(format!("abort {}", self.0)); } }
impl Drop for C { fn drop(&mut self) { t(format!("drop {}", self.0)); } }
fn undo(id: &str) { t(id); }
fn discard(c: C) { t(format!("discard {}", c.0)); }
fn double(n: u32) -> u32 { n * 2 }
struct Named { name: String, c: C }

#[deferrable]
fn borrowed(id: &str, fails: bool) -> Option<&str> { errdefer!(undo(id)); if fails { return None; } Some(id) }
#[deferrable]
fn copied(n: u32, fails: bool) -> Option<u32> { errdefer!(t(n)); if fails { return None; } Some(n) }
#[deferrable]
fn computed(n: u32, fails: bool) -> Result<Box<u32>, u32> { errdefer! { t(n); } if fails { return Err(double(n)); } Ok(Box::new(double(n))) }
#[deferrable]
fn whole(fails: bool) -> Option<C> { let c = C(1); errdefer!(discard(c)); if fails { return None; } Some(c) }
#[deferrable]
fn taken(take: bool) -> Option<C> { let c = C(2); defer!(discard(c)); if take { return Some(take!(c)); } None }
#[deferrable]
fn twice(early: bool, name: String) -> Option<Named> { let c = C(3); errdefer! { t(&name); c.abort(); } if early { return Some(Named { name, c }); } Some(Named { name, c }) }
#[deferrable]
fn wrapped() -> Pin<Box<dyn Future<Output = Option<C>>>> { Box::pin(async move { let __ret: Option<C> = { let c = C(4); errdefer!(c.abort()); Some(c) }; __ret }) }
fn main() {
    assert_eq!((borrowed("a", false), borrowed("b", true), trace()), (Some("a"), None, "b".into()));
    assert_eq!((copied(1, false), copied(2, true), trace()), (Some(1), None, "2".into()));
    assert_eq!((computed(1, false), computed(3, true), trace()), (Ok(Box::new(2)), Err(6), "3".into()));
    assert!(whole(false).is_some()); t("|"); whole(true);
    assert_eq!(trace(), "drop 1 | discard 1 drop 1");
    assert!(taken(true).is_some()); t("|"); taken(false);
    assert_eq!(trace(), "drop 2 | discard 2 drop 2");
    for early in [true, false] { let it = twice(early, "n".into()).unwrap(); assert_eq!((&it.name[..], it.c.0), ("n", 3)); }
    assert_eq!(trace(), "drop 3 drop 3");
    let Poll::Ready(c) = wrapped().as_mut().poll(&mut Context::from_waker(Waker::noop())) else { panic!() };
    let n = c.unwrap().0;
    assert_eq!((n, trace()), (4, "drop 4".into()));
}
