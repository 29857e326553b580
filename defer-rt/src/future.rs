//! Async frames: takes the futures of a frame's body and of the rest at each level, gives outcomes, and
//! lets exit code run when the frame's future is dropped.
//!
//! A dropped future runs no code of its own, only `Drop`s, and a `Drop` that ran exit code would have to
//! borrow all that it mentions from the `defer!` on. So the [`Drive`] around a frame's body polls it one
//! last time when it is dropped unfinished. In that poll each level passes on to the level inside it;
//! the innermost drops the rest of the frame instead, wherever that waits, runs its exit code and waits
//! forever, upon which the level around it does the same. No future of the user's is polled.

use core::convert::Infallible;
use core::future::Future;
use core::pin::Pin;
use core::sync::atomic::{AtomicU32, Ordering::Relaxed};
use core::task::{Context, Poll, Waker};

use crate::outcome::Outcome;
use crate::panic::{catch_once, catch_result, is_unwinding};

/// What the levels of one async frame share. Atomic, so that the frame's future stays `Send`; there is
/// never more than one thread at it.
#[derive(Debug)]
pub struct AsyncFrame {
    /// How many levels wait for the rest of the frame.
    open: AtomicU32,
    /// While the frame's future is being dropped, one more than the levels that the last poll has come by.
    passed: AtomicU32,
}

impl AsyncFrame {
    /// A frame without levels.
    #[inline]
    #[must_use]
    pub const fn new() -> Self {
        Self { open: AtomicU32::new(0), passed: AtomicU32::new(0) }
    }

    /// Whether the frame's future is being dropped: nothing can wait any more.
    #[inline]
    #[must_use]
    pub fn is_dropped(&self) -> bool {
        self.passed.load(Relaxed) != 0
    }

    /// A level opens, or exit code that waits begins. The last poll is not to be its last one.
    #[inline]
    fn enter(&self) {
        self.set_open(self.open.load(Relaxed) + 1);
    }

    #[inline]
    fn leave(&self) {
        self.set_open(self.open.load(Relaxed) - 1);
    }

    #[inline]
    fn set_open(&self, open: u32) {
        self.open.store(open, Relaxed);
        if self.is_dropped() {
            self.passed.store(open + 1, Relaxed);
        }
    }

    /// Which level a poll is at, counted from 1, if it is the last poll.
    #[inline]
    fn pass(&self) -> Option<u32> {
        self.is_dropped().then(|| self.passed.fetch_add(1, Relaxed))
    }

    /// Whether a level is the innermost, which is the one to act in the last poll.
    #[inline]
    fn drops(&self, level: Option<u32>) -> bool {
        level == Some(self.open.load(Relaxed))
    }
}

impl Default for AsyncFrame {
    fn default() -> Self {
        Self::new()
    }
}

/// The body of an async frame, at the end of which no exit code is pending, dropped or not.
#[derive(Debug)]
pub struct Drive<'a, F: Future> {
    /// None when it is finished.
    body: Option<Pin<&'a mut F>>,
    frame: &'a AsyncFrame,
}

/// Drives the body of an async frame.
#[inline]
pub fn drive<'a, F: Future>(body: Pin<&'a mut F>, frame: &'a AsyncFrame) -> Drive<'a, F> {
    Drive { body: Some(body), frame }
}

impl<F: Future> Future for Drive<'_, F> {
    type Output = F::Output;

    #[inline]
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        // If the poll panics, the body is finished as well.
        let mut body = self.body.take().expect("not polled again");
        let poll = body.as_mut().poll(cx);
        if poll.is_pending() {
            self.body = Some(body);
        }
        poll
    }
}

impl<F: Future> Drop for Drive<'_, F> {
    #[inline]
    fn drop(&mut self) {
        if let Some(body) = self.body.take()
            && self.frame.open.load(Relaxed) > 0
        {
            self.frame.passed.store(1, Relaxed);
            run_pending(body);
        }
    }
}

#[cold]
fn run_pending<F: Future>(body: Pin<&mut F>) {
    let mut cx = Context::from_waker(Waker::noop());
    if let Some(panic) = catch_once(|| drop(body.poll(&mut cx)))
        && !is_unwinding()
    {
        panic.resume();
    }
}

/// The rest of an async frame, from a site on, or exit code that waits.
#[derive(Debug)]
pub struct Rest<'a, F> {
    future: Pin<&'a mut Option<F>>,
    frame: &'a AsyncFrame,
}

/// Runs the rest of an async frame, or exit code that waits. However it ends, being dropped included,
/// the exit code that is still pending comes next.
#[inline]
pub fn run_async<'a, F: Future>(
    future: Pin<&'a mut Option<F>>,
    frame: &'a AsyncFrame,
) -> Rest<'a, F> {
    frame.enter();
    Rest { future, frame }
}

impl<F: Future> Future for Rest<'_, F> {
    type Output = Outcome<F::Output>;

    #[inline]
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = &mut *self;
        let level = this.frame.pass();
        let outcome = if this.frame.drops(level) {
            release(&mut this.future)
        } else {
            match catch_result(|| {
                this.future.as_mut().as_pin_mut().expect("not polled again").poll(cx)
            }) {
                Ok(Poll::Ready(result)) => Outcome::new(Ok(result)),
                Err(panic) => Outcome::new(Err(panic)),
                // The levels inside this one have just run their exit code.
                Ok(Poll::Pending) if this.frame.drops(level) => release(&mut this.future),
                Ok(Poll::Pending) => return Poll::Pending,
            }
        };
        this.frame.leave();
        Poll::Ready(outcome)
    }
}

/// Drops what waits; its panic is how the level ends then.
#[cold]
fn release<F: Future>(future: &mut Pin<&mut Option<F>>) -> Outcome<F::Output> {
    match catch_once(|| future.as_mut().set(None)) {
        None => Outcome::dropped(),
        Some(panic) => Outcome::new(Err(panic)),
    }
}

/// The end of a level whose future is being dropped: there is no result to go on with.
#[derive(Debug)]
pub struct Dropped;

impl Future for Dropped {
    type Output = Infallible;

    fn poll(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Infallible> {
        Poll::Pending
    }
}
