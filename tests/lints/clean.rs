//! Code as users write it, each form of `defer!` in each place. No lint has anything to say of it.
#![deny(warnings, unused, unreachable_code, rust_2018_idioms, unused_qualifications)]
#![deny(unused_lifetimes, let_underscore_drop, unsafe_code, missing_docs, single_use_lifetimes)]
#![deny(trivial_casts, trivial_numeric_casts, unused_import_braces, unused_results)]
#![deny(elided_lifetimes_in_paths, explicit_outlives_requirements)]
#![deny(clippy::all, clippy::pedantic, clippy::nursery, clippy::cognitive_complexity)]
#![deny(clippy::expect_used, clippy::panic, clippy::print_stdout, clippy::shadow_reuse)]
#![deny(clippy::shadow_same, clippy::shadow_unrelated, clippy::min_ident_chars, clippy::todo)]
#![deny(clippy::exhaustive_enums, clippy::multiple_unsafe_ops_per_block, clippy::dbg_macro)]
#![deny(clippy::semicolon_outside_block, clippy::semicolon_inside_block, clippy::unreachable)]
#![deny(clippy::wildcard_enum_match_arm, clippy::if_then_some_else_none, clippy::mem_forget)]
#![deny(clippy::redundant_type_annotations, clippy::same_name_method, clippy::unseparated_literal_suffix)]
#![deny(clippy::let_underscore_must_use, clippy::ref_patterns, clippy::rc_buffer, clippy::infinite_loop)]
#![deny(clippy::undocumented_unsafe_blocks, clippy::unused_result_ok, clippy::try_err, clippy::use_debug)]
#![deny(clippy::map_err_ignore, clippy::else_if_without_else, clippy::field_scoped_visibility_modifiers)]

use std::io::{self, Read as _};
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::sync::{Mutex, PoisonError};

use defer_rt::deferrable;

/// What a function leaves behind.
#[derive(Debug, Default)]
pub struct Log(Vec<String>);

impl Log {
    /// Adds a line.
    pub fn add(&mut self, line: &str) {
        self.0.push(line.to_owned());
    }

    /// Ends it.
    ///
    /// # Errors
    /// If it is empty.
    pub fn close(&self) -> io::Result<()> {
        if self.0.is_empty() { Err(io::ErrorKind::UnexpectedEof.into()) } else { Ok(()) }
    }
}

fn say(text: &str) {
    drop(text.to_owned());
}

fn tell(text: &str, count: usize) {
    drop(text.repeat(count));
}

fn release(name: String) {
    drop(name);
}

fn check(count: u32) -> Result<(), String> {
    if count > 9 { Err(count.to_string()) } else { Ok(()) }
}

async fn wait(cell: &AtomicU32) {
    cell.store(cell.load(Relaxed) + 1, Relaxed);
    std::future::ready(()).await;
}

async fn check_later(count: u32) -> Result<(), String> {
    std::future::ready(()).await;
    check(count)
}

/// Calls.
#[deferrable]
pub fn calls(log: &mut Log, name: &str, count: usize) {
    defer!(say("end"));
    defer!(tell(name, count));
    defer!(tell("two", count + 1));
    defer!(log.add("three"));
    defer!(log.add(name));
    say("body");
    log.add("body");
}

/// A value moves into a call.
#[deferrable]
#[must_use]
pub fn moved(name: String) -> usize {
    let length = name.len();
    defer!(release(name));
    length * 2
}

/// Blocks, and a variable of the frame that all of it changes.
#[deferrable]
#[must_use]
pub fn blocks(limit: u32) -> u32 {
    let mut count = 0;
    let mut text = String::new();
    defer! { say(&text); }
    defer! {
        count += 1;
        text.push('!');
        if count > 3 {
            return;
        }
        say(&text);
    }
    defer! {
        let mut half = count / 2;
        half += 1;
        text.push_str(&half.to_string());
    }
    for step in 0..limit {
        count += step;
    }
    count
}

/// The outcome is looked at, changed, and recovered.
///
/// # Errors
/// If the plugin fails.
#[deferrable]
pub fn outcomes(plugin: impl FnOnce() -> u32) -> Result<u32, String> {
    defer!(|outcome| {
        if outcome.recover_with(|panic| Err(panic.to_string())) {
            say("recovered");
        }
    });
    defer!(|outcome| outcome.join(check(3)));
    defer!(|outcome| {
        if let Some(Ok(result)) = outcome.result_mut() {
            *result += 1;
        }
    });
    defer!(|outcome| if outcome.is_failure() {
        say("failed");
    });
    Ok(plugin())
}

/// What fails in deferred code joins.
///
/// # Errors
/// If anything fails.
#[deferrable]
pub fn joins(log: &mut Log, count: u32) -> Result<u32, Box<dyn std::error::Error>> {
    defer!(log.close()?);
    defer!(check(count)?);
    defer! {
        check(count + 1)?;
        log.add("checked");
    }
    defer! {
        if count == 2 {
            return;
        }
        check(count)?;
    }
    check(count)?;
    log.add("body");
    Ok(count)
}

fn quit() -> ! {
    std::process::exit(1)
}

/// Deferred code does not return.
///
/// # Errors
/// If a count is too great.
#[deferrable]
pub fn diverges(count: u32) -> Result<u32, String> {
    defer! {
        check(count)?;
        quit();
    }
    defer! {
        check(count)?;
        quit()
    }
    defer! {
        if count == 3 {
            quit()
        }
    }
    defer! { quit() }
    defer!(quit());
    Ok(count)
}

/// Only on failure.
///
/// # Errors
/// If it is odd.
#[deferrable]
pub fn on_failure(log: &mut Log, count: u32) -> Result<u32, String> {
    errdefer!(say("undo"));
    errdefer!(log.add("undo"));
    errdefer!(check(count)?);
    errdefer! {
        log.add("undo");
        say("undo");
    }
    errdefer! { check(count + 1)?; }
    errdefer!(|outcome| {
        say(outcome.panic().map_or("no panic", |_| "panic"));
    });
    if count % 2 == 1 {
        return Err("odd".to_owned());
    }
    log.add("even");
    Ok(count / 2)
}

/// With an option.
#[deferrable]
#[must_use]
pub fn option(text: &str) -> Option<u32> {
    errdefer!(say("no number"));
    defer!(text.strip_prefix('+')?);
    let first = text.chars().next()?;
    first.to_digit(10)
}

/// In branches and inner blocks.
#[deferrable]
pub fn branches(log: &mut Log, count: Option<u32>, flag: bool) {
    if flag {
        defer!(say("flag"));
        log.add("flag");
    } else if log.0.is_empty() {
        defer! { log.add("empty"); }
    } else {
        let name = "else".to_owned();
        defer! { say(&name); }
    }
    match count {
        Some(0) => {
            defer!(say("zero"));
        }
        Some(number) => {
            let text = number.to_string();
            defer! { log.add(&text); }
        }
        None => {}
    }
    {
        let mut inner = String::new();
        inner.push('i');
        defer! {
            inner.push('!');
            say(&inner);
        }
    }
    if let Some(number) = count
        && number > 3
    {
        defer!(tell("many", 3));
    }
    log.add("body");
}

/// In loops.
#[deferrable]
#[must_use]
pub fn loops(names: &[String]) -> u32 {
    let mut total = 0;
    defer!(say("done"));
    for name in names {
        defer!(tell(name, 2));
        let length = name.len();
        defer! {
            total += 1;
            tell(name, length);
        }
        let mut left = length;
        while left > 0 {
            left -= 1;
            if left == 3 {
                continue;
            }
            defer!(tell("left", left));
        }
    }
    loop {
        total += 1;
        if total > 10 {
            break;
        }
        defer! { say("again"); }
    }
    total
}

/// With a failure in a loop.
///
/// # Errors
/// If a count is too great.
#[deferrable]
pub fn failing_loop(counts: &[u32]) -> Result<u32, String> {
    let mut sum = 0;
    for &count in counts {
        errdefer!(tell("undo", 1));
        defer!(check(count)?);
        check(count)?;
        sum += count;
    }
    Ok(sum)
}

/// In closures and deferred blocks.
#[deferrable]
pub fn nested(log: &mut Log) {
    let mut add = |text: &str| {
        defer!(log.add("closure"));
        log.add(text);
        text.len()
    };
    let length = add("one");
    defer! {
        defer!(say("inner"));
        tell("outer", length);
    }
    defer! {
        for _ in 0..length {
            defer!(say("inner"));
        }
    }
    say("body");
}

/// A generic function.
#[deferrable]
pub fn generic<T: Clone + Default>(list: &mut Vec<T>, value: T) -> Option<T> {
    let copy = value.clone();
    defer!(list.push(value));
    defer! { list.push(copy); }
    list.pop()
}

/// A type parameter and a closure.
#[deferrable]
pub fn opaque(limit: u32) -> impl Iterator<Item = u32> {
    defer!(say("made"));
    (0..limit).map(|n| n + 1)
}

/// A borrow is returned.
#[deferrable]
#[must_use]
pub fn longest<'a>(one: &'a str, two: &'a str) -> &'a str {
    defer!(say("compared"));
    if one.len() > two.len() { one } else { two }
}

/// Never returns.
#[deferrable]
pub fn never(log: &Log) -> ! {
    defer!(tell("gone", log.0.len()));
    std::process::exit(1)
}

/// Returns early, in several ways.
///
/// # Errors
/// If a text is no number.
#[deferrable]
pub fn early(texts: &[&str]) -> Result<i32, std::num::ParseIntError> {
    let mut sum: i32 = 0;
    defer! { sum += 1; }
    let Some(first) = texts.first() else {
        return Ok(0);
    };
    sum += first.parse::<i32>()?;
    for text in &texts[1..] {
        let number: i32 = text.parse()?;
        if number < 0 {
            return Ok(sum);
        }
        sum = sum.saturating_add(number);
    }
    Ok(sum)
}

/// A lock that is held until the exit, and one that is not.
///
/// # Panics
/// If it was poisoned.
#[deferrable]
pub fn locks(shared: &Mutex<Vec<u32>>) {
    defer! {
        shared.lock().unwrap_or_else(PoisonError::into_inner).push(1);
    }
    shared.lock().unwrap().push(2);
    defer!(shared.lock().unwrap().push(3));
}

/// A file of its own.
///
/// # Errors
/// If it cannot be read.
#[deferrable]
pub fn read(path: &std::path::Path) -> io::Result<String> {
    let mut file = std::fs::File::open(path)?;
    defer!(file.sync_all()?);
    let mut text = String::new();
    let _ = file.read_to_string(&mut text)?;
    Ok(text)
}

#[derive(Debug)]
struct Wrapped {
    _count: u32,
}

/// What `cfg` and lint attributes can stand on.
#[deferrable]
pub fn attributes(log: &mut Log) {
    #[cfg(test)]
    defer!(no_such_function());
    #[cfg(not(test))]
    defer!(log.add("here"));
    #[allow(dropping_copy_types)]
    defer!(drop(3));
    #[expect(clippy::drop_non_drop, reason = "shown")]
    defer!(drop(Wrapped { _count: 3 }));
    #[allow(unused_must_use)]
    defer!(log.close());
    #[expect(unused_must_use)]
    defer! { log.close(); }
    for name in ["a", "b"] {
        #[cfg(not(test))]
        defer!(say(name));
        #[cfg(test)]
        defer!(no_such_function(name));
    }
    if log.0.is_empty() {
        #[cfg(test)]
        defer!(no_such_function());
    }
    log.add("body");
}

/// Items beside a site.
#[deferrable]
pub fn items(log: &mut Log) {
    use std::fmt::Display;
    const LIMIT: usize = 3;
    fn shown(value: &dyn Display) -> String {
        value.to_string()
    }
    defer! { say(&shown(&LIMIT)); }
    if log.0.len() > LIMIT {
        use std::iter::repeat_n;
        const TIMES: usize = 2;
        fn text() -> String {
            "x".to_owned()
        }
        defer! {
            for copy in repeat_n(text(), TIMES) {
                say(&copy);
            }
        }
    }
    log.add("body");
}

/// Ignores a result knowingly, in the rest and in deferred code.
#[deferrable]
pub fn ignored(log: &mut Log) {
    defer! { drop(log.close()); }
    defer! { let _ignored = log.close(); }
    drop(log.close());
    log.add("body");
}

/// The rest is a match that returns, with nothing behind it.
#[deferrable]
#[must_use]
pub fn tail(count: u32) -> &'static str {
    defer!(say("tail"));
    match count {
        0 => "none",
        1 => {
            defer!(say("one"));
            "one"
        }
        _ => "many",
    }
}

/// With `return`s for a lint that asks for them.
#[deferrable]
#[deny(clippy::implicit_return)]
#[allow(clippy::needless_return)]
#[must_use]
pub fn returns(text: &str) -> Option<u32> {
    defer!(say("end"));
    defer! {
        if text.is_empty() {
            return;
        }
        let _rest = text.strip_prefix('+')?;
    }
    let digit = |radix: u32| {
        defer!(say("digit"));
        return text.chars().next()?.to_digit(radix);
    };
    if text.len() > 3 {
        defer!(say("long"));
        return None;
    }
    return digit(10);
}

/// Nothing follows the sites.
#[deferrable]
pub fn at_the_end(log: &mut Log) {
    log.add("body");
    defer!(say("end"));
    defer! { log.add("end"); }
}

/// Many sites.
#[deferrable]
pub fn many(log: &mut Log, count: u32) -> u32 {
    defer!(say("1"));
    log.add("1");
    defer!(say("2"));
    log.add("2");
    defer!(say("3"));
    if count == 3 {
        return 3;
    }
    defer!(say("4"));
    log.add("4");
    defer! { log.add("5"); }
    if count == 5 {
        defer!(log.add("6"));
        return 5;
    }
    defer!(say("7"));
    if count == 7 {
        defer!(log.add("8"));
    }
    defer!(say("9"));
    log.add("9");
    count + 1
}

/// An async function: deferred code that waits, and such that does not.
///
/// # Errors
/// If a count is too great.
#[deferrable]
pub async fn waiting(cell: &AtomicU32, count: u32) -> Result<u32, String> {
    defer!(say("end"));
    defer!(wait(cell).await);
    defer!(check_later(count).await?);
    errdefer!(wait(cell).await);
    errdefer! { say("undo"); }
    defer! {
        wait(cell).await;
        cell.store(0, Relaxed);
    }
    defer! {
        check_later(count).await?;
        say("checked");
    }
    check_later(count).await?;
    if count > 3 {
        defer!(wait(cell).await);
        return Ok(3);
    }
    Ok(cell.load(Relaxed))
}

/// An async function without a result, and a loop.
#[deferrable]
pub async fn waiting_loop(cells: &[AtomicU32]) {
    for cell in cells {
        defer!(wait(cell).await);
        defer! { cell.store(1, Relaxed); }
        wait(cell).await;
    }
    let block = async {
        defer!(say("block"));
        wait(&cells[0]).await;
        3
    };
    let three: usize = block.await;
    defer!(|outcome| {
        tell("end", usize::from(outcome.panic().is_some()) + three);
    });
}

/// Nothing is awaited in the rest.
#[deferrable]
pub async fn waits_in_deferred_code_only(cell: &AtomicU32) {
    defer!(wait(cell).await);
    cell.store(1, Relaxed);
}

/// Methods.
#[derive(Debug, Default)]
pub struct Pool {
    free: Vec<u32>,
    taken: u32,
}

impl Pool {
    /// With a mutable receiver.
    #[deferrable]
    pub fn take(&mut self) -> Option<u32> {
        defer! { self.taken += 1; }
        errdefer!(self.report());
        let number = self.free.pop()?;
        self.report();
        Some(number)
    }

    /// With a shared receiver.
    #[deferrable]
    pub fn report(&self) {
        defer!(tell("taken", self.free.len()));
        say("report");
    }

    /// By value.
    #[deferrable]
    #[must_use]
    pub fn into_free(self) -> Vec<u32> {
        defer!(say("gone"));
        self.free
    }

    /// By value, with `mut`.
    #[deferrable]
    #[must_use]
    pub fn with(mut self, number: u32) -> Self {
        defer!(say("with"));
        self.free.push(number);
        self
    }

    /// A reference into it.
    #[deferrable]
    #[must_use]
    pub fn first(&self) -> Option<&u32> {
        defer!(say("first"));
        self.free.first()
    }

    /// Waits.
    #[deferrable]
    pub async fn later(&mut self, cell: &AtomicU32) -> u32 {
        defer!(wait(cell).await);
        defer! { self.taken += 1; }
        wait(cell).await;
        self.taken
    }
}

#[deferrable]
impl Pool {
    /// By the attribute of the `impl`.
    pub fn covered(&mut self) -> u32 {
        defer!(say("covered"));
        self.taken += 1;
        self.taken
    }

    /// Without a site.
    #[must_use]
    pub const fn plain(&self) -> u32 {
        self.taken
    }
}

/// A trait with a method that defers.
#[deferrable]
pub trait Visit {
    /// Visits.
    fn visit(&mut self, name: &str) -> usize {
        defer!(self.leave(name));
        self.enter(name);
        name.len()
    }

    /// Before.
    fn enter(&mut self, name: &str);
    /// After.
    fn leave(&mut self, name: &str);
}

#[deferrable]
impl Visit for Log {
    fn enter(&mut self, name: &str) {
        defer!(self.add("entered"));
        self.add(name);
    }

    fn leave(&mut self, name: &str) {
        self.add(name);
    }
}

/// By the attribute of the `mod`.
#[deferrable]
pub mod covered {
    /// A function.
    pub fn function(list: &mut Vec<u32>) {
        defer!(list.push(1));
        list.clear();
    }
}

/// Turns and blocks that are frames.
///
/// # Errors
/// If a name is no number.
#[deferrable]
pub fn turns(names: &[&str], log: &mut Log) -> Result<u32, std::num::ParseIntError> {
    defer!(log.add("all"));
    let mut sum = 0;
    #[deferrable]
    'names: for name in names {
        let mut line = String::from(*name);
        defer! { log.add(&line); }
        errdefer!(log.add("failed"));
        for letter in name.chars() {
            if letter == '#' {
                continue 'names;
            }
        }
        let number: u32 = name.parse()?;
        if number == 9 {
            break;
        }
        if number == 8 {
            return Ok(number);
        }
        sum += number;
        line.push('.');
    }
    #[deferrable]
    let doubled = {
        defer!(log.add("doubled"));
        sum * 2
    };
    #[deferrable]
    while sum > 3 {
        defer! { log.add("less"); }
        sum -= 1;
    }
    Ok(doubled + sum)
}

/// The same, waiting.
///
/// # Errors
/// If a number is too large.
#[deferrable]
pub async fn waiting_turns(numbers: &[u32]) -> Result<u32, String> {
    let mut sum = 0;
    #[deferrable]
    for number in numbers {
        let name = number.to_string();
        defer! { drop(name); }
        std::future::ready(()).await;
        if *number > 5 {
            return Err("too large".to_owned());
        }
        sum += number;
    }
    Ok(sum)
}
