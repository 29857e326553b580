//! kind: K08 `{x:p}` of a variable that deferred code mentions.
//! want: it shows where the variable points, as without the attribute; no warning
#![deny(warnings)]
use defer_rt::prelude::*;
use std::fmt::Write as _;
use std::rc::Rc;
fn log(_: u32) {}
#[deferrable] fn f(v: &u32, r: &Rc<u32>) {
    for n in 0..2 {
        let p = v;
        let (q, shared) = (&raw const *v, r.clone());
        defer! { log(*p + *shared); log(u32::from(q.is_null())); }
        let width = 20 + n;
        assert_eq!(format!("{p:p}"), format!("{:p}", p));
        assert_eq!(format!("{n} {p:#p} {p} {q:width$p}"), format!("{n} {:#p} {} {:width$p}", p, p, q));
        let mut out = String::new();
        write!(out, "{shared:p}").unwrap();
        assert_eq!(out, format!("{:p}", &**r));
        assert_eq!(format!("{p:p}", p = &5u8), format!("{0:p}", &5u8));
        assert!(n < 5, "{p:p}");
        println!("{{p:p}} {p:?}");
    }
}
#[deferrable] fn g(n: u32) -> Result<Box<u32>, u32> {
    let y = Box::new(n);
    errdefer! { log(*y); }
    assert_eq!(format!("{y:p}"), format!("{:p}", &*y));
    if n > 4 { return Err(1); }
    Ok(y)
}
fn main() { f(&3, &Rc::new(4)); assert_eq!(g(1), Ok(Box::new(1))); assert_eq!(g(5), Err(1)); }
