//! What once went wrong, each named for what it shows.

#![allow(clippy::all, clippy::pedantic, reason = "the programs are odd on purpose")]

use std::fmt::Debug;
use std::panic::{AssertUnwindSafe, catch_unwind};

use defer_rt::{Panic, deferrable};
use defer_tests::log::{Log, add, said};

macro_rules! declare {
    ($name:ident, $value:expr) => {
        let mut $name = $value;
    };
}

#[deferrable]
fn a_variable_bound_by_a_macro(log: &Log) {
    declare!(n, 1);
    defer!(add(log, n));
    n += 1;
    add(log, n);
}

#[test]
fn an_argument_that_a_macro_declared_is_evaluated_now() {
    let log = Log::default();
    a_variable_bound_by_a_macro(&log);
    assert_eq!(said(&log), "2 1");
}

fn apply(log: &Log, f: impl Fn(&str) -> usize) {
    add(log, f("four"));
}

#[deferrable]
fn move_closures(log: &Log) {
    let mut n = 10;
    defer!(apply(log, move |s| s.len() + n));
    n += 1;
    for i in 0..2 {
        let text = i.to_string();
        defer!(apply(log, move |s| s.len() + text.len() + n + i));
    }
    n += 1;
    add(log, n);
}

#[test]
fn a_move_closure_keeps_its_inference_and_captures_now() {
    let log = Log::default();
    move_closures(&log);
    assert_eq!(said(&log), "12 17 16 14");
}

fn optional(log: &Log, text: Option<&str>) {
    add(log, text.unwrap_or("none"));
}

fn pair(log: &Log, pair: (&str, &dyn Debug)) {
    add(log, format!("{} {:?}", pair.0, pair.1));
}

#[deferrable]
fn coercions(log: &Log) {
    let mut s = String::from("a");
    let mut n = 1;
    defer!(optional(log, Some(&s)));
    defer!(pair(log, ("n", &n)));
    defer!(optional(log, Some(&n.to_string())));
    s.push('b');
    n += 1;
    add(log, n);
}

#[test]
fn arguments_within_constructors_coerce() {
    let log = Log::default();
    coercions(&log);
    assert_eq!(said(&log), "2 1 n 2 ab");
}

#[deferrable]
fn uses(log: &mut String, both: bool) {
    if both {
        use std::fmt::Write;
        log.write_str("outer ").expect("memory");
        if both {
            use std::fmt::Write;
            defer! {
                use std::fmt::Write;
                log.write_str("deferred").expect("memory");
            }
            log.write_str("inner ").expect("memory");
        }
    }
}

#[test]
fn imports_of_several_blocks_do_not_collide() {
    let mut log = String::new();
    uses(&mut log, true);
    assert_eq!(log, "outer inner deferred");
}

#[deferrable]
fn inner_items(log: &Log) {
    {
        const N: usize = 2;
        fn show<T: Debug>(log: &Log, t: T) {
            add(log, format!("{t:?}"));
        }
        fn plain() -> usize {
            N
        }
        defer! {
            show(log, [0; N]);
            show(log, "a");
            match plain() {
                N => add(log, "N"),
                _ => add(log, "another"),
            }
        }
    }
    macro_rules! number {
        () => {
            3
        };
    }
    const X: u32 = number!();
    defer!(add(log, X));
}

#[test]
fn items_of_inner_blocks_are_items_in_deferred_code() {
    let log = Log::default();
    inner_items(&log);
    assert_eq!(said(&log), "3 [0, 0] \"a\" N");
}

#[deferrable]
fn names_in_macros(log: &Log) {
    for i in 0..2 {
        let r#type = i;
        defer! { add(log, format!("{type}")); }
    }
    for x in ["a".to_string()] {
        let option = Some(4);
        defer! { add(log, matches!(option, Some(x) if x > 3)); }
        add(log, &x);
    }
}

#[test]
fn raw_names_and_names_that_matches_binds() {
    let log = Log::default();
    names_in_macros(&log);
    assert_eq!(said(&log), "a true 1 0");
}

#[deferrable]
fn closure_bodies(log: &Log) -> Vec<i32> {
    let with_operator = |x: i32| { defer!(add(log, x)); x + 1 } - 1;
    let with_comma = |x: i32| {
        defer!(|outcome| {
            outcome.set(x + 5);
        });
        x
    };
    vec![with_operator(4), with_comma(1)]
}

#[test]
fn closure_bodies_that_only_begin_with_a_block() {
    let log = Log::default();
    assert_eq!(closure_bodies(&log), [4, 6]);
    assert_eq!(said(&log), "4");
}

#[deferrable]
fn caught_recover(result: Result<u32, String>) -> Result<u32, String> {
    defer!(|outcome| {
        let recover = || outcome.recover_with(|_| panic!("second"));
        assert!(catch_unwind(AssertUnwindSafe(recover)).is_err());
    });
    assert!(result.is_ok(), "first");
    result
}

#[test]
fn a_panic_in_recover_with_that_is_caught_leaves_the_frame_panicking() {
    std::panic::set_hook(Box::new(|_| {}));
    let panic = catch_unwind(|| caught_recover(Err("no".into()))).expect_err("a panic");
    assert!(Panic::from(panic).to_string().contains("recover_with"));
}

struct Connection<'a>(&'a Log);

impl Drop for Connection<'_> {
    fn drop(&mut self) {
        add(self.0, "dropped");
    }
}

#[deferrable]
fn moved_on_one_path(log: &Log, fails: bool) -> Option<Connection<'_>> {
    let connection = Connection(log);
    defer!(add(log, "deferred"));
    if fails {
        return None;
    }
    Some(connection)
}

/// A limit, pinned: what the rest moves on some path is dropped with the rest on the others.
#[test]
fn a_variable_that_the_rest_may_move_is_dropped_before_the_defer() {
    let log = Log::default();
    assert!(moved_on_one_path(&log, true).is_none());
    assert_eq!(said(&log), "dropped deferred");
    drop(moved_on_one_path(&log, false));
    assert_eq!(said(&log), "deferred dropped");
}

/// Lines as they are seen ahead of a `defer!`, and behind it.
#[deferrable(track_caller)]
#[track_caller]
fn tracked(lines: &mut [u32; 3]) {
    lines[0] = std::panic::Location::caller().line();
    defer! { lines[2] = std::panic::Location::caller().line(); }
    lines[1] = std::panic::Location::caller().line();
}

#[test]
fn track_caller_can_be_kept_for_what_is_ahead() {
    let mut lines = [0; 3];
    let here = line!() + 1;
    tracked(&mut lines);
    assert_eq!(lines[0], here);
    assert!(lines[1..].iter().all(|line| *line < here), "{lines:?}");
}
