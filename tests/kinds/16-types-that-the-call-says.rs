//! kind: an argument that is a variable, of which the deferred call alone says the type, and that is used behind it.
//! want: `let x = None; defer!(show(x));`, `.into()`, `.parse()?`, `.collect()`, `Default::default()`, `Ok(1)`; in branches, loops, methods, async functions
use defer_rt::deferrable;
use std::fmt::Debug;
use std::num::ParseIntError;
use std::sync::Mutex;
static T: Mutex<Vec<String>> = Mutex::new(Vec::new());
fn t(s: impl ToString) { T.lock().unwrap().push(s.to_string()); }
fn trace() -> String { std::mem::take(&mut *T.lock().unwrap()).join(" ") }
fn text(s: String) { t(s); }
fn bytes(v: Vec<u8>) { t(v.len()); }
fn byte(n: u8) { t(n); }
fn maybe(o: Option<String>) { t(o.is_some()); }
fn result(r: Result<u32, String>) { t(format!("{r:?}")); }
fn both<A: Debug>(a: A, b: A) { t(format!("{a:?}{b:?}")); }
struct S(u32);
impl S { fn m(&self, o: Option<String>, n: u8) { t(format!("{o:?}{n}{}", self.0)); } }
#[deferrable]
fn converted(s: &str) { let x = s.into(); defer!(text(x)); t(&x); let y = s.bytes().collect(); defer!(bytes(y)); let z: &[u8] = &y; t(z.len()); }
#[deferrable]
fn parsed(s: &str) -> Result<u8, ParseIntError> { let mut x = s.parse()?; defer!(byte(x)); x += 1; let y = s.parse().unwrap(); defer!(byte(y)); t(y); Ok(x) }
#[deferrable]
fn defaults() { let mut x = Default::default(); defer!(byte(x)); x += 1; t(x); }
#[deferrable]
fn wrapped(on: bool) { let o = None; defer!(maybe(o)); t(o.is_some()); if on { let r = Ok(3); defer!(result(r)); t(r.is_ok()); for _ in 0..2 { let r = Err("x".into()); defer!(result(r)); t(r.is_ok()); } } }
#[deferrable]
fn method(s: &S, on: bool) { let n = 2; let x = None; defer!(s.m(x, n)); t(x.is_some()); if on { let y = None; let z = Some("q"); defer!(both(y, z)); t(y == z); } }
#[deferrable]
async fn later(s: &str) { let x = s.into(); defer!(text(x)); std::future::ready(()).await; t(&x); }
#[deferrable]
fn called(cb: impl FnOnce(Option<String>), other: impl FnOnce(Box<dyn Fn(u8) -> u8>), s: &str) {
    fn inner(f: Box<dyn Fn(u8) -> u8>, n: u8) { t(f(n)); }
    defer!(other(Box::new(|n| n + 1)));
    if s.len() > 1 { let (x, n) = (None, s.parse().unwrap()); defer!(cb(x)); defer!(inner(Box::new(|n| n + 2), n)); }
    let n = s.parse().unwrap(); defer!(inner(Box::new(|n| n + 3), n)); t(n);
}
fn main() {
    converted("ab");
    assert_eq!(trace(), "ab 2 2 ab");
    assert_eq!((parsed("3"), parsed("x").is_err(), trace()), (Ok(4), true, "3 3 3".into()));
    defaults();
    assert_eq!(trace(), "1 0");
    wrapped(true);
    assert_eq!(trace(), r#"false true false false Err("x") Err("x") Ok(3) false"#);
    method(&S(7), true);
    assert_eq!(trace(), r#"false false NoneSome("q") None27"#);
    assert!(std::pin::pin!(later("l")).as_mut().poll(&mut std::task::Context::from_waker(std::task::Waker::noop())).is_ready());
    assert_eq!(trace(), "l l");
    called(|x| t(x.is_none()), |f| t(f(6)), "10");
    assert_eq!(trace(), "10 13 12 true 7");
}
