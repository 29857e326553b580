//! What `#[deferrable]` expands to calls: takes the rest of a frame and the exit code of its sites,
//! gives the frame's result. Not public API: only the macro, of the same version, may use it.
//!
//! Every mechanism has the same shape: [`run`] the rest of the frame, then hand its [`Outcome`], what
//! the site captured, and the exit code to [`open_coded`], [`stack_allocated`] or [`heap_allocated`].
//! The exit code is written once; these functions decide where it is copied to.

use std::panic::{AssertUnwindSafe, catch_unwind};

pub use crate::failure::{Done, Exits, Fallible, Join};
pub use crate::heap::HeapRecords;
pub use crate::outcome::Outcome;
pub use crate::stack::StackRecord;
pub use crate::watch_environment;
pub use core::option::Option::{self, None, Some};

/// Runs the rest of the frame. However it ends, the caller goes on with the exit code.
#[inline(always)]
pub fn run<R, F: FnOnce() -> R>(rest: F) -> Outcome<R> {
    // Whoever sees a broken invariant afterwards would have seen it in a `Drop` as well.
    Outcome::from(catch_unwind(AssertUnwindSafe(rest)))
}

/// How a level ended, on its way to the exit code and out.
pub trait Ended<R>: Sized {
    /// What the exit code sees.
    fn outcome(&mut self) -> &mut Outcome<R>;

    /// Runs the exit code, and leaves the level.
    fn leave(self, exit: impl FnOnce(&mut Outcome<R>)) -> R;

    /// Leaves the level.
    fn end(self) -> R;
}

impl<R> Ended<R> for Outcome<R> {
    #[inline(always)]
    fn outcome(&mut self) -> &mut Outcome<R> {
        self
    }

    #[inline(always)]
    fn leave(mut self, exit: impl FnOnce(&mut Outcome<R>)) -> R {
        if !self.is_panic() {
            exit(&mut self);
        } else if let Err(newer) = catch_unwind(AssertUnwindSafe(|| exit(&mut self))) {
            // Caught, as dropping the older payload while the newer unwinds could abort the process.
            self.replace_panic(newer);
        }
        self.end()
    }

    #[inline(always)]
    fn end(self) -> R {
        Outcome::end(self)
    }
}

/// A level of a frame whose exit code may recover: like Go's named result, what is to be returned
/// outlives a panic of later exit code.
pub struct Keeping<'a, R> {
    outcome: Outcome<R>,
    kept: &'a mut Option<R>,
}

/// Lets a level keep the result for the levels around it.
#[inline(always)]
pub fn keeping<R>(mut outcome: Outcome<R>, kept: &mut Option<R>) -> Keeping<'_, R> {
    outcome.restore(kept.take());
    Keeping { outcome, kept }
}

impl<R> Ended<R> for Keeping<'_, R> {
    #[inline(always)]
    fn outcome(&mut self) -> &mut Outcome<R> {
        &mut self.outcome
    }

    #[inline(always)]
    fn leave(mut self, exit: impl FnOnce(&mut Outcome<R>)) -> R {
        if let Err(newer) = catch_unwind(AssertUnwindSafe(|| exit(&mut self.outcome))) {
            self.outcome.replace_panic(newer);
        }
        self.end()
    }

    #[inline(always)]
    fn end(mut self) -> R {
        if self.outcome.is_panic() {
            *self.kept = self.outcome.keep();
        }
        self.outcome.end()
    }
}

/// Open-coded: the exit code stands on the returning arm, and once more, out of line, for panics.
///
/// `slot` comes by value: were it reached through the exit code, it would have to live in memory.
#[inline(always)]
pub fn open_coded<R, C>(
    mut ended: impl Ended<R>,
    slot: Option<C>,
    exit: impl FnOnce(C, &mut Outcome<R>),
) -> R {
    if ended.outcome().is_panic() { cold(ended, slot, exit) } else { once(ended, slot, exit) }
}

/// Stack-allocated: one copy of the exit code for every way out.
#[inline(always)]
pub fn stack_allocated<R, C>(
    ended: impl Ended<R>,
    record: StackRecord<C>,
    exit: impl FnOnce(C, &mut Outcome<R>),
) -> R {
    once(ended, record.into_captures(), exit)
}

/// Heap-allocated, for a site that runs more than once: drains the records, last in, first out.
///
/// A record whose exit code panics leaves the others pending: the drain goes on with the new panic.
#[inline(always)]
pub fn heap_allocated<R, S>(
    mut ended: impl Ended<R>,
    records: &mut HeapRecords<S>,
    mut exit: impl FnMut(S, &mut Outcome<R>),
) -> R {
    let outcome = ended.outcome();
    while !records.is_empty() {
        let drained = catch_unwind(AssertUnwindSafe(|| {
            while let Some(site) = records.pop() {
                exit(site, outcome);
            }
        }));
        if let Err(newer) = drained {
            outcome.replace_panic(newer);
        }
    }
    ended.end()
}

/// Heap-allocated by `force = "heap"`: a site that runs once at most, so its exit code may move.
#[inline(always)]
pub fn heap_allocated_once<R, S>(
    ended: impl Ended<R>,
    records: &mut HeapRecords<S>,
    exit: impl FnOnce(S, &mut Outcome<R>),
) -> R {
    once(ended, records.pop(), exit)
}

#[cold]
#[inline(never)]
fn cold<R, C>(ended: impl Ended<R>, slot: Option<C>, exit: impl FnOnce(C, &mut Outcome<R>)) -> R {
    once(ended, slot, exit)
}

#[inline(always)]
fn once<R, C>(ended: impl Ended<R>, slot: Option<C>, exit: impl FnOnce(C, &mut Outcome<R>)) -> R {
    match slot {
        Some(captures) => ended.leave(|outcome| exit(captures, outcome)),
        None => ended.end(),
    }
}

/// `errdefer!`: whether the exit code is to run.
#[inline(always)]
pub fn is_failure<R: Fallible>(outcome: &Outcome<R>) -> bool {
    outcome.is_failure()
}

/// `defer!(call?)`: the call's failure joins the result.
#[inline(always)]
pub fn join_call<R: Join<X>, X>(outcome: &mut Outcome<R>, exit: X) {
    outcome.join(exit);
}

/// `?` in a deferred block: what the block ends with joins the result.
#[inline(always)]
pub fn join_block<R: Exits>(
    outcome: &mut Outcome<R>,
    block: impl FnOnce(&mut Outcome<R>) -> R::Exit,
) {
    let exit = block(outcome);
    outcome.join(exit);
}

/// The end of a deferred block with `?`.
#[inline(always)]
#[must_use]
pub fn done<X: Done>() -> X {
    X::done()
}
