//! kind: variables that get their value behind the `defer!`, or another one, with several levels behind; unsafe calls of variables that are used behind them.
//! want: `let x;` ahead of branches and loops with sites; moved variables filled again, with types known later; no warning
#![deny(warnings)]
use defer_rt::deferrable;
use std::sync::Mutex;
static T: Mutex<Vec<String>> = Mutex::new(Vec::new());
fn t(s: impl ToString) { T.lock().unwrap().push(s.to_string()); }
fn trace() -> String { std::mem::take(&mut *T.lock().unwrap()).join(" ") }
fn show(n: u64) { t(n); }
fn eat(s: String) { t(s); }

#[deferrable]
fn branch(k: bool) -> u8 { let x; defer! { t("a"); } if k { defer! { t("b"); } } x = 1; x }
#[deferrable]
fn turns(k: u32) -> u32 { let x; defer! { t("a"); } for i in 0..k { defer! { t(i); } } x = k; x }
#[deferrable]
fn block(k: u32) -> u32 { let x; defer! { t("a"); } { defer! { t("b"); } x = k; } x }
#[deferrable]
fn arms(k: u32) -> u32 { let x; defer! { t("a"); } match k { 0 => x = 5, _ => { defer! { t("c"); } x = 1; } } x }
#[deferrable]
fn loop_with_a_value(k: u32) -> u32 { let x; defer! { t("a"); } x = loop { defer! { t(k); } break 3; }; x }
#[deferrable]
fn given_away(mut s: String) -> usize { eat(s); defer! { t("e"); } s = "xy".into(); s.len() }
#[deferrable]
fn taken_along(mut s: String) -> usize { defer!(eat(s)); s = "xyz".into(); s.len() }
#[deferrable]
fn copied(k: u64) -> u64 { let mut n = k; show(n); defer! { t("a"); } n = "7".parse().unwrap(); n.pow(2) }
#[deferrable]
fn vector() -> usize { let mut v = vec![1u8]; drop(v); defer! { t("v"); } v = Vec::new(); v.len() }
#[deferrable]
fn replaced() -> String { let mut now = String::from("a"); let old = std::mem::take(&mut now); defer! { t(&old); } now = old.clone() + "b"; now }
unsafe fn free(p: *mut u8) { t(unsafe { *Box::from_raw(p) }); }
#[deferrable]
fn pointer() -> u8 { let p = Box::into_raw(Box::new(3)); unsafe { defer!(free(p)); } unsafe { *p += 1; *p } }
#[deferrable]
fn closure_reads(mut n: u32) -> Result<u32, u32> {
    seen(n);
    errdefer!(seen(0));
    let before = (|| { defer!(seen(1)); n })();
    n = 40;
    Ok(n + before)
}
#[deferrable]
fn closure_fills(mut n: u32) -> Result<u32, u32> {
    seen(n);
    errdefer!(seen(0));
    (|| { defer!(seen(1)); n = 3; })();
    let three = n;
    n = 40;
    Ok(n + three)
}
fn seen(_: u32) {}
fn main() {
    assert_eq!((closure_reads(2), closure_fills(2)), (Ok(42), Ok(43)));
    assert_eq!((branch(true), branch(false), trace()), (1, 1, "b a a".into()));
    assert_eq!((turns(2), trace()), (2, "1 0 a".into()));
    assert_eq!((block(4), trace()), (4, "b a".into()));
    assert_eq!((arms(0), arms(1), trace()), (5, 1, "a c a".into()));
    assert_eq!((loop_with_a_value(7), trace()), (3, "7 a".into()));
    assert_eq!((given_away("s".into()), trace()), (2, "s e".into()));
    assert_eq!((taken_along("s".into()), trace()), (3, "s".into()));
    assert_eq!((copied(2), trace()), (49, "2 a".into()));
    assert_eq!((vector(), trace()), (0, "v".into()));
    assert_eq!((replaced(), trace()), ("ab".into(), "a".into()));
    assert_eq!((pointer(), trace()), (4, "4".into()));
}
