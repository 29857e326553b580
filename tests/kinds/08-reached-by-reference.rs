//! kind: variables of inner blocks are reached by reference behind their `defer!`, whatever they are and however they are used.
//! want: `&mut`s that are not `mut`, `move` closures with copies of their own, borrows taken ahead of the `defer!`, types known later, keys and fields in macros, arms that exclude each other
use defer_rt::deferrable;
use std::collections::BTreeMap;
use std::sync::Mutex;
static T: Mutex<Vec<String>> = Mutex::new(Vec::new());
fn t(s: impl ToString) { T.lock().unwrap().push(s.to_string()); }
fn trace() -> String { std::mem::take(&mut *T.lock().unwrap()).join(" ") }
struct Part<'a> { out: &'a mut String }
struct Db(u32);
struct Query<'a>(&'a Db);
impl Db { fn prepare(&self) -> Query<'_> { Query(self) } fn close(&self) { t(format!("close {}", self.0)); } fn commit(self) { t(format!("commit {}", self.0)); } fn abort(self) { t(format!("abort {}", self.0)); } }
impl Drop for Db { fn drop(&mut self) { t(format!("drop {}", self.0)); } }
impl Query<'_> { fn run(&self) -> u32 { self.0.0 + 10 } }

#[deferrable]
fn exclusive_references(one: &mut [(u8, String)], all: &mut [(u8, String)], map: &mut BTreeMap<u8, Vec<u8>>, some: Option<&mut u8>) {
    for (n, s) in one.iter_mut() { defer! { t(format!("{n}{s}")); } *n += 1; s.push('x'); }
    for (n, s) in all { defer!(t(&s)); defer! { *n += 1; } s.push('y'); *n += 1; }
    if let Some(list) = map.get_mut(&1) { defer! { list.push(9); t(list.len()); } list.push(8); list[0] += 1; }
    if let Some(v) = some { defer! { *v += 1; } *v += 1; let w: &mut u8 = v; *w += 1; }
}
#[deferrable]
fn in_a_field(s: &mut String) { if s.is_empty() { let p = Part { out: s }; defer! { p.out.push('b'); } p.out.push('a'); p.out.push('c'); } }
#[deferrable]
fn moving(n: u32) -> u32 {
    let mut all: Vec<Box<dyn Fn() -> u32>> = Vec::new();
    for id in 0..n { defer! { t(id); } all.push(Box::new(move || id + 1)); std::thread::spawn(move || id).join().unwrap(); }
    if n > 0 { let mut k = 5; defer! { t(k); } let mut own = move || { k += 1; k }; k += 10; t(own()); t(own()); }
    all.iter().map(|one| one()).sum()
}
#[deferrable]
fn known_later(lines: &[&str]) -> usize {
    let mut n = 0;
    for l in lines { let w = l.chars().collect(); defer! { t(&w); } let s: &String = &w; n += s.len(); }
    if n > 0 { let v = "12".parse().unwrap(); defer! { t(v); } let w: u8 = v; n += usize::from(w); }
    n
}
#[deferrable]
fn lent_ahead(n: u32) -> u32 {
    let mut sum = 0;
    for i in 0..n {
        let db = Db(i);
        if i == 2 { let Db(_) = db; return sum; }
        let query = db.prepare();
        defer!(db.close());
        sum += query.run();
    }
    sum
}
#[deferrable]
fn excluding(all: Vec<Db>, kept: &mut Vec<Db>) {
    for db in all {
        if db.0 == 0 { kept.push(db); } else if db.0 == 1 { defer!(db.commit()); } else if db.0 == 2 { defer!(db.abort()); return; } else { match db.0 { 3 => { defer!(db.close()); } _ => kept.push(db) } }
    }
}
struct Point { n: u32 }
macro_rules! map { ($($k:expr => $v:expr),*) => { [$(($k, $v)),*] }; }
#[deferrable]
fn in_macros() -> u32 {
    for n in 1..2 { defer! { t(n); } let m = map! { n => Point { n }, n + 1 => Point { n: n + 1 } }; return m.iter().map(|(k, v)| k + v.n).sum(); }
    0
}
fn show(n: u32) { t(format!("={n}")); }
#[deferrable]
fn in_frames_of_their_own() { for _ in 0..1 { let mut n = 1; defer! { t(n); } let mut step = || { defer!(show(n)); n += 1; }; step(); step(); } }
fn main() {
    let (mut one, mut all, mut map, mut some) = ([(1, "a".to_string())], [(1, "a".to_string()), (5, "b".into())], BTreeMap::from([(1, vec![1])]), 0);
    exclusive_references(&mut one, &mut all, &mut map, Some(&mut some));
    assert_eq!((all[0].0, &all[0].1[..], map[&1].clone(), some), (3, "ay", vec![2, 8, 9], 3));
    assert_eq!(trace(), "3 by ay 2ax");
    let mut s = String::new();
    in_a_field(&mut s);
    assert_eq!(s, "acb");
    assert_eq!((moving(3), trace()), (6, "6 7 15 2 1 0".into()));
    assert_eq!((known_later(&["ab", "c"]), trace()), (15, "12 c ab".into()));
    assert_eq!((lent_ahead(2), trace()), (21, "close 1 drop 1 close 0 drop 0".into()));
    assert_eq!((lent_ahead(3), trace()), (21, "drop 2 close 1 drop 1 close 0 drop 0".into()));
    let mut kept = Vec::new();
    excluding(vec![Db(0), Db(1), Db(3), Db(4), Db(2), Db(5)], &mut kept);
    assert_eq!(kept.iter().map(|it| it.0).collect::<Vec<_>>(), [0, 4]);
    assert_eq!(trace(), "drop 5 abort 2 drop 2 close 3 drop 3 commit 1 drop 1");
    drop(kept); trace();
    assert_eq!((in_macros(), trace()), (6, "1".into()));
    in_frames_of_their_own();
    assert_eq!(trace(), "=1 =2 3");
}
