//! kind: K23 frames: turns and blocks of async functions, for every way out and for a future that is dropped.
//! want: their deferred code may wait; what is dropped runs its turn's defers, then its function's
use defer_rt::deferrable;
use std::future::{Future, pending, ready};
use std::pin::{Pin, pin};
use std::sync::Mutex;
use std::task::{Context, Poll, Waker};
static T: Mutex<Vec<String>> = Mutex::new(Vec::new());
fn t(s: impl ToString) { T.lock().unwrap().push(s.to_string()); }
fn trace() -> String { std::mem::take(&mut *T.lock().unwrap()).join(" ") }
fn now<R>(f: impl Future<Output = R>) -> R { match pin!(f).poll(&mut Context::from_waker(Waker::noop())) { Poll::Ready(r) => r, Poll::Pending => panic!("pending") } }
fn dropped<R>(f: impl Future<Output = R>) { assert!(pin!(f).poll(&mut Context::from_waker(Waker::noop())).is_pending()); }
/// Pending once.
struct Yield(bool);
impl Future for Yield { type Output = (); fn poll(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<()> { if std::mem::replace(&mut self.0, true) { Poll::Ready(()) } else { Poll::Pending } } }
fn twice<R>(f: impl Future<Output = R>) -> R { let mut f = pin!(f); let mut cx = Context::from_waker(Waker::noop()); loop { if let Poll::Ready(r) = f.as_mut().poll(&mut cx) { return r } } }
async fn get(n: u32) -> Result<u32, String> { Yield(false).await; if n > 8 { Err(format!("no {n}")) } else { Ok(n) } }

#[deferrable]
async fn ways(rows: &[&[u32]]) -> Result<u32, String> {
    defer!(t("fn"));
    let mut sum = 0;
    #[deferrable]
    'rows: for row in rows {
        defer! { ready(()).await; t(format!("row{}", row.len())); }
        errdefer!(t("failed"));
        for n in *row {
            let got = #[deferrable] { defer!(t(n)); get(*n).await? };
            match got { 0 => continue, 1 => continue 'rows, 2 => break, 3 => break 'rows, 4 => return Ok(sum), n => sum += n }
        }
        Yield(false).await;
        t("end");
    }
    t("after");
    Ok(sum)
}

#[deferrable]
async fn waits() {
    defer!(t("fn"));
    #[deferrable]
    for i in 0..3 {
        defer!(t(i));
        errdefer!(t("dropped"));
        defer! { t("not run if dropped"); ready(()).await; }
        if i == 1 { pending::<()>().await; }
        t("turn");
    }
}

#[deferrable]
async fn in_a_block_of_its_own(n: u32) -> u32 {
    let work = async {
        #[deferrable]
        { defer!(t("block")); if n == 1 { return 10; } Yield(false).await; }
        20
    };
    let found = work.await;
    let add = async |k: u32| { #[deferrable] while k > 0 { defer!(t(k)); if ready(k).await == 2 { return 100; } break; } k };
    found + add(n).await
}

#[deferrable]
async fn handed_and_waiting(n: u32) -> Result<u32, String> {
    #[deferrable]
    for i in 0..3 {
        defer!(|outcome| {
            Yield(false).await;
            t(format!("{i}{:?}", outcome.result()));
            if let Some(Ok(found)) = outcome.result_mut() { *found += 7; }
        });
        defer!(|outcome| { outcome.recover_with(|panic| Err(panic.to_string())); get(n).await?; });
        if n == 1 { return Ok(i); }
        if n == 2 { panic!("two") }
        #[deferrable]
        { defer!(|outcome| { ready(()).await; panic!("{:?}", outcome.result()) }); if n == 3 { return Ok(3); } Yield(false).await; }
    }
    Ok(10)
}

fn main() {
    let handed: Vec<_> = [1, 2, 3, 4, 9].map(|n| (twice(handed_and_waiting(n)), trace())).into();
    assert_eq!(format!("{handed:?}"), r#"[(Ok(7), "0Some(Ok(0))"), (Err("two"), "0Some(Err(\"two\"))"), (Err("Some(Ok(3))"), "0Some(Err(\"Some(Ok(3))\"))"), (Err("None"), "0Some(Err(\"None\"))"), (Err("None"), "0Some(Err(\"None\"))")]"#);
    assert_eq!((twice(ways(&[&[5, 0, 6, 2, 7], &[1, 7], &[8]])), trace()), (Ok(19), "5 0 6 2 end row5 1 row2 8 end row1 after fn".into()));
    assert_eq!((twice(ways(&[&[5, 3], &[6]])), trace()), (Ok(5), "5 3 row2 after fn".into()));
    assert_eq!((twice(ways(&[&[5], &[4, 6]])), trace()), (Ok(5), "5 end row1 4 row2 fn".into()));
    assert_eq!((twice(ways(&[&[9]])), trace()), (Err("no 9".into()), "9 failed row1 fn".into()));
    dropped(waits());
    assert_eq!(trace(), "turn not run if dropped 0 dropped 1 fn");
    dropped(ways(&[&[5]]));
    assert_eq!(trace(), "5 failed fn");
    assert_eq!((twice(in_a_block_of_its_own(1)), trace()), (11, "block 1".into()));
    assert_eq!((twice(in_a_block_of_its_own(2)), trace()), (120, "block 2".into()));
    assert_eq!((now(async { 1 }), trace()), (1, String::new()));
}
