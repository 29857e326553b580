//! kind: errdefer of what is returned together with what may still fail: it is handed over when nothing can fail any more.
//! want: `Ok(W { c, n: ask()? })`, `Some((c, opt()?))`, `..base()`, panics and `return`s in there abort `c` once; arrays, `Box::new(c)`, `Arc::new(Mutex::new(c))`
use defer_rt::deferrable;
use std::sync::{Arc, Mutex};
static T: Mutex<Vec<String>> = Mutex::new(Vec::new());
fn t(s: impl ToString) { T.lock().unwrap().push(s.to_string()); }
fn trace() -> String { std::mem::take(&mut *T.lock().unwrap()).join(" ") }
struct C(u32);
impl C { fn abort(&mut self) { t(format!("abort{}", self.0)); } }
impl Drop for C { fn drop(&mut self) { t(format!("drop{}", self.0)); } }
struct W { c: C, n: u32, m: u32, f: Box<dyn Fn(u32) -> u32> }
fn w() -> W { t("w"); W { c: C(0), n: 0, m: 0, f: Box::new(|x| x) } }
fn ask(k: u32) -> Result<u32, String> { t("ask"); match k { 1 => Err("one".into()), 2 => panic!(), k => Ok(k) } }
#[deferrable]
fn field(k: u32) -> Result<W, String> { let mut c = C(1); errdefer!(c.abort()); Ok(W { m: ask(0)?, c, n: ask(k)?, f: Box::new(|x| x + 1) }) }
#[deferrable]
fn tuple(k: u32) -> Option<(C, u32)> { let mut c = C(2); errdefer!(c.abort()); Some((c, ask(k).ok()?)) }
#[deferrable]
fn base(k: u32) -> Result<(W, u32), String> { let mut c = C(3); errdefer!(c.abort()); if k > 0 { return Ok((W { c, ..w() }, ask(k)?)); } Ok((W { c, n: 1, ..w() }, 0)) }
#[deferrable]
fn leaves(k: u32) -> Result<(C, u32), String> { for i in 4..5 { let mut c = C(i); errdefer!(c.abort()); return Ok((c, if k == 1 { return Err("left".into()) } else { ask(k)? })); } Err("none".into()) }
#[deferrable]
fn array(k: u32) -> Result<[C; 2], String> { let mut c = C(5); errdefer!(c.abort()); let mut d = C(6); errdefer!(d.abort()); ask(k)?; Ok([c, d]) }
#[deferrable]
fn contained(k: u32) -> Result<(Box<C>, Arc<Mutex<C>>), String> { let mut c = C(7); errdefer!(c.abort()); let mut d = C(8); errdefer!(d.abort()); Ok((Box::new(c), { ask(k)?; Arc::new(Mutex::new(take!(d))) })) }
fn run<R>(f: impl Fn(u32) -> R) -> String {
    let turn = |k| { let _ = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| { let it = f(k); t("|"); drop(it); })); trace() };
    [0, 1, 2].map(turn).join(", ")
}
fn main() {
    std::panic::set_hook(Box::new(|_| {}));
    assert_eq!(run(field), "ask ask | drop1, ask ask abort1 drop1 |, ask ask abort1 drop1");
    assert_eq!(run(tuple), "ask | drop2, ask abort2 drop2 |, ask abort2 drop2");
    assert_eq!(run(base), "w drop0 | drop3, w ask drop0 abort3 drop3 |, w ask drop0 abort3 drop3");
    assert_eq!(run(leaves), "ask | drop4, abort4 drop4 |, ask abort4 drop4");
    assert_eq!(run(array), "ask | drop5 drop6, ask abort6 drop6 abort5 drop5 |, ask abort6 drop6 abort5 drop5");
    assert_eq!(run(contained), "ask | drop7 drop8, ask abort8 drop8 abort7 drop7 |, ask abort8 drop8 abort7 drop7");
    let it = field(0).unwrap();
    assert_eq!((it.n, it.m, (it.f)(1)), (0, 0, 2));
}
