//! kind: K07 hygiene: types of the user's that are named like primitive ones, as bindings of C headers have them.
//! want: compiles; homes, turns and what leaves them do not meet these names
#![allow(non_camel_case_types, dead_code)]
use defer_rt::deferrable;
use std::sync::Mutex;
static T: Mutex<Vec<String>> = Mutex::new(Vec::new());
fn t(s: impl ToString) { T.lock().unwrap().push(s.to_string()); }
fn trace() -> String { std::mem::take(&mut *T.lock().unwrap()).join(" ") }
type bool = i32;
type u8 = i64;
type usize = ();
struct str;
#[deferrable]
fn turns(n: u32) -> Result<u32, u32> {
    errdefer!(t("failed"));
    'outer: for i in 0..n {
        #[deferrable]
        for k in 0..n { defer!(t(k)); if k == 1 { continue 'outer; } if i == 2 { break 'outer; } if i == 9 { return Err(k); } }
    }
    let mut found = 0;
    #[deferrable]
    while found < 5 { defer! { t(found); } found += 2; if found == 4 { break; } if n == 4 { return Err(found); } }
    Ok(found)
}
#[deferrable]
fn homes(n: u32) -> bool { for i in 0..n { let mut s = String::new(); defer! { t(&s); } s += "x"; if i == 1 { return 7; } } if n > 0 { let mut k = n; defer! { t(k); } k += 1; } 1 }
fn main() {
    assert_eq!((turns(3), turns(4), trace()), (Ok(4), Err(2), "0 1 0 1 0 2 4 0 1 0 1 0 2 failed".into()));
    assert_eq!((homes(1), homes(3), trace()), (1, 7, "2 x x x".into()));
}
