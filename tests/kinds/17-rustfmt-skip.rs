//! kind: K17 odd places: `#[rustfmt::skip]` on a `defer!`, in each form and mechanism, as it may stand on any macro's statement.
//! want: compiles; it runs as without
use defer_rt::deferrable;
use std::sync::Mutex;
static T: Mutex<Vec<String>> = Mutex::new(Vec::new());
fn t(s: impl ToString) { T.lock().unwrap().push(s.to_string()); }
fn trace() -> String { std::mem::take(&mut *T.lock().unwrap()).join(" ") }
#[deferrable]
fn forms(n: u32) -> u32 {
    #[rustfmt::skip]
    defer!(t( n ));
    #[rustfmt::skip] #[allow(unused_must_use)]
    defer! { n.checked_sub( 1 ); }
    #[allow(clippy::unit_arg)] #[rustfmt::skip]
    defer!(|outcome| t( outcome.result().unwrap() ));
    n + 1
}
#[deferrable]
fn in_loops(n: u32) -> Result<(), String> {
    for i in 0..n {
        let mut k = i;
        #[rustfmt::skip]
        defer! { t( k ); }
        k += 10;
        #[rustfmt::skip]
        errdefer!(t( "failed" ));
        if k == 11 { return Err("11".into()); }
    }
    #[deferrable]
    for i in 0..n { #[rustfmt::skip] defer!(t( i )); if i == 1 { break; } }
    Ok(())
}
fn main() {
    assert_eq!((forms(1), trace()), (2, "2 1".into()));
    assert_eq!((in_loops(1), in_loops(2), trace()), (Ok(()), Err("11".into()), "0 10 failed 11 failed 10".into()));
}
