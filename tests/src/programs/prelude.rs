//! What the printed programs call: takes a seed and the runs, gives their traces on the standard output. It is text
//! that is put into them, from the first empty line on, and no module of this crate.

use std::any::Any;
use std::cell::{Cell, RefCell};
use std::future::Future;
use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};
thread_local! {
    static TRACE: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
    static STATE: Cell<u32> = const { Cell::new(0) };
}
fn trace(line: String) { TRACE.with_borrow_mut(|trace| trace.push(line)); }
fn t(id: u32) { trace(format!("T {id}")); }
fn tx(id: u32, x: i32) { trace(format!("X {id} {x}")); }
fn vr(id: u32, r: i32) { trace(format!("W {id} {r}")); }
fn v<R: Made>(id: u32, value: R) {
    let shown = value.shown();
    if !shown.is_empty() { trace(format!("V {id} {shown}")); }
}
fn d(id: u32) { trace(format!("D {id}")); }
fn run(id: u32) { trace(format!("R {id}")); }
fn runx(id: u32, x: i32) { trace(format!("R {id} {x}")); }
fn rnd(n: u32) -> u32 {
    let state = STATE.get().wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
    STATE.set(state);
    (state >> 16) % n
}
/// A recover in a function that was not deferred, or in a literal that is called, recovers nothing.
fn recover(id: u32, outcome: &mut Option<&mut Outcome<()>>) {
    recovered(id, outcome.as_mut().and_then(|outcome| outcome.recover()));
}
fn recovered(id: u32, panic: Option<Panic>) {
    match panic {
        Some(panic) => trace(format!("C {id} {}", panic.downcast::<i32>().expect("a number"))),
        None => trace(format!("C {id} nil")),
    }
}
fn flip() -> bool { rnd(2) == 1 }
fn pick(n: u32) -> u32 { rnd(n) }

/// What is returned.
trait Made { fn made(v: i32) -> Self; fn shown(&self) -> String; }
impl Made for () {
    fn made(_: i32) -> Self {}
    fn shown(&self) -> String { String::new() }
}
impl Made for i32 {
    fn made(v: i32) -> Self { v }
    fn shown(&self) -> String { self.to_string() }
}
impl Made for Result<i32, i32> {
    fn made(v: i32) -> Self { if v % 3 == 0 { Err(v) } else { Ok(v) } }
    fn shown(&self) -> String {
        match self { Ok(value) => format!("ok {value}"), Err(value) => format!("err {value}") }
    }
}
impl Made for Result<(), i32> {
    fn made(v: i32) -> Self { if v % 3 == 0 { Err(v) } else { Ok(()) } }
    fn shown(&self) -> String { self.map(|()| 0).shown() }
}
/// With a variable's value in it.
trait Keeps { fn token(&self) -> &Token; }
impl Keeps for Token { fn token(&self) -> &Token { self } }
impl Keeps for (Token, u32) { fn token(&self) -> &Token { &self.0 } }
struct Pair { held: Token, number: u32 }
impl Keeps for Pair { fn token(&self) -> &Token { &self.held } }
impl<K: Keeps> Made for Result<K, i32> {
    fn made(v: i32) -> Self { Err(v) }
    fn shown(&self) -> String {
        match self { Ok(kept) => format!("kept {}", kept.token().bumps), Err(value) => format!("err {value}") }
    }
}
fn made<R: Made>(v: i32) -> R { R::made(v) }
fn check(id: u32) -> Result<i32, i32> {
    let fails = flip();
    trace(format!("E {id} {fails}"));
    if fails { Err(id as i32) } else { Ok(0) }
}
fn look<R: Made>(id: u32, outcome: &Outcome<R>) {
    trace(match (outcome.result(), outcome.panic()) {
        (Some(result), _) => format!("O {id} returned {}", result.shown()),
        (_, Some(panic)) => format!("O {id} panicked {}", panic.downcast_ref::<i32>().expect("a number")),
        _ if outcome.is_dropped() => format!("O {id} dropped"),
        _ => format!("O {id} goes on"),
    });
}
macro_rules! leave { ($($value:tt)*) => { return $($value)* } }

/// Its drop is traced.
struct Token { id: u32, bumps: u32, is_bomb: bool }
fn value(id: u32) -> Token { trace(format!("N {id}")); Token { id, bumps: 0, is_bomb: false } }
fn bomb(id: u32) -> Token {
    let mut token = value(id);
    token.is_bomb = true;
    token
}
impl Drop for Token {
    fn drop(&mut self) {
        trace(format!("~ {}", self.id));
        if self.is_bomb { std::panic::panic_any(self.id as i32); }
    }
}
/// What variables hold.
trait Held { fn bumps(&self) -> u32; fn bump(&mut self); fn show(&self, id: u32); }
impl Held for Token {
    fn bumps(&self) -> u32 { self.bumps }
    fn bump(&mut self) { self.bumps += 1; }
    fn show(&self, id: u32) { show(id, self) }
}
impl Held for u32 {
    fn bumps(&self) -> u32 { *self }
    fn bump(&mut self) { *self += 1; }
    fn show(&self, id: u32) { show(id, self) }
}
fn show(id: u32, held: &impl Held) { trace(format!("S {id} {}", held.bumps())); }
fn left(id: u32, list: &[u32]) { trace(format!("S {id} {}", list.len())); }
fn consume(id: u32, held: impl Held) { trace(format!("R {id} {}", held.bumps())); }

struct Wait(bool);
impl Future for Wait {
    type Output = ();
    fn poll(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<()> {
        if std::mem::replace(&mut self.0, true) { Poll::Ready(()) } else { Poll::Pending }
    }
}
async fn wait(id: u32) { trace(format!("Y {id}")); Wait(false).await }
/// Polls it to its end, or drops it when it has waited so often.
fn drive<F: Future>(future: F, mut waits: Option<u32>) -> Option<F::Output> {
    let mut future = pin!(future);
    loop {
        match future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(value) => return Some(value),
            Poll::Pending if waits == Some(0) => return None,
            Poll::Pending => waits = waits.map(|waits| waits - 1),
        }
    }
}

/// Runs what the lines of a file say, and prints the traces, or a line for each that stands for them.
fn runs(entries: &[fn(Option<u32>) -> Option<String>]) {
    use std::hash::{Hash, Hasher};
    std::panic::set_hook(Box::new(|_| {}));
    let arguments: Vec<String> = std::env::args().collect();
    let lines = std::fs::read_to_string(&arguments[1]).expect("a file of runs");
    let mut out = String::new();
    for line in lines.lines() {
        let words: Vec<Option<u32>> = line.split(' ').map(|word| word.parse().ok()).collect();
        STATE.set(words[1].expect("a seed"));
        let entry = entries[words[0].expect("an entry") as usize];
        let end = match std::panic::catch_unwind(|| entry(words[2])) {
            Ok(Some(shown)) => format!("END {shown}"),
            Ok(None) => "END dropped".to_owned(),
            Err(panic) => format!("END panic {}", panic.downcast::<i32>().expect("a number")),
        };
        trace(end.trim_end().to_owned());
        let lines = TRACE.take();
        if arguments.len() > 2 {
            out += &(lines.join("\n") + "\n");
        } else {
            let mut hasher = std::hash::DefaultHasher::new();
            lines.hash(&mut hasher);
            out += &format!("{:x}\n", hasher.finish());
        }
    }
    print!("{out}");
}
