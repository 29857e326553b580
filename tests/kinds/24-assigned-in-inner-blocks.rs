//! kind: K24 arguments that are assigned behind their `defer!`, in branches, loops, blocks, tuples, and behind further sites.
//! want: the call gets the old value, the code behind has the new one; no warning
#![deny(warnings)]
use defer_rt::prelude::*;
use std::cell::RefCell;
thread_local!(static LOG: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) });
fn t(s: impl ToString) { LOG.with_borrow_mut(|l| l.push(s.to_string())); }
fn trace() -> String { LOG.with_borrow_mut(std::mem::take).join(" ") }
fn keep(s: String) { t(s); }
fn log(s: &str) { t(s); }
fn new() -> String { "new".into() }
#[deferrable]
fn branches(k: bool) { let mut s = String::from("old"); defer!(keep(s)); if k { s = "a".into(); } else { s = "b".into(); } log(&s); }
#[deferrable]
fn turns(v: &[u32]) { let mut s = String::from("old"); defer!(keep(s)); for x in v { s = x.to_string(); log(&s); } }
#[deferrable]
fn block() { let mut s = String::from("old"); defer!(keep(s)); { s = new(); } log(&s); }
#[deferrable]
fn once() -> usize { let mut s = String::from("old"); defer!(keep(s)); loop { s = new(); break; } let n = { s.push('!'); 1 }; log(&s); n }
#[deferrable]
fn tuple() { let (mut s, mut n) = (String::from("old"), 0); t(n); defer!(keep(s)); (s, n) = (new(), 1); log(&s); t(n); }
#[deferrable]
fn matched(k: Option<u32>) -> Option<String> { let mut s = String::from("old"); defer!(keep(s)); match k { Some(1) => s = new(), Some(n) => { s = n.to_string(); defer!(t(n)); } None => return None } defer!(log("end")); s.push('.'); Some(s) }
#[deferrable]
fn twice() { let mut s = String::from("one"); defer!(keep(s)); if true { s = "two".into(); } else { return; } defer!(keep(s)); s = "three".into(); log(&s); }
#[deferrable]
fn behind_more() -> usize { let mut s = String::from("old"); defer!(keep(s)); defer!(t("more")); s = new(); s.len() }
#[deferrable]
fn far_behind(k: bool) -> Option<String> {
    let mut s = String::from("old");
    defer!(keep(s));
    for n in 0..2 { defer!(t(n)); }
    if k { defer!(t("k")); return None; }
    let n = t("n");
    defer!(log("end"));
    (s, _) = (new(), n);
    Some(s)
}
fn number(n: u32) { t(n); }
#[deferrable]
fn copied(way: u32) -> u32 {
    // What is copied still has its value on the other ways.
    let mut n = 5;
    defer!(number(n));
    match way { 0 => { n = 19; t(n); } 1 => { let read = || n + 1; t(read()); } _ => {} }
    n
}
#[deferrable]
fn copied_in_turns(way: u32) -> u32 {
    let mut n = 5;
    defer!(number(n));
    for turn in 0..way { n = turn; }
    defer!(number(n));
    while n < 4 { n = 4; }
    let inner = || { defer!(number(n)); n };
    inner()
}
fn main() {
    assert_eq!([copied(0), copied(1), copied(2)], [19, 5, 5]);
    assert_eq!(trace(), "19 5 6 5 5");
    assert_eq!([copied_in_turns(0), copied_in_turns(2)], [5, 4]);
    assert_eq!(trace(), "5 5 5 4 1 5");
    assert_eq!((behind_more(), trace()), (3, "more old".into()));
    assert_eq!((far_behind(true), trace()), (None, "k 1 0 old".into()));
    assert_eq!((far_behind(false), trace()), (Some(new()), "n end 1 0 old".into()));
    branches(true); branches(false); assert_eq!(trace(), "a old b old");
    turns(&[1, 2]); assert_eq!(trace(), "1 2 old");
    block(); once(); tuple(); assert_eq!(trace(), "new old new! old 0 new 1 old");
    assert_eq!((matched(Some(1)), matched(Some(2)), matched(None)), (Some("new.".into()), Some("2.".into()), None));
    assert_eq!(trace(), "end old end 2 old old");
    twice(); assert_eq!(trace(), "three two one");
}
