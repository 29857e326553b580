//! kind: K23 frames whose last expression has sites and is not reached: behind `continue`, `break`, `return`, a panic.
//! want: they compile as without the attribute, and what is deferred ahead of them runs
#![allow(unreachable_code, unused_variables)]
use defer_rt::deferrable;
use std::cell::RefCell;
thread_local!(static LOG: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) });
fn t(s: impl ToString) { LOG.with_borrow_mut(|l| l.push(s.to_string())); }
fn trace() -> String { LOG.with_borrow_mut(std::mem::take).join(" ") }
#[deferrable]
fn goes_on(mut v: u32) {
    #[deferrable]
    for i in 0..2 {
        defer!(t(i));
        continue;
        { v += 1; defer! { t(v); } v += 2; }
    }
}
#[deferrable]
fn breaks() -> u32 {
    #[deferrable]
    loop {
        defer!(t("turn"));
        break;
        { defer!(t("never")); }
    }
    7
}
#[deferrable]
fn returns(n: u32) -> Option<u32> {
    defer!(t(n));
    return Some(n);
    Some({ defer!(t("never")); n + 1 })
}
#[deferrable]
fn panics() -> Option<u32> {
    defer!(t("end"));
    panic!();
    Some({ defer!(t("never")); 1 })
}
#[deferrable]
fn branches(yes: bool) -> u64 {
    defer!(t("end"));
    return 7;
    if yes { defer!(t("never")); 1 } else { 2 }
}
#[deferrable]
fn unfinished(yes: bool) -> Result<u64, String> {
    unimplemented!();
    match yes {
        true => { defer!(t("never")); Ok(1) }
        false => Err(String::new()),
    }
}
#[deferrable]
fn inner(yes: bool) -> u64 {
    return 7;
    { let n = 2; defer!(t("never")); if yes { defer!(t(n)); n } else { 3 } }
}
#[deferrable]
fn turns(yes: bool) -> u64 {
    let mut n = 0;
    #[deferrable]
    while n < 2 {
        n += 1;
        continue;
        if yes { defer!(t("never")); }
    }
    #[deferrable]
    loop {
        break;
        if yes { defer!(t("never")); } else { defer!(t("neither")); }
    }
    #[deferrable]
    let found = {
        if n > 9 { return 1; }
        defer!(t("block"));
        return n;
        if yes { defer!(t("never")); 1 } else { 2 }
    };
    found
}
#[deferrable]
fn empty(yes: bool) {
    return;
    if yes { defer!(t("never")); }
}
fn main() {
    goes_on(1);
    assert_eq!(trace(), "0 1");
    assert_eq!((breaks(), trace()), (7, "turn".into()));
    assert_eq!((returns(3), trace()), (Some(3), "3".into()));
    assert_eq!((branches(true), trace()), (7, "end".into()));
    assert_eq!((inner(true), turns(true), trace()), (7, 2, "block".into()));
    empty(true);
    std::panic::set_hook(Box::new(|_| {}));
    assert!(std::panic::catch_unwind(panics).is_err());
    assert_eq!(trace(), "end");
    assert!(std::panic::catch_unwind(|| unfinished(true)).is_err());
}
