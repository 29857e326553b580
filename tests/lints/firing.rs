//! Code with mistakes in it.
//!
//! Behind each line stands what lints say of it: the lint, and the text that is underlined.
#![warn(warnings, unused, rust_2018_idioms, unused_qualifications, single_use_lifetimes)]
#![warn(clippy::all, clippy::pedantic, clippy::nursery, clippy::unwrap_used, clippy::panic)]
#![warn(let_underscore_lock, clippy::cognitive_complexity)]
#![allow(clippy::missing_const_for_fn, clippy::future_not_send)]

use std::cell::Cell;
use std::sync::{Mutex, MutexGuard};

use defer_rt::deferrable;

fn say(text: &str) {
    drop(text.to_owned());
}

fn tell(count: u32) {
    say(&count.to_string());
}

fn check(count: u32) -> Result<u32, String> {
    if count > 9 { Err(count.to_string()) } else { Ok(count) }
}

#[must_use]
fn fresh() -> u32 {
    3
}

#[deprecated]
fn old(text: &str) {
    say(text);
}

fn never_called() {} //~ dead_code: never_called

async fn wait(cell: &Cell<u32>) {
    cell.set(cell.get() + 1);
    std::future::ready(()).await;
}

async fn check_later(count: u32) -> Result<u32, String> {
    std::future::ready(()).await;
    check(count)
}

struct Point {
    x: u32,
}

#[deferrable]
pub fn unused_variables(
    argument: u32, //~ unused_variables: argument
    text: &str,
) {
    let ahead = 1; //~ unused_variables: ahead
    let shadowed = 2; //~ unused_variables: shadowed
    let field = 3; //~ unused_variables: field
    defer!(say(text));
    defer! {
        let inner = 4; //~ unused_variables: inner
        let shadowed = 5;
        tell(shadowed);
    }
    defer! {
        let point = Point { x: 6 };
        tell(point.x);
    }
    let behind = 7; //~ unused_variables: behind
    {
        let x = 8; //~ unused_variables: x
        let taken = 9;
        let idle = 10; //~ unused_variables: idle
        defer! { tell(Point { x: 11 }.x + taken); }
        let after = 12; //~ unused_variables: after
    }
    for turn in 0..3 { //~ unused_variables: turn
        defer!(say(text));
    }
    if let Some(character) = text.chars().next() { //~ unused_variables: character
        defer!(say("some"));
    }
    say("field");
}

#[deferrable]
pub fn unused_mut(
    mut argument: u32, //~ unused_mut: mut argument
    mut used: u32,
) {
    let mut ahead = 1; //~ unused_mut: mut ahead
    let mut grows = 2;
    defer!(tell(ahead));
    defer! { tell(argument + grows); }
    defer! {
        let mut inner = 3; //~ unused_mut: mut inner
        tell(inner);
    }
    {
        let mut read = 4; //~ unused_mut: mut read
        let mut written = 5;
        defer! { tell(read); }
        defer! {
            written += 1;
            tell(written);
        }
    }
    let mut behind = 6; //~ unused_mut: mut behind
    grows *= 2;
    tell(behind);
    used += grows;
    tell(used);
}

#[deferrable]
pub fn unused_assignments(count: u32) {
    defer!(tell(count));
    defer! {
        let mut inner = 1; //~ unused_assignments: 1
        inner = count;
        tell(inner);
    }
    let mut behind = 2; //~ unused_assignments: 2
    behind = count;
    tell(behind);
    behind = 3; //~ unused_assignments: behind = 3
}

#[deferrable]
pub fn unused_must_use(count: u32) -> Result<(), String> { //~ clippy::missing_errors_doc: pub fn unused_must_use(count: u32) -> Result<(), String>
    defer!(check(count)); //~ unused_must_use: check(count)
    defer!(fresh()); //~ unused_must_use: fresh()
    errdefer!(check(count + 1)); //~ unused_must_use: check(count + 1)
    defer! {
        check(count); //~ unused_must_use: check(count)
        fresh(); //~ unused_must_use: fresh()
    }
    errdefer! { check(count); } //~ unused_must_use: check(count)
    if count > 3 {
        defer!(check(count)); //~ unused_must_use: check(count)
    }
    for _ in 0..count {
        defer!(fresh()); //~ unused_must_use: fresh()
        check(count); //~ unused_must_use: check(count)
    }
    check(count); //~ unused_must_use: check(count)
    check(count)?;
    Ok(())
}

#[deferrable]
pub async fn unused_in_async(cell: &Cell<u32>, idle: u32) { //~ unused_variables: idle
    defer!(check_later(1).await); //~ unused_must_use: check_later(1).await
    defer!(wait(cell)); //~ unused_must_use: wait(cell)
    defer! {
        check_later(2).await; //~ unused_must_use: check_later(2).await
        wait(cell); //~ unused_must_use: wait(cell)
        let inner = 3; //~ unused_variables: inner
    }
    let behind = 4; //~ unused_variables: behind
    let mut quiet = 5; //~ unused_mut: mut quiet
    cell.set(quiet);
    check_later(6).await; //~ unused_must_use: check_later(6).await
    wait(cell).await;
}

#[deferrable]
pub fn locks(lock: &Mutex<u32>) { //~ clippy::missing_panics_doc: pub fn locks(lock: &Mutex<u32>)
    defer! {
        let _ = lock.lock(); //~ let_underscore_lock: _
    }
    defer!(tell(*lock.lock().unwrap())); //~ clippy::unwrap_used: lock.lock().unwrap()
    defer! { tell(*lock.lock().unwrap()); } //~ clippy::unwrap_used: lock.lock().unwrap()
    let _ = lock.lock(); //~ let_underscore_lock: _
    tell(*lock.lock().unwrap()); //~ clippy::unwrap_used: lock.lock().unwrap()
}

#[deferrable]
pub fn unreachable_code(flag: bool, count: u32) -> u32 { //~ clippy::must_use_candidate: unreachable_code
    defer!(tell(count));
    defer! {
        for turn in 0..count {
            tell(turn);
            continue;
            say("not reached"); //~ unreachable_code: say("not reached");
        }
    }
    if flag {
        return 1;
        say("not reached"); //~ unreachable_code: say("not reached");
    }
    if count > 3 {
        defer!(say("reached"));
        return 2;
        say("not reached"); //~ unreachable_code: say("not reached");
    }
    return 3;
    say("not reached"); //~ unreachable_code: say("not reached");
}

#[deferrable]
pub fn unreachable_at_the_end(count: u32) {
    tell(count);
    defer! {
        return;
        say("not reached") //~ unreachable_code: say("not reached") //~ plain clippy::semicolon_if_nothing_returned: say("not reached")
    }
}

#[deferrable]
pub fn nested(list: &mut Vec<u32>, count: u32) {
    let mut add = |number: u32| {
        defer!(list.push(number));
        let inner = 1; //~ unused_variables: inner
        let mut quiet = 2; //~ unused_mut: mut quiet
        tell(quiet);
    };
    add(1);
    let count = move || {
        defer! {
            let inner = 3; //~ unused_variables: inner
            for turn in 0..count { //~ unused_variables: turn
                check(count); //~ unused_must_use: check(count)
            }
        }
        count
    };
    tell(count());
    defer! {
        defer!(check(1)); //~ unused_must_use: check(1)
        let mut quiet = 4; //~ unused_mut: mut quiet
        tell(quiet);
        for turn in 0..3 { //~ unused_variables: turn
            defer!(check(2)); //~ unused_must_use: check(2)
        }
    }
}

#[deferrable]
pub fn unused_imports(count: u32) {
    use std::collections::HashMap; //~ unused_imports: std::collections::HashMap
    defer! {
        use std::collections::HashSet; //~ unused_imports: std::collections::HashSet
        tell(count);
    }
    if count > 3 {
        use std::collections::BTreeMap; //~ unused_imports: std::collections::BTreeMap
        use std::mem::swap; //~ unused_imports: std::mem::swap
        defer!(say("end"));
        tell(count);
    }
}

#[deferrable]
pub fn unused_items(count: u32) {
    const IDLE: u32 = 1; //~ dead_code: IDLE
    fn idle() {} //~ dead_code: idle
    defer! {
        fn inner() {} //~ dead_code: inner
        tell(count);
    }
    {
        const BESIDE: u32 = 1; //~ dead_code: BESIDE
        fn generic<T>(_: T) {} //~ dead_code: generic
        fn beside() {} //~ dead_code: beside
        defer!(tell(count + 1));
    }
    tell(count);
}

#[deferrable]
pub fn syntax(count: u32) {
    defer!(tell((count))); //~ unused_parens: ( //~ clippy::double_parens: (count)
    defer! {
        if (count > 3) { //~ unused_parens: (
            tell(count);
        }
        count; //~ path_statements: count;
        let Inner = 1; //~ non_snake_case: Inner
        tell(Inner);
        'unused: for _ in 0..count { //~ unused_labels: 'unused
            say("turn");
        }
        unsafe { //~ unused_unsafe: unsafe
            say("safe");
        }
    }
    if (count > 3) { //~ unused_parens: (
        defer!(tell(count));
    }
    count; //~ path_statements: count;
    let Behind = 1; //~ non_snake_case: Behind
    tell(Behind);
    'unused: for _ in 0..count { //~ unused_labels: 'unused
        say("turn");
    }
    unsafe { //~ unused_unsafe: unsafe
        say("safe");
    }
    count + 1; //~ unused_must_use: count + 1 //~ clippy::no_effect: count + 1;
}

#[deferrable]
pub fn deprecated(text: &str) {
    defer!(old(text)); //~ deprecated: old
    defer! { old(text); } //~ deprecated: old
    old(text); //~ deprecated: old
}

#[deferrable]
pub fn needless_return(count: u32) -> u32 { //~ clippy::must_use_candidate: needless_return
    defer!(tell(count));
    let double = || {
        defer!(tell(count));
        return count * 2; //~ clippy::needless_return: return count * 2
    };
    tell(double());
    return 21; //~ clippy::needless_return: return 21
}

#[deferrable]
pub fn needless_pass_by_value(text: String) { //~ clippy::needless_pass_by_value: String
    defer!(say(&text));
    say(&text);
}

#[deferrable]
pub fn clippy_in_all_places(text: &str, list: &[u32]) {
    defer!(say(&text.to_owned().clone())); //~ clippy::redundant_clone: .clone()
    defer! {
        let unit = say(text); //~ clippy::let_unit_value: let unit = say(text);
        let () = unit;
        if list.len() == 0 { //~ clippy::len_zero: list.len() == 0
            say("empty");
        }
    }
    if list.len() == 0 { //~ clippy::len_zero: list.len() == 0
        say("empty");
    }
    for at in 0..list.len() { //~ clippy::needless_range_loop: 0..list.len()
        defer!(tell(list[at]));
    }
    let unit = say(text); //~ clippy::let_unit_value: let unit = say(text);
    let () = unit;
}

#[deferrable]
pub fn question_mark(text: Option<&str>) -> Option<u32> { //~ clippy::must_use_candidate: question_mark
    defer!(say("end"));
    let Some(text) = text else { return None }; //~ clippy::question_mark: let Some(text) = text else { return None };
    if text.is_empty() {
        defer!(say("empty"));
        let Some(character) = text.chars().next() else { return None }; //~ clippy::question_mark: let Some(character) = text.chars().next() else { return None };
        return character.to_digit(10);
    }
    let digit = text.chars().next();
    if digit.is_none() { //~ clippy::question_mark: if digit.is_none() {
        return None;
    }
    text.parse().ok()
}

#[deferrable]
pub fn panics(count: u32) -> u32 { //~ clippy::missing_panics_doc: pub fn panics(count: u32) -> u32 //~ clippy::must_use_candidate: panics
    defer!(tell(count));
    assert!(count > 3);
    if count == 4 {
        say("four");
        panic!("four"); //~ clippy::panic: panic!("four")
    }
    check(count).unwrap() //~ clippy::unwrap_used: check(count).unwrap()
}

#[deferrable]
pub async fn await_holding_lock(lock: &Mutex<u32>, cell: &Cell<u32>) { //~ clippy::missing_panics_doc: pub async fn await_holding_lock(lock: &Mutex<u32>, cell: &Cell<u32>)
    defer!(say("end"));
    let guard: MutexGuard<'_, u32> = lock.lock().unwrap(); //~ clippy::await_holding_lock: guard //~ clippy::unwrap_used: lock.lock().unwrap()
    wait(cell).await;
    tell(*guard);
}

#[deferrable]
pub async fn await_holding_lock_at_the_exit(lock: &Mutex<u32>, cell: &Cell<u32>) {
    let Ok(guard) = lock.lock() else { return }; //~ clippy::await_holding_lock: guard
    tell(*guard);
    defer!(wait(cell).await);
    cell.set(*guard);
}

#[deferrable]
pub async fn no_lock_held(lock: &Mutex<u32>, cell: &Cell<u32>) {
    defer!(wait(cell).await);
    {
        let Ok(guard) = lock.lock() else { return };
        defer!(say("inner"));
        tell(*guard);
    }
    if let Ok(guard) = lock.lock() {
        tell(*guard);
    }
    wait(cell).await;
}

// Generated code awaits, so this one is not seen.
#[deferrable]
pub async fn unused_async(count: u32) { //~ plain clippy::unused_async: pub async fn unused_async(count: u32) {
    defer!(tell(count));
    tell(count);
}

#[deferrable]
pub fn lifetimes<'a>(text: &'a str) -> usize { //~ clippy::needless_lifetimes: 'a //~ single_use_lifetimes: 'a //~ clippy::must_use_candidate: lifetimes
    defer!(say("end"));
    text.len()
}

#[deferrable]
pub fn cognitive_complexity(count: u32) { //~ clippy::cognitive_complexity: cognitive_complexity
    if count == 0 { tell(0); }
    if count == 1 { tell(1); }
    if count == 2 { tell(2); }
    if count == 3 { tell(3); }
    if count == 4 { tell(4); }
    if count == 5 { tell(5); }
    if count == 6 { tell(6); }
    if count == 7 { tell(7); }
    if count == 8 { tell(8); }
    if count == 9 { tell(9); }
    defer!(tell(count));
    defer! { tell(count + 1); }
    tell(count);
}

#[deferrable]
pub fn not_too_complex(count: u32) {
    if count == 0 { tell(0); }
    if count == 1 { tell(1); }
    if count == 2 { tell(2); }
    if count == 3 { tell(3); }
    if count == 4 { tell(4); }
    if count == 5 { tell(5); }
    if count == 6 { tell(6); }
    if count == 7 { tell(7); }
    if count == 8 { tell(8); }
    defer!(tell(count));
    defer! { tell(count + 1); }
    tell(count);
}

#[deferrable]
pub fn too_many_lines(count: u32) { //~ clippy::too_many_lines: pub fn too_many_lines(count: u32)
    defer!(tell(count));
    tell(count);
    tell(count);
    tell(count);
    tell(count);
    tell(count);
    tell(count);
    tell(count);
    tell(count);
    tell(count);
    tell(count);
    tell(count);
    tell(count);
    tell(count);
    tell(count);
    tell(count);
    tell(count);
    tell(count);
    tell(count);
    tell(count);
    tell(count);
    tell(count);
    tell(count);
    tell(count);
    tell(count);
    tell(count);
    tell(count);
    tell(count);
    tell(count);
    tell(count);
    tell(count);
    tell(count);
    tell(count);
    tell(count);
    tell(count);
    tell(count);
    tell(count);
    tell(count);
    tell(count);
    tell(count);
    tell(count);
}

#[deferrable]
pub fn not_too_many_lines(count: u32) {
    defer!(tell(1));
    tell(count);
    defer! {
        tell(2);
    }
    for turn in 0..count {
        defer!(tell(turn));
    }
    if count > 3 {
        defer! {
            tell(3);
        }
    }
    tell(count);
}

// What is seen of a body that is a closure's, and of a result that is a call's, is less.
#[deferrable]
pub fn assigned_ahead_and_last(count: u32) {
    let mut number = count; //~ plain unused_assignments: count
    defer!(say("end"));
    number = 3;
    tell(number);
    number = 5; //~ plain unused_assignments: number = 5
}

#[deferrable]
fn unnecessary_wraps(count: u32) -> Option<u32> { //~ plain clippy::unnecessary_wraps: fn unnecessary_wraps(count: u32) -> Option<u32>
    defer!(say("end"));
    Some(count)
}

#[deferrable]
pub fn ptr_arg(list: &mut Vec<u32>) { //~ plain clippy::ptr_arg: &mut Vec<u32>
    defer!(say("end"));
    list[0] = 3;
    tell(unnecessary_wraps(1).map_or(0, |count| count));
}

#[deferrable]
pub fn question_mark_in_a_match(count: Option<u32>) -> Option<u32> { //~ clippy::must_use_candidate: question_mark_in_a_match
    defer!(say("end"));
    let count = match count { Some(count) => count, None => return None }; //~ clippy::manual_let_else: let count = match count { Some(count) => count, None => return None }; //~ plain clippy::question_mark: match count { Some(count) => count, None => return None }
    Some(count + 1)
}

#[deferrable]
pub fn unconditional_recursion(count: u32) { //~ clippy::only_used_in_recursion: count //~ plain unconditional_recursion: pub fn unconditional_recursion(count: u32)
    defer!(say("end"));
    unconditional_recursion(count);
}
