//! kind: K23 marked loops and blocks in deferred code, with deferred code of their own that waits or fails.
//! want: the deferred code around waits and joins likewise, however deep the `.await` or the `?` is
use defer_rt::deferrable;
use std::cell::RefCell;
thread_local!(static LOG: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) });
fn t(s: impl ToString) { LOG.with_borrow_mut(|l| l.push(s.to_string())); }
fn trace() -> String { LOG.with_borrow_mut(std::mem::take).join(" ") }
async fn wait(n: u32) { t(format!("wait{n}")); }
fn check(n: u32) -> Result<(), u32> { t(format!("check{n}")); if n == 1 { Err(n) } else { Ok(()) } }
#[deferrable]
async fn waits() { defer! { #[deferrable] for i in 0..2 { defer!(wait(i).await); t(i); } } t("body"); }
#[deferrable]
async fn waits_deeper() { defer! { #[deferrable] { defer! { wait(1).await; t("c"); } t("b"); } } t("a"); }
#[deferrable]
fn joins() -> Result<(), u32> { defer! { #[deferrable] for i in 0..3 { defer!(check(i)?); t(i); } } Ok(()) }
#[deferrable]
fn joins_deeper(n: u32) -> Result<(), u32> { defer!(|_| { #[deferrable] { defer! { defer!(check(n)?); t("c"); } t("b"); } }); t("a"); Ok(()) }
#[deferrable]
fn both() -> Result<u8, u32> { #[deferrable] { defer! { #[deferrable] loop { errdefer!(t("failed")); defer!(check(1)?); break; } } } Ok(1) }
fn now<R>(f: impl Future<Output = R>) -> R { match std::pin::pin!(f).poll(&mut std::task::Context::from_waker(std::task::Waker::noop())) { std::task::Poll::Ready(r) => r, std::task::Poll::Pending => panic!("pending") } }
fn main() {
    now(waits());
    assert_eq!(trace(), "body 0 wait0 1 wait1");
    now(waits_deeper());
    assert_eq!(trace(), "a b wait1 c");
    assert_eq!((joins(), trace()), (Err(1), "0 check0 1 check1".into()));
    assert_eq!((joins_deeper(1), joins_deeper(2), trace()), (Err(1), Ok(()), "a b c check1 a b c check2".into()));
    assert_eq!((both(), trace()), (Err(1), "check1 failed".into()));
}
