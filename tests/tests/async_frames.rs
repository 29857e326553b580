//! Async frames: every way out, each form, each mechanism, each row's trace.

#![allow(
    clippy::all,
    clippy::pedantic,
    unreachable_pub,
    reason = "the programs are odd on purpose"
)]

use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::{Pin, pin};
use std::sync::Mutex;
use std::task::{Context, Poll, Waker};

use defer_rt::deferrable;

type Log = Mutex<Vec<String>>;

fn add(log: &Log, text: impl std::fmt::Display) {
    log.lock().expect("no panic while it is held").push(text.to_string());
}

fn said(log: &Log) -> String {
    std::mem::take(&mut *log.lock().expect("no panic while it is held")).join(" ")
}

/// Waits once.
#[derive(Default)]
struct Once(bool);

impl Future for Once {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        cx.waker().wake_by_ref();
        if std::mem::replace(&mut self.0, true) { Poll::Ready(()) } else { Poll::Pending }
    }
}

async fn slow(log: &Log, text: impl std::fmt::Display) {
    add(log, format!("<{text}"));
    Once::default().await;
    add(log, format!("{text}>"));
}

/// Polls a future a number of times, then drops it.
fn polled<F: Future>(future: F, times: usize) -> Option<F::Output> {
    let mut future = pin!(future);
    for _ in 0..times {
        if let Poll::Ready(output) = future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            return Some(output);
        }
    }
    None
}

fn assert_send<T: Send>(value: T) -> T {
    value
}

macro_rules! thrice {
    ($name:ident; $($function:tt)*) => {
        mod $name {
            use super::*;
            pub(super) mod classified { use super::*; #[deferrable] $($function)* }
            pub(super) mod stack { use super::*; #[deferrable(force = "stack")] $($function)* }
            pub(super) mod heap { use super::*; #[deferrable(force = "heap")] $($function)* }
        }
    };
}

/// Runs the same check on the three.
macro_rules! each {
    ($name:ident, $f:ident => $check:block) => {{
        {
            use $name::classified::f as $f;
            $check
        }
        {
            use $name::stack::f as $f;
            $check
        }
        {
            use $name::heap::f as $f;
            $check
        }
    }};
}

thrice! { ways; pub async fn f(how: u32, log: &Log) -> Result<u32, String> {
    let mut n = 1;
    defer! { add(log, format!("block {n}")); }
    defer!(add(log, n));
    errdefer! { add(log, "undo"); }
    Once::default().await;
    n += 1;
    if how > 0 {
        let text = String::from("inner");
        defer! { add(log, format!("{text} {n}")); }
        n += 1;
        Once::default().await;
    }
    for i in 0..2 {
        defer!(add(log, format!("loop {i}")));
        Once::default().await;
    }
    match how {
        2 => return Ok(2),
        3 => Err("three")?,
        4 => panic!("four"),
        _ => n += 1,
    }
    Ok(n)
} }

#[test]
fn every_way_out() {
    each!(ways, f => {
        let log = Log::default();
        assert_eq!(polled(f(0, &log), 9), Some(Ok(3)));
        assert_eq!(said(&log), "loop 1 loop 0 1 block 3");
        assert_eq!(polled(f(1, &log), 9), Some(Ok(4)));
        assert_eq!(said(&log), "loop 1 loop 0 inner 4 1 block 4");
        assert_eq!(polled(f(2, &log), 9), Some(Ok(2)));
        assert_eq!(said(&log), "loop 1 loop 0 inner 3 1 block 3");
        assert_eq!(polled(f(3, &log), 9), Some(Err("three".into())));
        assert_eq!(said(&log), "loop 1 loop 0 inner 3 undo 1 block 3");
        assert!(catch_unwind(AssertUnwindSafe(|| polled(f(4, &log), 9))).is_err());
        assert_eq!(said(&log), "loop 1 loop 0 inner 3 undo 1 block 3");
    });
}

#[test]
fn on_tokio_too() {
    use tokio::runtime::Builder;
    let current = Builder::new_current_thread().enable_time().build().expect("a runtime");
    let threads = Builder::new_multi_thread().worker_threads(2).enable_time().build();
    for runtime in [current, threads.expect("a runtime")] {
        each!(ways, f => {
            let log = Log::default();
            assert_eq!(runtime.block_on(f(1, &log)), Ok(4));
            assert_eq!(said(&log), "loop 1 loop 0 inner 4 1 block 4");
            assert_eq!(runtime.block_on(f(3, &log)), Err("three".into()));
            assert_eq!(said(&log), "loop 1 loop 0 inner 3 undo 1 block 3");
        });
        each!(waiting, f => {
            let log = std::sync::Arc::new(Log::default());
            let shared = log.clone();
            let task = runtime.spawn(async move { f(3, &shared).await });
            assert_eq!(runtime.block_on(task).expect("no panic"), Err("three".into()));
            assert!(said(&log).ends_with("<block block> 2 <1 1> first"));
            // Aborted, timed out: the future is dropped, and what need not wait runs.
            let shared = log.clone();
            let task = runtime.spawn(async move {
                defer_and_sleep(&shared).await;
            });
            runtime.block_on(async {
                while log.lock().expect("no panic").is_empty() {
                    tokio::task::yield_now().await;
                }
                task.abort();
                assert!(task.await.expect_err("aborted").is_cancelled());
                let timeout = std::time::Duration::from_millis(1);
                tokio::time::timeout(timeout, defer_and_sleep(&log)).await.expect_err("an hour");
            });
            assert_eq!(said(&log), "asleep awake asleep awake");
        });
    }
}

#[deferrable]
async fn defer_and_sleep(log: &Log) {
    defer!(add(log, "awake"));
    defer!(slow(log, "not run").await);
    add(log, "asleep");
    tokio::time::sleep(std::time::Duration::from_secs(3600)).await;
}

#[test]
fn dropped_at_each_await_point() {
    each!(ways, f => {
        let log = Log::default();
        for (polls, trace) in [
            (0, ""),
            (1, "undo 1 block 1"),
            (2, "inner 3 undo 1 block 3"),
            (3, "loop 0 inner 3 undo 1 block 3"),
            (4, "loop 1 loop 0 inner 3 undo 1 block 3"),
        ] {
            assert_eq!(polled(f(1, &log), polls), None);
            assert_eq!(said(&log), trace, "after {polls} polls");
        }
    });
}

thrice! { waiting; pub async fn f(how: u32, log: &Log) -> Result<u32, String> {
    let mut n = 1;
    defer! { add(log, "first"); }
    defer!(slow(log, n).await);
    defer! {
        slow(log, "block").await;
        if how == 9 { return; }
        add(log, n);
    }
    if how > 0 {
        let inner = String::from("inner");
        errdefer! { slow(log, inner).await; }
        defer! { add(log, "sync"); }
    }
    for i in 0..2 {
        defer!(slow(log, i).await);
        defer!(add(log, format!("s{i}")));
    }
    n += 1;
    defer!(|outcome| {
        if how == 3 { slow(log, "recover").await; }
        outcome.recover_with(|panic| Err(panic.to_string()));
    });
    match how {
        2 => Err("two".into()),
        3 => panic!("three"),
        _ => Ok(n),
    }
} }

#[test]
fn exit_code_can_wait() {
    each!(waiting, f => {
        let log = Log::default();
        assert_eq!(polled(f(0, &log), 9), Some(Ok(2)));
        assert_eq!(said(&log), "s1 <1 1> s0 <0 0> <block block> 2 <1 1> first");
        assert_eq!(polled(f(9, &log), 9), Some(Ok(2)));
        assert_eq!(said(&log), "s1 <1 1> s0 <0 0> sync <block block> <1 1> first");
        assert_eq!(polled(f(2, &log), 9), Some(Err("two".into())));
        assert_eq!(said(&log), "s1 <1 1> s0 <0 0> sync <inner inner> <block block> 2 <1 1> first");
        assert_eq!(polled(f(3, &log), 9), Some(Err("three".into())));
        assert_eq!(
            said(&log),
            "<recover recover> s1 <1 1> s0 <0 0> sync <inner inner> <block block> 2 <1 1> first"
        );
    });
}

#[test]
fn dropped_inside_exit_code_the_rest_that_need_not_wait_runs() {
    each!(waiting, f => {
        let log = Log::default();
        for (polls, trace) in [
            (1, "s1 <1 s0 sync first"),
            (2, "s1 <1 1> s0 <0 sync first"),
            (3, "s1 <1 1> s0 <0 0> sync <inner first"),
            (4, "s1 <1 1> s0 <0 0> sync <inner inner> <block first"),
            (5, "s1 <1 1> s0 <0 0> sync <inner inner> <block block> 2 <1 first"),
        ] {
            assert_eq!(polled(f(2, &log), polls), None);
            assert_eq!(said(&log), trace, "after {polls} polls");
        }
    });
}

thrice! { joining; pub async fn f(fails: u32, log: &Log) -> Result<u32, String> {
    defer!(close(1, fails, log).await?);
    defer! {
        close(2, fails, log).await?;
        if fails == 0 { return; }
        close(3, fails, log).await?;
    }
    defer!(|outcome| {
        close(4, fails, log).await?;
        add(log, outcome.result().is_some());
    });
    defer!(close_now(5, fails)?);
    Ok(fails)
} }

fn close_now(n: u32, fails: u32) -> Result<(), String> {
    if n == fails { Err(format!("closing {n}")) } else { Ok(()) }
}

async fn close(n: u32, fails: u32, log: &Log) -> Result<(), String> {
    Once::default().await;
    add(log, n);
    close_now(n, fails)
}

#[test]
fn failures_of_waiting_exit_code_join() {
    each!(joining, f => {
        let log = Log::default();
        assert_eq!(polled(f(0, &log), 9), Some(Ok(0)));
        assert_eq!(said(&log), "4 true 2 1");
        for n in 1..6 {
            assert_eq!(polled(f(n, &log), 9), Some(Err(format!("closing {n}"))));
        }
    });
}

trait Shape {}
impl Shape for u8 {}
impl Shape for u16 {}

struct Server {
    names: Vec<String>,
    served: u32,
}

impl Server {
    #[deferrable]
    async fn name<'a>(&'a mut self, log: &Log) -> &'a mut String {
        defer! { self.served += 1; add(log, self.served); }
        Once::default().await;
        &mut self.names[0]
    }

    #[deferrable]
    async fn consume(self, log: &Log) -> impl Iterator<Item = String> {
        defer! { add(log, self.served); }
        if self.served > 0 {
            defer!(slow(log, "served").await);
        }
        self.names.into_iter()
    }

    #[deferrable]
    async fn boxed(&self, wide: bool) -> Result<Box<dyn Shape>, Box<dyn std::error::Error>> {
        defer! { assert_ne!(self.served, 9); }
        if wide {
            return Ok(Box::new(1u16));
        }
        "1".parse::<u32>()?;
        Ok(Box::new(1u8))
    }
}

#[test]
fn methods_and_results_of_every_kind() {
    let log = Log::default();
    let mut server = Server { names: vec!["a".into()], served: 0 };
    polled(server.name(&log), 9).expect("done").push('b');
    assert!(polled(server.boxed(true), 9).expect("done").is_ok());
    assert_eq!(polled(server.consume(&log), 9).expect("done").collect::<String>(), "ab");
    assert_eq!(said(&log), "1 <served served> 1");
}

#[deferrable]
fn blocks_and_closures(log: &Log) -> u32 {
    defer!(add(log, "function"));
    let mut n = 0;
    let block = async {
        defer! { n += 10; add(log, "block"); }
        Once::default().await;
        n += 1;
        7
    };
    let seven = polled(block, 9);
    let owned = String::from("owned");
    let moved = async move {
        defer!(slow(log, &owned).await);
        owned.len()
    };
    assert_eq!(polled(moved, 1), None);
    let closure = async |m: u32| -> Result<u32, String> {
        errdefer!(add(log, "closure failed"));
        Once::default().await;
        if m == 0 {
            Err("zero")?
        }
        Ok(m)
    };
    let results = [polled(closure(0), 9), polled(closure(3), 9)];
    assert_eq!(results, [Some(Err("zero".into())), Some(Ok(3))]);
    n + seven.unwrap_or(100)
}

#[test]
fn async_blocks_and_closures_are_frames() {
    let log = Log::default();
    assert_eq!(blocks_and_closures(&log), 18);
    assert_eq!(said(&log), "block <owned closure failed function");
}

fn said_of(_: u8) {}

async fn no_levels() {
    Once::default().await;
}

#[deferrable]
async fn one_level() {
    defer!(said_of(1));
    Once::default().await;
}

#[deferrable]
async fn three_levels() {
    defer!(said_of(1));
    Once::default().await;
    defer!(said_of(2));
    Once::default().await;
    defer!(said_of(3));
    Once::default().await;
}

#[test]
fn a_level_of_a_future_is_a_few_words() {
    let [none, one, three] =
        [size_of_val(&no_levels()), size_of_val(&one_level()), size_of_val(&three_levels())]
            .map(|bytes| bytes.div_ceil(size_of::<usize>()));
    assert!(one - none <= 8, "the first level has {} words more", one - none);
    assert!(three - one <= 2 * 5, "two levels have {} words more", three - one);
}

#[test]
fn futures_are_send_and_little_bigger_than_by_hand() {
    async fn by_hand(log: &Log, big: [u8; 512]) -> usize {
        let n = big.len();
        Once::default().await;
        let result = n + usize::from(big[0]);
        add(log, "end");
        result
    }
    #[deferrable]
    async fn deferred(log: &Log, big: [u8; 512]) -> usize {
        defer!(add(log, "end"));
        let n = big.len();
        Once::default().await;
        n + usize::from(big[0])
    }
    let log = Log::default();
    let future = assert_send(deferred(&log, [1; 512]));
    let more = size_of_val(&future).saturating_sub(size_of_val(&by_hand(&log, [1; 512])));
    assert!(more <= 15 * size_of::<usize>(), "{more} bytes more");
    assert_eq!(polled(future, 9), Some(513));
    drop(assert_send(waiting::classified::f(1, &log)));
    drop(assert_send(ways::heap::f(1, &log)));
}

#[deferrable]
async fn not_send_at_the_end(log: &Log) -> std::rc::Rc<u32> {
    defer!(add(log, "end"));
    Once::default().await;
    std::rc::Rc::new(1)
}

#[test]
fn a_result_that_is_not_send_is_no_hindrance() {
    let log = Log::default();
    assert_eq!(*polled(assert_send(not_send_at_the_end(&log)), 9).expect("done"), 1);
}

thrice! { panicking; pub async fn f(log: &Log) {
    defer!(add(log, "first"));
    defer! { slow(log, "waits").await; panic!("in the exit code"); }
    for i in 0..2 {
        defer! { add(log, i); panic!("in {i}"); }
    }
    Once::default().await;
} }

#[test]
fn panics_in_exit_code() {
    each!(panicking, f => {
        let log = Log::default();
        let panic = catch_unwind(AssertUnwindSafe(|| polled(f(&log), 9))).expect_err("a panic");
        assert_eq!(panic.downcast_ref::<&str>(), Some(&"in the exit code"));
        assert_eq!(said(&log), "1 0 <waits waits> first");
        let panic = catch_unwind(AssertUnwindSafe(|| polled(f(&log), 1))).expect_err("a panic");
        assert_eq!(panic.downcast_ref::<String>().map(String::as_str), Some("in 0"));
        assert_eq!(said(&log), "1 0 first", "dropped while it waits");
    });
}

#[deferrable]
async fn outer(log: &Log) {
    defer!(add(log, "outer"));
    inner(log).await;
}

#[deferrable]
async fn inner(log: &Log) {
    defer!(add(log, "inner"));
    let block = async {
        defer!(add(log, "block"));
        std::future::pending::<()>().await;
    };
    block.await;
}

thrice! { nested; pub async fn f(log: &Log) {
    defer! {
        defer!(slow(log, "inner").await);
        add(log, "block");
    }
    defer!(|_outcome| {
        for n in 0..2 {
            defer! { slow(log, n).await; }
        }
    });
    add(log, "rest");
} }

#[test]
fn a_deferred_block_waits_if_only_what_it_defers_does() {
    each!(nested, f => {
        let log = Log::default();
        assert!(polled(f(&log), 9).is_some());
        assert_eq!(said(&log), "rest <1 1> <0 0> block <inner inner>");
        assert!(polled(f(&log), 1).is_none());
        assert_eq!(said(&log), "rest <1");
    });
}

#[test]
fn nested_futures_are_dropped_inside_out() {
    let log = Log::default();
    polled(outer(&log), 3);
    assert_eq!(said(&log), "block inner outer");
}
