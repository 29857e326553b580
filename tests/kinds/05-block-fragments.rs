//! kind: K05 fragments: a `$b:block`, or an `$e:expr` that is one, means behind `..` and as a value what it means without the attribute.
//! want: it is the end of the range and not the loop's body; no lint asks why its braces are there
#![deny(warnings)]
use defer_rt::deferrable;
use std::sync::Mutex;
static T: Mutex<Vec<String>> = Mutex::new(Vec::new());
fn t(s: impl ToString) { T.lock().unwrap().push(s.to_string()); }
fn trace() -> String { std::mem::take(&mut *T.lock().unwrap()).join(" ") }
fn id(x: u32) -> u32 { x }
macro_rules! ranges { ($n:ident, $x:ident, $e:expr, $b:block) => {
    #[deferrable]
    fn $n($x: u32) -> usize { defer!(t("r")); for i in 0..$e { defer!(t(i)); } for i in 0..=$b { t(i); } (0..$b).count() }
} }
ranges!(ranges, x, { x + 1 }, { x });
macro_rules! values { ($n:ident, $m:ident, $x:ident, $b:block, $c:block) => {
    #[deferrable]
    fn $n($x: u32) -> u32 { defer!(t("v")); let y = id($b); if y > 5 { return $b; } t(y); $b }
    #[deferrable]
    fn $m($x: &mut Vec<u32>) { defer! { t($x.len()); } for _ in 0..2 { $c } if $x.len() > 2 { t("big"); $c } else { $c } $c }
} }
values!(values, changes, x, { x + 1 }, { x.push(1) });
fn main() {
    assert_eq!((ranges(1), trace()), (1, "0 1 1 0 r".into()));
    assert_eq!((values(1), values(7), trace()), (2, 8, "2 v v".into()));
    changes(&mut vec![]);
    assert_eq!(trace(), "4");
}
