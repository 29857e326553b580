// What the macro emits has no `unsafe`, in any mechanism, and draws no warning.
#![forbid(unsafe_code)]
#![deny(warnings, unused, unreachable_code, missing_docs, unused_qualifications, elided_lifetimes_in_paths)]
//! A crate with strict lints.

use defer_rt::deferrable;

fn use_up<T>(_: T) {}

/// Each mechanism, each form.
#[deferrable]
pub fn every_form(log: &mut Vec<String>, n: u32) -> Result<u32, std::num::ParseIntError> {
    let mut seen = 0;
    defer! { log.push(format!("block {seen}")); }
    errdefer! { log.push("failed".into()); }
    defer!(|outcome| use_up(outcome.recover_with(|_| Ok(0))));
    if n > 1 {
        let mut inner = vec![n];
        defer! { inner.push(1); log.push(format!("{inner:?}")); }
    }
    for i in 0..n {
        let text = i.to_string();
        defer!(use_up(text));
        let mut kept = Vec::new();
        defer! { kept.push(i); }
        seen += 1;
    }
    defer!("7".parse::<u32>().map(use_up)?);
    let closure = |m: u32| -> u32 {
        defer!(use_up(m));
        m + 1
    };
    Ok(closure(n) + "1".parse::<u32>()?)
}

/// A body that ends in a statement, and one that never ends.
#[deferrable]
pub fn no_value(stop: bool) {
    defer!(use_up(1));
    if stop {
        return;
    }
    defer!(use_up(2));
}

/// Diverges.
#[deferrable]
pub fn never() -> ! {
    defer!(use_up(1));
    panic!("always");
}

fn main() {
    let mut log = Vec::new();
    assert_eq!(every_form(&mut log, 2), Ok(4));
    assert_eq!(log, ["[2, 1]", "block 2"]);
    no_value(true);
    assert!(std::panic::catch_unwind(|| never()).is_err());
}
