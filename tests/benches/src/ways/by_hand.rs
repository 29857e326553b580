//! By hand: the cleanup repeated at each exit. Where the case panics, what catches it for each cleanup;
//! elsewhere a panic runs none.

#![expect(clippy::many_single_char_names, reason = "as in the shared text")]

use std::hint::black_box;
use std::panic::{catch_unwind, resume_unwind};

use crate::callees::{FAILS, LOCK, PANICS, release, release3, step};

/// The cleanup at one exit.
macro_rules! releases {
    ($($n:literal)*) => {
        $(release($n);)*
    };
}

/// `step(n)?`, with the cleanup.
macro_rules! attempt {
    ($n:expr; $($release:literal)*) => {
        match step($n) {
            Ok(value) => value,
            Err(error) => {
                releases!($($release)*);
                return Err(error);
            }
        }
    };
}

/// The body, with the cleanup after it, panic or not.
macro_rules! catching {
    ($body:expr;) => {
        $body
    };
    ($body:expr; $release:literal $($more:literal)*) => {
        catching!(
            match catch_unwind(|| $body) {
                Ok(result) => {
                    release($release);
                    result
                }
                Err(panic) => {
                    release($release);
                    resume_unwind(panic)
                }
            };
            $($more)*
        )
    };
}

#[inline(never)]
fn one(n: u64) -> Result<u64, u64> {
    let a = attempt!(n; 1);
    releases!(1);
    Ok(a + 1)
}

#[inline(never)]
fn four(n: u64, last: u64) -> Result<u64, u64> {
    let a = attempt!(n; 1);
    let b = attempt!(last; 3 2 1);
    releases!(4 3 2 1);
    Ok(a + b)
}

#[inline(never)]
fn eight(n: u64) -> u64 {
    let result = step(n).unwrap_or(0);
    releases!(8 7 6 5 4 3 2 1);
    result
}

#[inline(never)]
fn lock(n: u64) -> Result<u64, u64> {
    LOCK.lock();
    let a = match step(n) {
        Ok(a) => a,
        Err(error) => {
            LOCK.unlock();
            return Err(error);
        }
    };
    LOCK.unlock();
    Ok(a + 1)
}

#[inline(never)]
fn large_result(n: u64) -> Result<[u64; 64], u64> {
    let first = attempt!(n; 1);
    let mut result = [0; 64];
    result[0] = first;
    releases!(1);
    Ok(result)
}

#[inline(never)]
fn four_large(n: u64) -> Result<[u64; 64], u64> {
    let first = attempt!(n; 1);
    let second = attempt!(n; 3 2 1);
    let mut result = [0; 64];
    result[0] = first + second;
    releases!(4 3 2 1);
    Ok(result)
}

#[inline(never)]
fn conditional(n: u64, which: u64) -> Result<u64, u64> {
    let first = |()| {
        if which & 1 != 0 {
            release(1);
        }
    };
    let second = |()| {
        if which & 2 != 0 {
            release(2);
        }
        first(());
    };
    let a = match step(n) {
        Ok(a) => a,
        Err(error) => {
            first(());
            return Err(error);
        }
    };
    let b = match step(n) {
        Ok(b) => b,
        Err(error) => {
            second(());
            return Err(error);
        }
    };
    if which & 4 != 0 {
        release(3);
    }
    second(());
    Ok(a + b)
}

#[inline(never)]
fn three_by_six(n: u64) -> Result<u64, u64> {
    let a = attempt!(n; 1);
    let b = attempt!(n; 1);
    let c = attempt!(n; 2 1);
    let d = attempt!(n; 2 1);
    let e = attempt!(n; 3 2 1);
    releases!(3 2 1);
    Ok(a + b + c + d + e)
}

#[inline(never)]
fn nine(n: u64) -> Result<u64, u64> {
    let a = attempt!(n; 3 2 1);
    let b = attempt!(n; 6 5 4 3 2 1);
    let c = attempt!(n; 9 8 7 6 5 4 3 2 1);
    releases!(9 8 7 6 5 4 3 2 1);
    Ok(a + b + c)
}

#[inline(never)]
fn sixteen(n: u64) -> Result<u64, u64> {
    let a = attempt!(n; 4 3 2 1);
    let b = attempt!(n; 8 7 6 5 4 3 2 1);
    let c = attempt!(n; 12 11 10 9 8 7 6 5 4 3 2 1);
    let d = attempt!(n; 16 15 14 13 12 11 10 9 8 7 6 5 4 3 2 1);
    releases!(16 15 14 13 12 11 10 9 8 7 6 5 4 3 2 1);
    Ok(a + b + c + d)
}

#[inline(never)]
fn one_catching(n: u64) -> Result<u64, u64> {
    catching!(Ok(step(n)? + 1); 1)
}

#[inline(never)]
fn four_catching(n: u64, last: u64) -> Result<u64, u64> {
    catching!(Ok(step(n)? + step(last)?); 4 3 2 1)
}

#[inline(never)]
fn eight_catching(n: u64) -> u64 {
    catching!(step(n).unwrap_or(0); 8 7 6 5 4 3 2 1)
}

#[inline(never)]
fn loop0(records: u64) {
    let mut pending = 0u64;
    for n in 0..records {
        black_box(n);
        pending += 1;
    }
    for _ in 0..pending {
        release(1);
    }
}

#[inline(never)]
fn loop1(records: u64) {
    let mut pending = Vec::new();
    for n in 0..records {
        pending.push(black_box(n));
    }
    while let Some(n) = pending.pop() {
        release(n);
    }
}

#[inline(never)]
fn loop3(records: u64) {
    let mut pending = Vec::new();
    for n in 0..records {
        pending.push(black_box((n, n + 1, n + 2)));
    }
    while let Some((a, b, c)) = pending.pop() {
        release3(a, b, c);
    }
}

pub(super) const STRAIGHT: &[crate::Case] =
    straight_cases!(one_catching, four_catching, eight_catching);
pub(super) const CONDITIONAL: &[crate::Case] = conditional_cases!();
pub(super) const LOOPS: &[crate::Case] = loop_cases!(1 3 10 100 10_000 1_000_000);
