//! How a frame ends: deferred code that sees it, changes it, recovers, joins its own failure, and
//! `errdefer!`; each in all three mechanisms.
#![allow(clippy::all, clippy::pedantic, reason = "the programs are odd on purpose")]

use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind, panic_any};
use std::task::Poll;

use defer_rt::{Fallible, Outcome, Panic, deferrable};
use defer_tests::log::{Log, add, said};

/// What a function panics with, if it does.
fn panics<R>(f: impl FnOnce() -> R) -> Option<Panic> {
    catch_unwind(AssertUnwindSafe(f)).err().map(Panic::from)
}

/// Defines a function once for each mechanism, and a list of the three.
macro_rules! thrice {
    ($list:ident: $ty:ty; fn $name:ident $signature:tt $(-> $result:ty)? $body:block) => {
        mod $list {
            use super::*;
            #[deferrable]
            pub(super) fn classified $signature $(-> $result)? $body
            #[deferrable(force = "stack")]
            pub(super) fn stack $signature $(-> $result)? $body
            #[deferrable(force = "heap")]
            pub(super) fn heap $signature $(-> $result)? $body
            pub(super) const ALL: [$ty; 3] = [classified, stack, heap];
        }
    };
}

thrice! { changing: fn(u32) -> u32; fn f(n: u32) -> u32 {
    defer!(|outcome| {
        if let Some(result) = outcome.result_mut() { *result += 1; }
    });
    if n > 5 {
        let factor = n;
        defer!(|outcome| outcome.set(outcome.result().map_or(0, |r| r * factor)));
    }
    for i in 0..n {
        defer!(|o: &mut Outcome<u32>| if let Some(r) = o.result_mut() { *r += i });
    }
    n
} }

#[test]
fn a_defer_changes_the_result() {
    for f in changing::ALL {
        assert_eq!(f(2), 2 + 1 + 1);
        assert_eq!(f(6), (6 + 15) * 6 + 1);
    }
}

thrice! { recovering: fn(u32, &Log) -> u32; fn f(n: u32, log: &Log) -> u32 {
    defer!(|outcome| add(log, format!("{:?} {}", outcome.result(), outcome.panic().is_some())));
    defer!(|outcome| {
        match outcome.recover() {
            Some(panic) => add(log, format!("recovered {panic}")),
            None => add(log, "nothing"),
        }
    });
    if n == 1 {
        defer!(|outcome| outcome.set(7));
        panic!("one");
    }
    for i in 0..n {
        defer! { if i == 3 { panic!("three of {n}"); } }
    }
    assert!(n != 2, "two");
    n
} }

#[test]
fn recover_returns_what_was_to_be_returned_or_zero() {
    for f in recovering::ALL {
        let log = Log::default();
        assert_eq!(f(0, &log), 0);
        assert_eq!(said(&log), "nothing Some(0) false");
        assert_eq!(f(1, &log), 7, "what was set");
        assert_eq!(said(&log), "recovered one Some(7) false");
        assert_eq!(f(5, &log), 5, "returned, before a defer panicked");
        assert_eq!(said(&log), "recovered three of 5 Some(5) false");
        assert_eq!(f(2, &log), 0, "never returned");
        assert!(said(&log).ends_with("two Some(0) false"));
    }
}

thrice! { recovering_with: fn(&str, &Log) -> Result<u32, String>; fn f(text: &str, log: &Log) -> Result<u32, String> {
    let mut attempts = 0;
    defer! { add(log, attempts); }
    defer!(|outcome| {
        outcome.recover_with(|panic| match panic.downcast::<u64>() {
            Ok(number) => Err(format!("number {number}")),
            Err(panic) => panic.resume(),
        });
    });
    attempts += 1;
    if text == "number" { panic_any(5u64); }
    assert_ne!(text, "resume");
    text.parse().map_err(|e| format!("{e}"))
} }

#[test]
fn a_recovered_panic_can_be_raised_again() {
    for f in recovering_with::ALL {
        let log = Log::default();
        assert_eq!(f("12", &log), Ok(12));
        assert_eq!(f("number", &log), Err("number 5".into()));
        assert_eq!(f("x", &log), Err("invalid digit found in string".into()));
        let panic = panics(|| f("resume", &log)).expect("a panic");
        assert!(panic.message().is_some_and(|m| m.contains("resume")), "{panic}");
        assert_eq!(said(&log), "1 1 1 1");
    }
}

#[derive(Debug, PartialEq)]
enum Error {
    Body,
    Close(&'static str),
    Both(Box<Error>, Box<Error>),
}

#[derive(Debug)]
struct CloseError(&'static str);

impl From<CloseError> for Error {
    fn from(error: CloseError) -> Self {
        Self::Close(error.0)
    }
}

fn close(name: &'static str, fails: bool) -> Result<(), CloseError> {
    if fails { Err(CloseError(name)) } else { Ok(()) }
}

thrice! { joining: fn([bool; 5]) -> Result<u32, Error>; fn f(fails: [bool; 5]) -> Result<u32, Error> {
    let [first, second, third, body, looped] = fails;
    defer!(close("first", first)?);
    defer! {
        close("second", second)?;
        if !first { return; }
        close("second again", second)?
    }
    if first || third {
        let name = "third";
        defer!(|outcome| {
            close(name, third)?;
            assert_eq!(outcome.result().is_some_and(Result::is_err), fails[3] || fails[4]);
            Ok(())
        });
    }
    for name in ["loop a", "loop b"] {
        defer!(close(name, looped)?);
    }
    if body { return Err(Error::Body); }
    Ok(1)
} }

#[test]
fn the_first_failure_wins() {
    let on = |which: &[usize]| std::array::from_fn(|i| which.contains(&i));
    for f in joining::ALL {
        assert_eq!(f(on(&[])), Ok(1));
        assert_eq!(f(on(&[0])), Err(Error::Close("first")));
        assert_eq!(f(on(&[0, 1])), Err(Error::Close("second")));
        assert_eq!(f(on(&[0, 1, 2])), Err(Error::Close("third")));
        assert_eq!(f(on(&[0, 1, 2, 4])), Err(Error::Close("loop b")));
        assert_eq!(f(on(&[0, 1, 2, 3, 4])), Err(Error::Body));
    }
}

thrice! { both: fn(bool, bool) -> Result<u32, Error>; fn f(body: bool, close_fails: bool) -> Result<u32, Error> {
    defer!(|outcome| outcome.join_with(close("c", close_fails), |first, second| {
        Error::Both(Box::new(first), Box::new(second.into()))
    }));
    if body { Err(Error::Body)? }
    Ok(1)
} }

#[test]
fn two_failures_can_be_combined() {
    for f in both::ALL {
        assert_eq!(f(false, false), Ok(1));
        assert_eq!(f(false, true), Err(Error::Close("c")));
        assert_eq!(f(true, false), Err(Error::Body));
        let both = Error::Both(Box::new(Error::Body), Box::new(Error::Close("c")));
        assert_eq!(f(true, true), Err(both));
    }
}

thrice! { options: fn(bool, bool) -> Option<u32>; fn f(body: bool, deferred: bool) -> Option<u32> {
    defer!((!deferred).then_some(())?);
    defer! { (!deferred).then_some("x")?; }
    body.then_some(())?;
    Some(1)
} }

thrice! { flows: fn(bool, bool) -> ControlFlow<u32>; fn f(body: bool, deferred: bool) -> ControlFlow<u32> {
    defer! { if deferred { ControlFlow::Break(2)?; } }
    if body { ControlFlow::Break(1)? }
    ControlFlow::Continue(())
} }

#[deferrable]
fn joins_from_within(log: &Log) -> Result<u32, &'static str> {
    defer! {
        defer!(fails("call")?);
        add(log, "block");
    }
    defer!(|_outcome| {
        if log.borrow().is_empty() {
            defer! { fails("block")?; }
        }
    });
    Ok(1)
}

fn fails(why: &'static str) -> Result<(), &'static str> {
    Err(why)
}

#[test]
fn what_a_deferred_block_defers_joins_too() {
    let log = Log::default();
    assert_eq!(joins_from_within(&log), Err("block"));
    add(&log, "not empty");
    assert_eq!(joins_from_within(&log), Err("call"));
    assert_eq!(said(&log), "block not empty block");
}

#[test]
fn options_and_control_flow_join() {
    for f in options::ALL {
        assert_eq!([f(true, false), f(true, true), f(false, false)], [Some(1), None, None]);
    }
    for f in flows::ALL {
        assert_eq!(f(false, false), ControlFlow::Continue(()));
        assert_eq!(f(false, true), ControlFlow::Break(2));
        assert_eq!(f(true, true), ControlFlow::Break(1));
    }
}

thrice! { panic_beats: fn(bool) -> Result<(), Error>; fn f(fails: bool) -> Result<(), Error> {
    defer!(close("c", fails)?);
    panic!("body");
} }

#[test]
fn a_panic_beats_a_failure() {
    for f in panic_beats::ALL {
        assert_eq!(panics(|| f(true)).expect("a panic").message(), Some("body"));
    }
}

thrice! { undoing: fn(u32, &Log) -> Result<u32, String>; fn f(n: u32, log: &Log) -> Result<u32, String> {
    errdefer!(add(log, "call"));
    errdefer! { add(log, format!("block {n}")); }
    if n > 1 {
        let text = n.to_string();
        errdefer!(|outcome| {
            let how = outcome.result().map(|r| r.clone().unwrap_err());
            add(log, format!("{text} {how:?}"));
        });
    }
    for i in 0..n {
        errdefer!(add(log, i));
    }
    defer!(|outcome| {
        if n == 5 { outcome.recover_with(|_| Ok(50)); }
    });
    match n {
        0 => Ok(0),
        2 => Err("two".into()),
        3.. => panic!("{n}"),
        _ => Ok("x".parse::<u32>().map_err(|_| "parse".to_string())?),
    }
} }

#[test]
fn errdefer_runs_on_failure_only() {
    for f in undoing::ALL {
        let log = Log::default();
        assert_eq!(f(0, &log), Ok(0));
        assert_eq!(said(&log), "");
        assert_eq!(f(1, &log), Err("parse".into()));
        assert_eq!(said(&log), "0 block 1 call");
        assert_eq!(f(2, &log), Err("two".into()));
        assert_eq!(said(&log), "1 0 2 Some(\"two\") block 2 call");
        assert_eq!(panics(|| f(3, &log)).expect("a panic").message(), Some("3"));
        assert_eq!(said(&log), "2 1 0 3 None block 3 call");
        assert_eq!(f(5, &log), Ok(50), "a recovered panic is no failure");
        assert_eq!(said(&log), "");
    }
}

thrice! { joined_undo: fn(bool, &Log) -> Result<(), Error>; fn f(fails: bool, log: &Log) -> Result<(), Error> {
    errdefer!(add(log, "undo"));
    defer!(close("c", fails)?);
    errdefer!(add(log, "too early to know"));
    Ok(())
} }

#[test]
fn errdefer_sees_the_failure_that_a_later_defer_joined() {
    for f in joined_undo::ALL {
        let log = Log::default();
        assert_eq!(f(false, &log), Ok(()));
        assert_eq!(f(true, &log), Err(Error::Close("c")));
        assert_eq!(said(&log), "undo");
    }
}

struct Reply(u32);

impl Fallible for Reply {
    fn is_failure(&self) -> bool {
        self.0 >= 400
    }
}

thrice! { replies: fn(u32, &Log) -> Reply; fn f(n: u32, log: &Log) -> Reply {
    errdefer!(add(log, "failed"));
    Reply(n)
} }

type Next = Poll<Option<Result<u32, String>>>;

thrice! { polls: fn(Next, &Log) -> Next; fn f(p: Next, log: &Log) -> Next {
    errdefer!(add(log, "failed"));
    p
} }

thrice! { closes: fn(Next, bool) -> Next; fn f(p: Next, fails: bool) -> Next {
    let close = |fails| if fails { Err("close") } else { Ok(()) };
    defer!(close(fails)?);
    p
} }

thrice! { finishes: fn(Poll<Result<u32, String>>, bool) -> Poll<Result<u32, String>>; fn f(p: Poll<Result<u32, String>>, fails: bool) -> Poll<Result<u32, String>> {
    defer! { if fails { Err("close".to_owned())?; } }
    p
} }

#[test]
fn failures_join_what_is_polled() {
    let failed = |text: &str| Poll::Ready(Some(Err(text.to_owned())));
    for f in closes::ALL {
        assert_eq!(f(Poll::Ready(None), false), Poll::Ready(None));
        assert_eq!(f(Poll::Ready(None), true), failed("close"));
        assert_eq!(f(Poll::Pending, true), failed("close"));
        assert_eq!(f(failed("first"), true), failed("first"));
    }
    for f in finishes::ALL {
        assert_eq!(f(Poll::Ready(Ok(1)), false), Poll::Ready(Ok(1)));
        assert_eq!(f(Poll::Pending, true), Poll::Ready(Err("close".to_owned())));
    }
}

#[test]
fn what_a_failure_is_can_be_said() {
    let log = Log::default();
    for f in replies::ALL {
        f(200, &log);
        f(404, &log);
        assert_eq!(said(&log), "failed");
    }
    for f in polls::ALL {
        for poll in [Poll::Pending, Poll::Ready(Some(Ok(1))), Poll::Ready(None)] {
            assert_eq!(f(poll.clone(), &log), poll);
        }
        assert_eq!(said(&log), "", "the end of a stream is none");
        assert!(f(Poll::Ready(Some(Err(String::new()))), &log).is_ready());
        assert_eq!(said(&log), "failed");
    }
}

struct Named(String);

impl Named {
    #[deferrable]
    fn name(&mut self, log: &Log) -> Option<&mut str> {
        defer!(|outcome| add(log, outcome.result().is_some_and(Option::is_some)));
        errdefer!(add(log, "failed"));
        if self.0.is_empty() {
            return None;
        }
        Some(&mut self.0)
    }

    #[deferrable]
    fn chars(&self, log: &Log) -> Result<impl Iterator<Item = char>, ()> {
        defer!(|outcome| add(log, outcome.result().is_some_and(|r| r.is_ok())));
        errdefer!(add(log, "failed"));
        if self.0.is_empty() {
            return Err(());
        }
        Ok(self.0.chars())
    }
}

#[test]
fn results_that_borrow_and_results_without_a_name() {
    let log = Log::default();
    let mut full = Named("ab".into());
    assert_eq!(full.name(&log).as_deref(), Some("ab"));
    assert_eq!(full.chars(&log).map(Iterator::count), Ok(2));
    let mut empty = Named(String::new());
    assert!(empty.name(&log).is_none() && empty.chars(&log).is_err());
    assert_eq!(said(&log), "true true failed false failed false");
}

#[deferrable]
fn in_closures(log: &Log) -> u32 {
    let checked = |n: u32| -> Result<u32, String> {
        errdefer!(add(log, "undo"));
        defer!(|outcome| {
            outcome.recover_with(|panic| Err(panic.to_string()));
        });
        let inferred = || {
            defer!(|outcome| {
                let _ = outcome.recover();
            });
            assert!(n != 7, "seven");
            n
        };
        Ok(100 / inferred().checked_sub(1).ok_or("zero")?)
    };
    let results = [checked(1), checked(3), checked(0), checked(7)];
    add(log, format!("{results:?}"));
    1
}

#[test]
fn closures_have_outcomes() {
    let log = Log::default();
    std::panic::set_hook(Box::new(|_| {}));
    in_closures(&log);
    assert_eq!(
        said(&log),
        "undo undo undo [Err(\"attempt to divide by zero\"), Ok(50), Err(\"zero\"), Err(\"zero\")]"
    );
}

struct Bomb;

impl Drop for Bomb {
    fn drop(&mut self) {
        panic!("the payload's own");
    }
}

thrice! { double: fn(&Log); fn f(log: &Log) {
    defer!(add(log, "first"));
    defer! { panic!("newer"); }
    for i in 0..3 { defer!(add(log, i)); }
    panic_any(Bomb);
} }

#[test]
fn a_panic_replaces_another_whatever_its_payload_does() {
    for f in double::ALL {
        let log = Log::default();
        assert_eq!(panics(|| f(&log)).expect("a panic").message(), Some("newer"));
        assert_eq!(said(&log), "2 1 0 first");
    }
}

thrice! { each: fn(&Log); fn f(log: &Log) {
    for i in 0..4 {
        defer! { add(log, i); panic!("{i}"); }
    }
} }

#[test]
fn a_panic_in_the_middle_of_the_records_leaves_the_others_pending() {
    for f in each::ALL {
        let log = Log::default();
        assert_eq!(panics(|| f(&log)).expect("a panic").message(), Some("0"));
        assert_eq!(said(&log), "3 2 1 0");
    }
}
