//! Sites with nothing between them share a level. Whatever panics on the way from one to the next, those
//! that are pending run all the same.

use std::cell::RefCell;
use std::future::{Future, pending};
use std::panic::{AssertUnwindSafe, catch_unwind, panic_any};
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use defer_rt::deferrable;

thread_local!(static LOG: RefCell<Vec<&'static str>> = const { RefCell::new(Vec::new()) });

fn log(text: &'static str) {
    LOG.with_borrow_mut(|log| log.push(text));
}

/// Its drop is logged, and panics.
struct Bomb(&'static str);

impl Drop for Bomb {
    fn drop(&mut self) {
        log(self.0);
        panic_any(self.0);
    }
}

struct Noisy(&'static str);

impl Drop for Noisy {
    fn drop(&mut self) {
        log(self.0);
    }
}

/// What is logged, with the panic that came out.
fn logged(run: impl FnOnce()) -> Vec<&'static str> {
    LOG.take();
    if let Err(panic) = catch_unwind(AssertUnwindSafe(run)) {
        log(panic.downcast_ref::<&str>().copied().unwrap_or("another panic"));
    }
    LOG.take()
}

/// Polls a future once, and drops it.
fn drop_pending<T>(future: impl Future<Output = T>) {
    let mut future = pin!(future);
    let polled = future.as_mut().poll(&mut Context::from_waker(Waker::noop()));
    assert!(matches!(polled, Poll::Pending));
}

macro_rules! not_reached {
    ($name:ident, $(#[$attribute:meta])+) => {
        $(#[$attribute])+
        fn $name(reached: bool) {
            let bomb = Bomb("bomb");
            defer!(log("first"));
            defer!(log("second"));
            if reached {
                defer! { std::mem::forget(bomb); }
            }
        }
    };
}

not_reached!(not_reached, #[deferrable]);
not_reached!(not_reached_stack, #[deferrable(force = "stack")]);
not_reached!(not_reached_heap, #[deferrable(force = "heap")]);

#[test]
fn a_drop_of_what_unreached_exit_code_took_leaves_no_defer_out() {
    for run in [not_reached, not_reached_stack, not_reached_heap] {
        assert_eq!(logged(|| run(true)), ["second", "first"]);
        assert_eq!(logged(|| run(false)), ["bomb", "second", "first", "bomb"]);
    }
}

#[deferrable]
fn recovers_from_the_drop(reached: bool) {
    let bomb = Bomb("bomb");
    defer!(|outcome| {
        outcome.recover_with(|_| log("recovered"));
    });
    if reached {
        defer! { std::mem::forget(bomb); }
    }
}

#[test]
fn a_drop_of_what_unreached_exit_code_took_can_be_recovered() {
    assert_eq!(logged(|| recovers_from_the_drop(false)), ["bomb", "recovered"]);
}

#[deferrable]
async fn result_explodes() -> Bomb {
    defer!(log("outer"));
    defer!(pending::<()>().await);
    Bomb("result")
}

#[deferrable]
async fn rest_explodes() {
    defer!(log("outer"));
    defer!(log("inner"));
    let _bomb = Bomb("local");
    pending::<()>().await;
}

async fn waits_with_a_bomb() {
    let _bomb = Bomb("in exit code");
    pending::<()>().await;
}

#[deferrable]
async fn exit_code_explodes() {
    defer!(log("outer"));
    defer!(waits_with_a_bomb().await);
}

#[test]
fn drops_in_a_future_that_is_dropped_leave_no_defer_out() {
    let after = |log: Vec<&'static str>| log[..log.len() - 1].to_vec();
    assert_eq!(after(logged(|| drop_pending(result_explodes()))), ["result", "outer"]);
    assert_eq!(after(logged(|| drop_pending(rest_explodes()))), ["local", "inner", "outer"]);
    assert_eq!(after(logged(|| drop_pending(exit_code_explodes()))), ["in exit code", "outer"]);
}

#[deferrable]
fn recovering_panics() -> u32 {
    defer!(|outcome| {
        outcome.recover_with(|_| 5);
    });
    defer!(|outcome| {
        let _ = catch_unwind(AssertUnwindSafe(|| outcome.recover_with(|_| panic!("in between"))));
    });
    panic!("first")
}

#[test]
fn a_recover_that_panicked_is_a_panic_to_the_next_site() {
    assert_eq!(recovering_panics(), 5);
}

fn boom() {
    panic_any("boom");
}

#[deferrable]
fn result_of_a_row() -> Noisy {
    defer!(log("outer"));
    defer!(boom());
    Noisy("result")
}

#[deferrable]
async fn result_of_an_async_row() -> Noisy {
    defer!(log("outer"));
    defer!(boom());
    Noisy("result")
}

#[test]
fn a_result_that_nobody_can_recover_is_dropped_at_once() {
    let dropped = ["result", "outer", "boom"];
    assert_eq!(logged(|| drop(result_of_a_row())), dropped);
    assert_eq!(logged(|| drop_pending(result_of_an_async_row())), dropped);
}

#[deferrable]
fn joins_with_a_bomb() -> Result<Bomb, ()> {
    defer!(log("outer"));
    defer!(fails_with_a_panic()?);
    Ok(Bomb("result"))
}

fn fails_with_a_panic() -> Result<(), ()> {
    panic_any("joining")
}

#[test]
fn a_result_that_explodes_while_exit_code_panics_does_not_abort() {
    assert_eq!(logged(|| drop(joins_with_a_bomb())), ["result", "outer", "joining"]);
}
