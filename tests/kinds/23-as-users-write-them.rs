//! kind: K23 frames: turns and blocks as users write them: values handed over on success, `take!`, methods, generic and opaque results, closures.
//! want: the frame's values live as long as its deferred code, and leave with what is returned
use defer_rt::deferrable;
use std::sync::Mutex;
static T: Mutex<Vec<String>> = Mutex::new(Vec::new());
fn t(s: impl ToString) { T.lock().unwrap().push(s.to_string()); }
fn trace() -> String { std::mem::take(&mut *T.lock().unwrap()).join(" ") }
struct Conn(u32);
impl Conn { fn open(n: u32) -> Result<Conn, String> { t(format!("open{n}")); Ok(Conn(n)) } fn auth(&mut self, ok: bool) -> Result<(), String> { if ok { Ok(()) } else { Err("auth".into()) } } fn close(&mut self) { t(format!("close{}", self.0)); } fn commit(self) -> Result<(), String> { t(format!("commit{}", self.0)); Ok(()) } }
#[deferrable]
fn connect(ok: bool) -> Result<Conn, String> {
    #[deferrable] let c = { let mut c = Conn::open(1)?; errdefer!(c.close()); c.auth(ok)?; c };
    t("connected");
    Ok(c)
}
#[deferrable]
fn first(n: u32) -> Result<Conn, String> {
    #[deferrable]
    for i in 0..n {
        let mut c = Conn::open(i)?;
        errdefer! { c.close(); }
        c.auth(i < 2)?;
        if i == 1 { return Ok(c); }
    }
    Err("none".into())
}
#[deferrable]
fn import(batches: Vec<Vec<u32>>) -> Result<u32, String> {
    let mut sum = 0;
    #[deferrable]
    for batch in batches {
        let mut tx = Conn::open(batch.len() as u32)?;
        defer!(tx.close());
        for row in &batch { if *row > 9 { Err("big".to_string())? } sum += row; tx.0 += 1; }
        take!(tx).commit()?;
    }
    Ok(sum)
}
struct S { n: u32, log: Vec<String> }
impl S {
    fn unlock(&mut self) { self.log.push(format!("u{}", self.n)); }
    #[deferrable]
    fn work(&mut self, k: u32) -> Result<u32, String> {
        #[deferrable]
        while self.n < k { self.n += 1; defer!(self.unlock()); if self.n == 2 { continue; } if self.n == 5 { return Err("five".into()); } self.log.push(format!("w{}", self.n)); }
        Ok(self.n)
    }
    #[deferrable]
    fn pops(&mut self, mut stack: Vec<u32>) -> Option<u32> {
        #[deferrable]
        while let Some(x) = stack.pop() { defer! { self.log.push(format!("p{x}")); } if x == 0 { None? } if x == 9 { return Some(self.n); } self.n += x; }
        Some(self.n)
    }
}
#[deferrable]
fn generic<'a, I: IntoIterator<Item = &'a str>, E: From<std::num::ParseIntError>>(it: I) -> Result<Vec<(&'a str, i64)>, E> {
    let mut all = vec![];
    #[deferrable]
    for s in it { defer!(t(s.len())); let n: i64 = s.parse()?; all.push((s, n)); }
    Ok(all)
}
#[deferrable]
fn opaque(n: u32) -> impl Iterator<Item = u32> { #[deferrable] { defer!(t("it")); if n > 3 { t("big"); } } 0..n }
#[deferrable]
fn boxed(n: u32) -> Result<Box<dyn Fn(u32) -> u32>, Box<dyn std::error::Error + Send + Sync>> {
    #[deferrable] { defer!(t("b")); if n == 1 { return Ok(Box::new(|x| x + 1)); } if n == 2 { Err("two")? } "3".parse::<u32>()?; }
    Ok(Box::new(move |x| x + n))
}
#[deferrable]
fn never(n: u32) -> ! { #[deferrable] loop { defer!(t(n)); if n > 0 { panic!("never"); } } }
#[deferrable]
fn unit(n: u32) { #[deferrable] for i in 0..n { errdefer!(t("e")); defer!(t(i)); if i == 1 { return; } } t("end"); }
fn is_send<T: Send>(t: T) -> T { t }
#[deferrable]
async fn send(ids: Vec<u32>) -> Result<u32, String> {
    #[deferrable]
    for id in ids { let s = String::from("x"); defer! { t(s.len()); } std::future::ready(()).await; if id > 3 { return Err(s.clone()); } }
    Ok(1)
}
#[deferrable]
fn moved(v: Vec<String>) -> Vec<String> {
    let mut out = Vec::new();
    #[deferrable]
    for s in v { let mut s = s; s.push('!'); defer!(t("x")); out.push(s); }
    let total = #[deferrable] { let v = out; defer!(t(v.len())); v };
    total
}
#[deferrable]
fn outer_vars() -> u32 {
    let mut a = 1; let mut s = String::new();
    #[deferrable]
    for i in 0..3 { defer! { a += i; s.push('.'); } s.push_str(&a.to_string()); if i == 1 { continue; } a *= 2; }
    t(&s);
    a
}
fn main() {
    assert_eq!((connect(true).map(|c| c.0), trace()), (Ok(1), "open1 connected".into()));
    assert_eq!((connect(false).map(|c| c.0), trace()), (Err("auth".into()), "open1 close1".into()));
    assert_eq!((first(3).map(|c| c.0), trace()), (Ok(1), "open0 open1".into()));
    assert_eq!((first(1).map(|c| c.0), trace()), (Err("none".into()), "open0".into()));
    assert_eq!((import(vec![vec![1, 2], vec![3]]), trace()), (Ok(6), "open2 commit4 open1 commit2".into()));
    assert_eq!((import(vec![vec![1], vec![10]]), trace()), (Err("big".into()), "open1 commit2 open1 close1".into()));
    let mut s = S { n: 0, log: vec![] };
    assert_eq!((s.work(3), s.work(9), s.log.join(" ")), (Ok(3), Err("five".into()), "w1 u1 u2 w3 u3 w4 u4 u5".into()));
    let mut s = S { n: 0, log: vec![] };
    assert_eq!((s.pops(vec![1, 9, 2, 3]), s.pops(vec![0, 1]), s.pops(vec![4]), s.log.join(" ")), (Some(5), None, Some(10), "p3 p2 p9 p1 p0 p4".into()));
    assert_eq!((generic::<_, std::num::ParseIntError>(["12", "3"]).unwrap(), trace()), (vec![("12", 12), ("3", 3)], "2 1".into()));
    assert_eq!((opaque(4).sum::<u32>(), trace()), (6, "big it".into()));
    assert_eq!((boxed(1).unwrap()(1), boxed(2).is_err(), boxed(5).unwrap()(1), trace()), (2, true, 6, "b b b".into()));

    assert!(std::panic::catch_unwind(|| { never(1); }).is_err()); assert_eq!(trace(), "1");
    unit(3); unit(1); assert_eq!(trace(), "0 1 0 end");
    drop(is_send(send(vec![1])));
    assert_eq!((moved(vec!["a".into()]), trace()), (vec!["a!".into()], "x 1".into()));
    assert_eq!((outer_vars(), trace()), (8, "1.2.3.".into()));
}
