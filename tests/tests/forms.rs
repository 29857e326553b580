//! What can be deferred, and the one rule of evaluation: values at the `defer!`, places at the exit.
#![allow(clippy::all, clippy::pedantic, reason = "the programs are odd on purpose")]

use std::cell::RefCell;
use std::fmt::Write as _;

use defer_rt::deferrable;

/// What happened. Shared, so that it can be an argument of many defers; the variables under test are
/// plain ones.
#[derive(Debug, Default)]
struct Log(RefCell<Vec<String>>);

impl Log {
    fn add(&self, text: impl std::fmt::Display) {
        self.0.borrow_mut().push(text.to_string());
    }

    fn len(&self) -> usize {
        self.0.borrow().len()
    }
}

impl<const N: usize> PartialEq<[&str; N]> for Log {
    fn eq(&self, expected: &[&str; N]) -> bool {
        *self.0.borrow() == *expected
    }
}

fn add(log: &Log, text: impl std::fmt::Display) {
    log.add(text);
}

#[deferrable]
fn an_argument_is_evaluated_at_the_defer(log: &Log) {
    let mut n = 1;
    defer!(add(log, n));
    defer!(add(log, n * 10));
    n += 1;
    defer!(add(log, n.to_string() + "!"));
    n += 1;
    log.add(format!("end {n}"));
}

#[test]
fn arguments_are_values() {
    let log = Log::default();
    an_argument_is_evaluated_at_the_defer(&log);
    assert_eq!(log, ["end 3", "2!", "10", "1"]);
}

#[deferrable]
fn a_block_sees_variables_as_they_are(log: &Log) {
    let mut n = 1;
    defer! { log.add(n); }
    n += 1;
    defer!({
        log.add(n);
    });
    n += 1;
}

#[test]
fn blocks_are_late() {
    let log = Log::default();
    a_block_sees_variables_as_they_are(&log);
    assert_eq!(log, ["3", "3"]);
}

struct Counter {
    name: String,
    counts: [u32; 2],
}

impl Counter {
    fn report(&mut self, log: &Log) {
        self.counts[0] += 100;
        log.add(format!("{} {:?}", self.name, self.counts));
    }
}

fn show(log: &Log, name: &str, count: &u32) {
    log.add(format!("{name} {count}"));
}

#[deferrable]
fn places_are_looked_up_at_the_exit(log: &Log) {
    let mut counter = Counter { name: "a".into(), counts: [0, 0] };
    defer!(counter.report(log));
    defer!(show(log, &counter.name, &counter.counts[1].clone()));
    counter.counts[1] = 7;
    counter.name.push('b');
    counter = Counter { name: format!("{}c", counter.name), counts: counter.counts };
}

#[test]
fn receivers_and_borrows_are_places() {
    let log = Log::default();
    places_are_looked_up_at_the_exit(&log);
    assert_eq!(log, ["abc 0", "abc [100, 7]"]);
}

#[deferrable]
fn an_index_is_a_value(log: &Log) {
    let mut counters = [
        Counter { name: "zero".into(), counts: [0, 0] },
        Counter { name: "one".into(), counts: [0, 0] },
    ];
    let mut i = 0;
    defer!(counters[i].report(log));
    counters[0].counts[1] = 5;
    i += 1;
    defer!(counters[i].report(log));
    i += 1;
    log.add(i);
}

#[test]
fn the_element_is_a_place_but_its_index_is_a_value() {
    let log = Log::default();
    an_index_is_a_value(&log);
    assert_eq!(log, ["2", "one [100, 0]", "zero [100, 5]"]);
}

fn joined(log: &Log, parts: &[String], text: &str, more: &mut Vec<u8>) {
    more.push(3);
    log.add(format!("{} {text} {more:?}", parts.join("+")));
}

#[deferrable]
fn temporaries_are_kept(log: &Log) {
    let mut n = 1;
    defer!(joined(log, &[n.to_string()], &format!("n{n}"), &mut vec![1, 2]));
    n += 1;
    log.add(n);
}

#[test]
fn a_borrow_of_a_temporary_keeps_the_temporary() {
    let log = Log::default();
    temporaries_are_kept(&log);
    assert_eq!(log, ["2", "1 n1 [1, 2, 3]"]);
}

#[deferrable]
fn callees_are_values(log: &Log) {
    let mut f: fn(&Log) = |log| log.add("first");
    defer!(f(log));
    f = |log| log.add("second");
    defer!(f(log));
    let twice = move |log: &Log, n: u32| log.add(n * 2);
    defer!(twice(log, 4));
    defer!((|log: &Log| log.add("literal"))(log));
    defer!(Log::add(log, "path"));
}

#[test]
fn a_callee_is_evaluated_at_the_defer() {
    let log = Log::default();
    callees_are_values(&log);
    assert_eq!(log, ["path", "literal", "8", "second", "first"]);
}

#[derive(Clone, Copy)]
struct Data(u32);

impl Data {
    fn push(self, log: &Log) {
        log.add(self.0);
    }
}

#[deferrable]
fn value_receivers(log: &Log) {
    let mut d = Data(1);
    defer!(Data::push(d, log));
    defer!({ d }.push(log));
    defer!(d.push(log));
    d = Data(2);
    defer!(Data(d.0 + 10).push(log));
}

#[test]
fn a_value_receiver_is_written_as_one() {
    let log = Log::default();
    value_receivers(&log);
    // `d.push()` looks `d` up at the exit, as Go's pointer receiver would.
    assert_eq!(log, ["12", "2", "1", "1"]);
}

fn with(log: &Log, f: impl Fn(&str) -> usize) {
    log.add(f("four"));
}

#[deferrable]
fn closures_as_arguments(log: &Log) {
    let mut n = 1;
    // Without `move` it is a borrow of what it mentions, and so a place.
    defer!(with(log, |s| s.len() + n));
    defer!(with(log, move |s: &str| s.len() + n));
    n = 100;
    log.add(n);
}

#[test]
fn a_closure_without_move_is_late() {
    let log = Log::default();
    closures_as_arguments(&log);
    assert_eq!(log, ["100", "5", "104"]);
}

#[deferrable]
fn moved_in(log: &Log, text: String) -> usize {
    defer!(add(log, text));
    log.len()
}

#[test]
fn an_argument_moves() {
    let log = Log::default();
    assert_eq!(moved_in(&log, "moved".into()), 0);
    assert_eq!(log, ["moved"]);
}

#[deferrable]
fn fallible_arguments(log: &Log, text: &str) -> Result<(), std::num::ParseIntError> {
    defer! { log.add("first"); }
    defer!(add(log, text.parse::<u32>()?));
    log.add("body");
    Ok(())
}

#[test]
fn an_argument_that_fails_registers_nothing() {
    let log = Log::default();
    fallible_arguments(&log, "5").expect("a number");
    fallible_arguments(&log, "five").expect_err("no number");
    assert_eq!(log, ["body", "5", "first", "first"]);
}

#[deferrable]
fn blocks_are_frames(log: &Log, early: bool) -> u32 {
    defer! {
        log.add("outer");
        if early {
            return;
        }
        defer! { log.add("inner deferred"); }
        log.add("inner");
    }
    5
}

#[test]
fn a_block_returns_from_itself_and_may_defer() {
    let log = Log::default();
    assert_eq!(blocks_are_frames(&log, false), 5);
    assert_eq!(blocks_are_frames(&log, true), 5);
    assert_eq!(log, ["outer", "inner", "inner deferred", "outer"]);
}

#[deferrable]
fn statics_in_a_block_are_one(panics: bool) -> u32 {
    use std::sync::atomic::{AtomicU32, Ordering};
    let mut n = 0;
    let caught = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        defer! {
            static COUNT: AtomicU32 = AtomicU32::new(0);
            n = COUNT.fetch_add(1, Ordering::Relaxed);
        }
        assert!(!panics, "on purpose");
    }));
    drop(caught);
    n
}

#[test]
fn exit_code_exists_once() {
    assert_eq!(
        (
            statics_in_a_block_are_one(false),
            statics_in_a_block_are_one(true),
            statics_in_a_block_are_one(false)
        ),
        (0, 1, 2)
    );
}

#[deferrable]
fn macros_in_blocks(log: &mut String) {
    let mut n = 1;
    defer! { write!(log, "[{n}]").expect("memory"); }
    for name in ["a", "b"] {
        n += 1;
        defer! { write!(log, "{name}{n} {:>w$} {}", 1, name.len(), w = 3).expect("memory"); }
    }
}

#[test]
fn names_in_format_strings_are_captured() {
    let mut log = String::new();
    macros_in_blocks(&mut log);
    assert_eq!(log, "b3   1 1a3   1 1[3]");
}
