//! Each defer that is registered runs exactly once, and what it captured is dropped exactly once: by
//! recursion, on threads, with panics in drops, with what is forgotten. Programs by chance show the same of
//! every form and exit; here is what their language does not have.
//!
//! Watched for leaks and wrong accesses, as are all tests of what is done at run time (Linux):
//! `RUSTC_BOOTSTRAP=1 RUSTFLAGS=-Zsanitizer=address cargo test -p defer-tests --target
//! x86_64-unknown-linux-gnu --test exactly_once --test rows --test forms --test placement --test frames
//! --test outcome --test async_frames --test corners`

use std::future::{Future, pending};
use std::panic::{AssertUnwindSafe, catch_unwind, panic_any};
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Mutex};
use std::task::{Context, Waker};

use defer_rt::deferrable;

/// What happened to the values of a test.
#[derive(Default)]
struct Counts {
    made: AtomicUsize,
    run: AtomicUsize,
    dropped: AtomicUsize,
}

impl Counts {
    /// How many values were made. Each has run, and was dropped, once.
    fn balanced(&self) -> usize {
        let made = self.made.load(SeqCst);
        assert_eq!([self.run.load(SeqCst), self.dropped.load(SeqCst)], [made, made]);
        made
    }
}

/// On the heap, so that a double drop, or none, is an error to a sanitizer as well.
struct Value {
    counts: Arc<Counts>,
    is_bomb: bool,
    has_run: Box<AtomicBool>,
}

impl Value {
    fn new(counts: &Arc<Counts>, is_bomb: bool) -> Self {
        counts.made.fetch_add(1, SeqCst);
        Self { counts: Arc::clone(counts), is_bomb, has_run: Box::default() }
    }

    fn run(&self) {
        assert!(!self.has_run.swap(true, SeqCst), "it ran twice");
        self.counts.run.fetch_add(1, SeqCst);
    }
}

impl Drop for Value {
    fn drop(&mut self) {
        self.counts.dropped.fetch_add(1, SeqCst);
        if self.is_bomb {
            panic_any("a drop");
        }
    }
}

fn value(counts: &Arc<Counts>) -> Value {
    Value::new(counts, false)
}

/// Its drop panics.
fn bomb(counts: &Arc<Counts>) -> Value {
    Value::new(counts, true)
}

#[expect(clippy::needless_pass_by_value, reason = "what is deferred takes it")]
fn run(value: Value) {
    value.run();
}

/// The function in each mechanism.
macro_rules! thrice {
    ($name:ident: $type:ty; $($function:tt)*) => {
        mod $name {
            use super::*;
            mod classified { use super::*; #[deferrable] $($function)* }
            mod stack { use super::*; #[deferrable(force = "stack")] $($function)* }
            mod heap { use super::*; #[deferrable(force = "heap")] $($function)* }
            pub(super) const ALL: [$type; 3] = [classified::f, stack::f, heap::f];
        }
    };
}

/// The panic that comes out, if one does.
fn panic_of(run: impl FnOnce()) -> Option<&'static str> {
    let panic = catch_unwind(AssertUnwindSafe(run)).err()?;
    panic.downcast_ref::<&str>().copied().or(Some("another"))
}

thrice! { recursion: fn(u32, &Arc<Counts>) -> u32; pub(super) fn f(depth: u32, counts: &Arc<Counts>) -> u32 {
    defer!(run(value(counts)));
    let kept = value(counts);
    defer!(kept.run());
    for _ in 0..3 {
        defer!(run(value(counts)));
    }
    if depth == 0 {
        panic_any("the bottom");
    }
    let below = f(depth - 1, counts);
    defer!(run(value(counts)));
    below + 1
} }

#[test]
fn recursion_that_ends_in_a_panic() {
    for f in recursion::ALL {
        let counts = Arc::default();
        assert_eq!(panic_of(|| _ = f(100, &counts)), Some("the bottom"));
        assert_eq!(counts.balanced(), 5 * 101);
    }
}

thrice! { threads: fn(usize, &Arc<Counts>) -> Result<usize, usize>;
pub(super) fn f(n: usize, counts: &Arc<Counts>) -> Result<usize, usize> {
    defer!(run(value(counts)));
    errdefer!(run(value(counts)));
    for _ in 0..n % 40 {
        let kept = value(counts);
        defer! { kept.run(); }
    }
    match n % 3 {
        0 => Err(n),
        1 => panic_any("a third"),
        _ => Ok(n),
    }
} }

#[test]
fn threads_of_their_own() {
    for f in threads::ALL {
        let counts: Arc<Counts> = Arc::default();
        let threads = (0..8).map(|_| {
            let counts = Arc::clone(&counts);
            std::thread::spawn(move || {
                (0..120).filter(|n| panic_of(|| _ = f(*n, &counts)).is_some()).count()
            })
        });
        let threads: Vec<_> = threads.collect();
        let panics = threads.into_iter().map(|thread| thread.join().expect("all is caught"));
        assert_eq!(panics.sum::<usize>(), 8 * 40);
        // The value of an `errdefer!` that is not reached by a failure is dropped, but does not run.
        let [made, run, dropped] =
            [&counts.made, &counts.run, &counts.dropped].map(|count| count.load(SeqCst));
        assert_eq!([run, dropped], [made - 8 * 40, made]);
    }
}

thrice! { bombs: fn(&Arc<Counts>) -> Value; pub(super) fn f(counts: &Arc<Counts>) -> Value {
    defer!(run(bomb(counts)));
    for n in 0..20 {
        if n % 2 == 0 {
            defer!(run(bomb(counts)));
        } else {
            let kept = bomb(counts);
            defer! { kept.run(); }
        }
    }
    defer!(|outcome| {
        if let Some(result) = outcome.result() {
            result.run();
        }
    });
    bomb(counts)
} }

#[test]
fn drops_that_panic_one_after_the_other() {
    for f in bombs::ALL {
        let counts = Arc::default();
        assert_eq!(panic_of(|| drop(f(&counts))), Some("a drop"));
        assert_eq!(counts.balanced(), 22);
    }
}

thrice! { kept: fn(&Arc<Counts>) -> Option<Value>; pub(super) fn f(counts: &Arc<Counts>) -> Option<Value> {
    defer!(|outcome| {
        outcome.recover();
    });
    defer!(panic_any("the second"));
    let kept = value(counts);
    defer!(kept.run());
    defer!(panic_any("the first"));
    let result = value(counts);
    result.run();
    Some(result)
} }

#[test]
fn a_result_that_outlives_two_panics() {
    for f in kept::ALL {
        let counts = Arc::default();
        assert!(f(&counts).is_some());
        assert_eq!(counts.balanced(), 2);
    }
}

#[deferrable]
async fn waits(counts: Arc<Counts>) {
    defer!(run(value(&counts)));
    for _ in 0..7 {
        let kept = value(&counts);
        defer!(kept.run());
    }
    pending::<()>().await;
}

fn poll_once<F: Future>(future: Pin<&mut F>) {
    assert!(future.poll(&mut Context::from_waker(Waker::noop())).is_pending());
}

#[test]
fn a_future_that_is_dropped_on_another_thread() {
    let counts: Arc<Counts> = Arc::default();
    let mut future = Box::pin(waits(Arc::clone(&counts)));
    poll_once(future.as_mut());
    assert_eq!(counts.run.load(SeqCst), 0);
    std::thread::spawn(|| drop(future)).join().expect("no panic");
    assert_eq!(counts.balanced(), 8);
}

#[test]
fn a_future_that_is_never_dropped_runs_nothing() {
    static KEPT: Mutex<Vec<Pin<Box<dyn Future<Output = ()> + Send>>>> = Mutex::new(Vec::new());
    let counts: Arc<Counts> = Arc::default();
    let mut future = Box::pin(waits(Arc::clone(&counts)));
    poll_once(future.as_mut());
    KEPT.lock().expect("no panic").push(future);
    let [made, run, dropped] =
        [&counts.made, &counts.run, &counts.dropped].map(|count| count.load(SeqCst));
    assert_eq!([made, run, dropped], [8, 0, 0]);
}

#[deferrable]
fn forgets(counts: &Arc<Counts>) {
    defer!(run(value(counts)));
    defer!(|outcome| {
        if let Some(panic) = outcome.recover() {
            std::mem::forget(panic.downcast::<&str>());
        }
    });
    defer!(run(value(counts)));
    panic_any("forgotten");
}

#[test]
fn a_panic_that_is_forgotten_is_over() {
    let counts = Arc::default();
    assert_eq!(panic_of(|| forgets(&counts)), None);
    assert_eq!(counts.balanced(), 2);
}

/// The value of a panic, whose drop panics with one more, until none is left.
struct Chain(u32, Value);

impl Drop for Chain {
    fn drop(&mut self) {
        self.1.run();
        if self.0 > 0 {
            panic_any(Self(self.0 - 1, value(&self.1.counts)));
        }
    }
}

#[deferrable]
fn replaces(chain: u32, counts: &Arc<Counts>) {
    defer!(panic_any("newer"));
    panic_any(Chain(chain, value(counts)));
}

#[test]
fn the_value_of_a_panic_that_is_replaced_is_dropped() {
    for chain in [0, 1, 5] {
        let counts = Arc::default();
        assert_eq!(panic_of(|| replaces(chain, &counts)), Some("newer"));
        assert_eq!(counts.balanced(), chain as usize + 1);
    }
}
