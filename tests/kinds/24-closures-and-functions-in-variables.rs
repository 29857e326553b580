//! kind: closures and functions in variables, as arguments and as callees of what is deferred, used behind it.
//! want: `defer!(add(1)); add(2);` for closures with captures of every kind, `mut` parameters, in branches and loops; assigned ones are fixed
use defer_rt::deferrable;
use std::cell::Cell;
use std::rc::Rc;
use std::sync::Mutex;
static T: Mutex<Vec<String>> = Mutex::new(Vec::new());
fn t(s: impl ToString) { T.lock().unwrap().push(s.to_string()); }
fn trace() -> String { std::mem::take(&mut *T.lock().unwrap()).join(" ") }
fn show(n: u32) { t(n); }
fn run(f: impl FnOnce() -> usize) { t(f()); }
fn each(f: impl Fn(u32) -> u32 + Copy, n: u32) { t(f(n)); }
#[deferrable]
fn argument(s: String) -> usize { let len = move || s.len(); defer!(run(len)); len() + 1 }
#[deferrable]
fn taken(c: bool, s: String) -> usize { let len = move || s.len(); defer!(run(len)); if c { return take!(len)(); } len() + 1 }
#[deferrable]
fn returned(c: bool, s: String) -> Option<impl Fn() -> usize> { let len = move || s.len(); errdefer!(run(len)); if c { return None; } Some(len) }
#[deferrable]
fn copies(n: u32) { let f = move |x| x + n; for i in 0..2 { defer!(each(f, i)); each(f, 5); } let g = f; defer!(each(g, 6)); each(g, 7); }
#[deferrable]
fn changing(v: &mut Vec<u32>) { let mut add = |x| v.push(x); defer!(add(1)); add(2); if true { defer!(add(3)); add(4); } }
#[deferrable]
fn in_a_loop(keys: &[u32]) { let mut n = 0; for k in keys { let s = k.to_string(); let mut step = move |x: u32| { n += x; t(format!("{s}+{n}")); }; defer!(step(10)); step(1); } n += 1; t(n); }
#[deferrable]
fn shared(m: Rc<Cell<u32>>) -> u32 { let add = { let m = m.clone(); move |k| m.set(m.get() + k) }; defer!(add(1)); add(2); m.get() }
#[deferrable]
fn once(c: bool, s: String) { let eat = move || t(s); if c { let s = String::from("in"); let eat = move || t(s); defer!(eat()); t("c"); } defer!(eat()); }
#[deferrable]
fn parameter(mut log: impl FnMut(u32)) { log(1); defer!(log(3)); log(2); }
#[deferrable]
fn parameter_for_the_exit_alone(mut log: impl FnMut(u32)) { defer!(log(4)); }
#[deferrable]
fn parameter_in_a_loop(log: impl Fn(u32), other: &mut dyn FnMut(u32)) { for i in 5..7 { defer!(log(i)); defer!(other(i)); } other(0); }
#[deferrable]
fn boxed(all: Vec<Box<dyn FnMut(u32)>>) { for mut one in all { defer!(one(1)); one(2); } }
#[deferrable]
fn pointers() { let mut p: fn(u32) = show; defer!(p(1)); p = |x| t(x * 100); p(1); for i in 2..4 { let mut q = p; defer!(q(i)); q = show; q(i); } }
fn main() {
    assert_eq!((argument("ab".into()), trace()), (3, "2".into()));
    assert_eq!((taken(true, "ab".into()), taken(false, "abc".into()), trace()), (2, 4, "3".into()));
    assert_eq!((returned(true, "ab".into()).is_none(), returned(false, "abc".into()).unwrap()(), trace()), (true, 3, "2".into()));
    copies(1);
    assert_eq!(trace(), "6 6 8 7 2 1");
    let mut v = vec![];
    changing(&mut v);
    assert_eq!(v, [2, 4, 3, 1]);
    in_a_loop(&[7, 8]);
    assert_eq!(trace(), "7+1 8+1 1 8+11 7+11");
    let m = Rc::new(Cell::new(0));
    assert_eq!((shared(m.clone()), m.get()), (2, 3));
    once(true, "out".into());
    assert_eq!(trace(), "c out in");
    parameter(show);
    parameter_for_the_exit_alone(show);
    parameter_in_a_loop(show, &mut |x| t(x + 10));
    assert_eq!(trace(), "1 2 3 4 10 16 6 15 5");
    let mut sum = 0;
    boxed(vec![Box::new(move |x| { sum += x; t(sum); }), Box::new(show)]);
    assert_eq!(trace(), "2 2 1 3");
    pointers();
    assert_eq!(trace(), "100 2 3 300 200 1");
}
