//! kind: K24 arguments that are variables: `self`, by value, by reference, boxed, in a future.
//! want: it stays usable until the exit, where it is handed over; it is taken and returned as any variable
use defer_rt::deferrable;
use std::cell::RefCell;
thread_local!(static LOG: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) });
fn t(s: impl ToString) { LOG.with_borrow_mut(|l| l.push(s.to_string())); }
fn trace() -> String { LOG.with_borrow_mut(std::mem::take).join(" ") }
#[derive(Debug)] struct S(u32);
fn g(s: &mut S) { t(format!("g{}", s.0)); }
fn look(s: &S) { t(format!("look{}", s.0)); }
fn save(s: S) { t(format!("save{}", s.0)); }
impl S {
    fn f(&mut self) { self.0 += 1; }
    #[deferrable] fn c(&mut self) { defer!(g(self)); self.f(); }
    #[deferrable] fn b(mut self) { defer!(save(self)); self.f(); }
    #[deferrable] fn l(&self) { defer!(look(self)); t(self.0); }
    #[deferrable] fn many(&mut self) { for _ in 0..2 { defer!(look(self)); self.f(); } }
    #[deferrable] fn moved(mut self) { if self.0 > 0 { defer!(save(self)); self.f(); t("in"); } }
    #[deferrable] fn taken(mut self) -> S { defer!(save(self)); self.f(); take!(self) }
    #[deferrable] fn block(mut self) -> u32 { defer! { save(self); } self.f(); self.0 }
    #[deferrable] fn method(mut self) -> u32 { defer!(self.done(1)); self.f(); self.0 }
    #[deferrable] fn err(mut self, ok: bool) -> Result<S, ()> { errdefer!(save(self)); self.f(); if !ok { return Err(()) } Ok(self) }
    fn done(self, n: u32) { t(format!("done{}{n}", self.0)); }
    #[deferrable] async fn wait(mut self) { defer!(save(self)); self.f(); std::future::ready(()).await; self.f(); }
}
fn now<R>(f: impl Future<Output = R>) -> R { match std::pin::pin!(f).poll(&mut std::task::Context::from_waker(std::task::Waker::noop())) { std::task::Poll::Ready(r) => r, std::task::Poll::Pending => panic!("pending") } }
fn main() {
    let mut s = S(1);
    s.c(); assert_eq!(trace(), "g2");
    s.b(); assert_eq!(trace(), "save3");
    S(1).l(); assert_eq!(trace(), "1 look1");
    S(1).many(); assert_eq!(trace(), "look3 look3");
    S(1).moved(); assert_eq!(trace(), "in save2");
    assert_eq!(S(1).taken().0, 2); assert_eq!(trace(), "");
    assert_eq!(S(1).block(), 2); assert_eq!(trace(), "save2");
    assert_eq!(S(1).method(), 2); assert_eq!(trace(), "done21");
    assert_eq!(S(1).err(true).unwrap().0, 2); assert_eq!(trace(), "");
    S(1).err(false).unwrap_err(); assert_eq!(trace(), "save2");
    now(S(1).wait()); assert_eq!(trace(), "save3");
    Box::new(S(1)).by(); assert_eq!(trace(), "save2");
    assert_eq!((S(1).parts(2), trace()), (7, "7".into()));
    assert_eq!((S(1).parts(3), trace()), (8, "look8 8".into()));
    S(1).closure(); assert_eq!(trace(), "b 1");
}
trait Boxed { fn by(self: Box<Self>); }
impl Boxed for S {
    #[deferrable] fn by(mut self: Box<Self>) { defer! { save(*self); } self.f(); }
}
impl S {
    #[deferrable] fn parts(mut self, n: u32) -> u32 { defer! { t(self.0); } self = S(7); if n > 2 { defer!(look(&self)); self.0 += 1; } self.0 }
    #[deferrable] fn closure(mut self) { defer!((move || t(self.0))()); t("b"); self = S(2); let _ = self; }
}
