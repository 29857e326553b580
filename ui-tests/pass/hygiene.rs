// No prelude, everything shadowed, a renamed crate, names like ours.
#![no_implicit_prelude]
#![deny(warnings)]
#![allow(dead_code, unused_macros, non_camel_case_types, non_snake_case)]

extern crate defer_rt as renamed;

mod defer_rt {}
mod core {}
mod std {}
mod alloc {}

struct Option;
struct Result;
struct String;
struct str;
trait FnOnce {}
trait Fn {}
trait Drop {}
enum Shadow {
    Ok,
    Err,
    Some,
    None,
}
use Shadow::{Err, None, Ok, Some};

macro_rules! defer {
    ($($t:tt)*) => {
        does_not_exist
    };
}

macro_rules! option_env {
    ($($t:tt)*) => {
        does_not_exist
    };
}

fn add(log: &mut [u32; 8], n: u32) {
    log[0] += 1;
    let at = log[0] as usize;
    log[at] = n;
}

#[renamed::deferrable(crate = ::renamed)]
fn f(log: &mut [u32; 8]) -> u32 {
    let deferred0 = 1;
    let arg0 = 2;
    let outcome = 3;
    let callee0 = 4;
    let site = 5;
    let captures = 6;
    let run = 7;
    defer! { add(log, deferred0 + arg0 + outcome + callee0 + site + captures + run); }
    if deferred0 == 1 {
        let deferred1 = 10;
        defer! { add(log, deferred0 + deferred1); }
    }
    let mut n = 0;
    while n < 2 {
        let deferred2 = n;
        n += 1;
        defer! { add(log, deferred2 + callee0); }
        defer! { add(log, site); }
    }
    defer!(|outcome| if let ::renamed::__private::Some(result) = outcome.result_mut() {
        *result += captures;
    });
    defer! { add(log, 9); }
    n
}

fn seven() -> u32 {
    7
}

fn both(log: &mut u32, n: u32, arg: &u32) {
    *log = *log * 100 + n * 10 + arg;
}

/// Names like those of evaluated values, beside values that are evaluated.
#[renamed::deferrable(crate = ::renamed)]
fn evaluated(log: &mut u32) {
    let (arg0, arg1) = (1, 2);
    if arg0 < arg1 {
        let (arg0, arg1) = (3, 4);
        defer!(both(log, seven(), &arg0));
        let _ = &arg1;
    }
}

fn main() {
    let mut seen = 0;
    evaluated(&mut seen);
    ::std::assert_eq!(seen, 73);
    let mut log = [0; 8];
    let result = f(&mut log);
    ::std::assert_eq!((result, log), (8, [7, 9, 5, 5, 5, 4, 11, 28]));
    let _ = (Ok, Err, Some, None);
}
