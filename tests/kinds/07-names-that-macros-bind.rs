//! kind: K07 a macro that nobody can read binds a name that deferred code mentions, too.
//! want: behind its pattern the name is the macro's; elsewhere it is the variable
use defer_rt::prelude::*;
use std::any::type_name_of_val;
use std::cell::RefCell;
use std::collections::HashMap;
thread_local!(static LOG: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) });
fn t(s: impl ToString) { LOG.with_borrow_mut(|l| l.push(s.to_string())); }
fn trace() -> String { LOG.with_borrow_mut(std::mem::take).join(" ") }

macro_rules! pick { ($p:pat = $e:expr => $b:expr) => { match $e { $p => $b } } }
macro_rules! select {
    ($($p:pat = $e:expr $(, if $c:expr)? => $b:block $(,)?)*) => { $( if true $(&& $c)? { #[allow(irrefutable_let_patterns)] if let $p = $e { $b } } )* };
}
macro_rules! each { ($p:pat, in $v:expr => $b:expr) => { for $p in $v { $b } }; ($p:ident in $v:expr => $b:expr) => { for $p in $v { $b } } }
macro_rules! map { ($($k:expr => $v:expr),* $(,)?) => {{ let mut map = HashMap::new(); $( map.insert($k, $v); )* map }} }
macro_rules! code { (@ $($t:tt)*) => { $($t)* } }

#[deferrable]
fn picks() {
    for i in 0..1u32 {
        let msg = i;
        defer! { t(msg); }
        pick!(msg = Box::new(5u32) => t(type_name_of_val(&msg).contains("Box")));
        pick!(msg = i + 10 => t(msg));
        pick!(_ = msg => t(msg));
        pick!((msg, _) = (msg + 7, 1) => t(msg));
    }
}
#[deferrable]
fn selects(all: &[Option<u32>]) -> u32 {
    let mut sum = 0;
    for msg in all {
        let cond = msg.is_some();
        defer! { t(format!("{msg:?}{cond}")); }
        select! {
            Some(msg) = *msg, if cond => { sum += msg; }
            None = *msg => { sum += u32::from(cond); },
            cond = msg.map(|cond| cond + 1) => { sum += cond.unwrap_or(100); }
        }
        let known = map! { cond => msg.unwrap_or(0), !cond => 5 };
        t(known[&cond]);
    }
    sum
}
#[deferrable]
fn turns(v: &[u32]) -> u32 {
    let mut sum = 0;
    if sum == 0 {
        let item = 50;
        defer! { t(item); }
        each!(item in v => sum += item);
        each!(item in [item] => sum += item);
        code!(@ for item in v { sum += *item; } sum += item;);
        code!(@ { let late = item + 1; let item = late; sum += item; });
        code!(@ if let Some(item) = v.first() { sum += *item; } else { sum += item; });
        code!(@ sum += match v.last() { Some(item) if *item > 9 => *item, Some(_) => item, None => 0 };);
        let add = code!(@ |item: u32| item + 1);
        sum += add(1) + item;
    }
    sum
}
fn main() {
    picks();
    assert_eq!(trace(), "true 10 0 7 0");
    assert_eq!((selects(&[Some(3), None]), trace()), (3 + 4 + 100, "3 0 Nonefalse Some(3)true".into()));
    assert_eq!((turns(&[1, 2]), trace()), (3 + 50 + 3 + 50 + 51 + 1 + 50 + 2 + 50, "50".into()));
}
