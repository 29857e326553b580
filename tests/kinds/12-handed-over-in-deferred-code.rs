//! kind: K12 what is handed over on success, by a closure in deferred code: in blocks, with an outcome, in loops, in what is deferred in it.
//! want: compiles as in a function; on success nothing is aborted, on failure it is, once
use defer_rt::deferrable;
use std::cell::RefCell;
thread_local!(static LOG: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) });
fn t(s: impl ToString) { LOG.with_borrow_mut(|l| l.push(s.to_string())); }
fn trace() -> String { LOG.with_borrow_mut(std::mem::take).join(" ") }
struct Conn(u32);
impl Conn {
    fn hello(&self) -> Result<(), u32> { if self.0 == 3 { Err(3) } else { Ok(()) } }
    fn abort(&mut self) { t(format!("abort{}", self.0)); }
}
fn end(opened: Result<Conn, u32>) { t(opened.map_or_else(|e| format!("e{e}"), |c| format!("c{}", c.0))); }
#[deferrable]
fn block(n: u32) {
    defer! { end((|| -> Result<Conn, u32> { let mut c = Conn(n); errdefer!(c.abort()); c.hello()?; Ok(c) })()); }
    t("body");
}
#[deferrable]
fn outcome(n: u32) {
    defer!(|_| {
        for i in n..n + 2 {
            end((|| -> Result<Conn, u32> { let mut c = Conn(i); errdefer! { c.abort(); } c.hello()?; return Ok(c) })());
        }
    });
}
#[deferrable]
fn deeper(n: u32) {
    defer! {
        defer! { end((|| { let mut c = Conn(n); errdefer!(c.abort()); c.hello()?; Ok::<_, u32>(c) })()); }
        t("outer");
    }
}
fn main() {
    block(1);
    block(3);
    assert_eq!(trace(), "body c1 body abort3 e3");
    outcome(2);
    assert_eq!(trace(), "c2 abort3 e3");
    deeper(4);
    deeper(3);
    assert_eq!(trace(), "outer c4 outer abort3 e3");
}
