//! kind: variables of inner blocks that deferred code alone changes, in every way there is: their `mut` is not idle.
//! want: no warning for `f(1)`, `write!(s, …)`, `ref mut`, `&raw mut`, `(a, b) = …`, captures and macros of one's own
#![deny(warnings)]
use defer_rt::deferrable;
use std::fmt::Write;
use std::sync::Mutex;
static T: Mutex<Vec<String>> = Mutex::new(Vec::new());
fn t(s: impl ToString) { T.lock().unwrap().push(s.to_string()); }
fn trace() -> String { std::mem::take(&mut *T.lock().unwrap()).join(" ") }
macro_rules! push { ($list:expr, $n:expr) => { $list.push($n) }; }
struct Pair { a: u32, b: u32 }
#[deferrable]
fn called(all: Vec<Box<dyn FnMut(u32)>>) { for mut one in all { defer!(one(1)); } }
#[deferrable]
fn called_in_a_block(on: bool) { if on { let mut n = 0; let mut add = move |k: u32| { n += k; t(n); }; defer! { add(2); add(3); } } }
#[deferrable]
fn written(on: bool) { if on { let mut s = String::from("w"); defer! { write!(s, "{}", 1).unwrap(); t(s); } } }
#[deferrable]
fn given_to_a_macro(on: bool) { if on { let mut list = vec![1]; defer! { push!(list, 2); t(list.len()); } } }
#[deferrable]
fn lent_by_patterns(on: bool) {
    if on {
        let (mut o, mut p, mut q) = (Some(1), (2, 3), 4);
        defer! { match o { Some(ref mut n) => *n += 10, None => {} } let (ref mut n, _) = p; *n += 10; if let ref mut n @ 4 = q { *n += 10; } t(format!("{o:?}{p:?}{q}")); }
    }
}
#[deferrable]
fn assigned_apart(on: bool) {
    if on {
        let (mut a, mut b, mut pair, mut list) = (1, 2, Pair { a: 3, b: 4 }, [5, 6]);
        defer! { (a, b) = (b, a); (pair.a, [list[0], _]) = (7, [8, 9]); Pair { b: pair.b, .. } = Pair { a: 0, b: 9 }; t(a * 10 + b); t(pair.a + pair.b + list[0] + list[1]); }
    }
}
#[deferrable]
fn pointed_to(on: bool) { if on { let mut n = 1; defer! { let p = &raw mut n; unsafe { *p += 1; } t(n); } } }
fn main() {
    let mut sum = 0;
    called(vec![Box::new(move |n| { sum += n; t(sum); }), Box::new(|n| t(n + 1))]);
    assert_eq!(trace(), "2 1");
    called_in_a_block(true);
    assert_eq!(trace(), "2 5");
    written(true);
    given_to_a_macro(true);
    assert_eq!(trace(), "w1 2");
    lent_by_patterns(true);
    assert_eq!(trace(), "Some(11)(12, 3)14");
    assigned_apart(true);
    assert_eq!(trace(), "21 30");
    pointed_to(true);
    assert_eq!(trace(), "2");
}
