//! What `#[deferrable]` expands to calls: takes the rest of a frame and the exit code of its sites,
//! gives the frame's result. Not public API: only the macro, of the same version, may use it.
//!
//! Every mechanism has the same shape: [`run`] the rest of the frame, then hand its [`Outcome`], what
//! the site captured, and the exit code to [`open_coded`], [`stack_allocated`] or [`heap_allocated`].
//! The exit code is written once; these functions decide where it is copied to.

use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::failure::{Done, Exits, Fallible, Join};
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

/// Open-coded: the exit code stands on the returning arm, and once more, out of line, for panics.
///
/// `slot` comes by value: were it reached through the exit code, it would have to live in memory.
#[inline(always)]
pub fn open_coded<R, C>(
    outcome: Outcome<R>,
    slot: Option<C>,
    exit: impl FnOnce(C, &mut Outcome<R>),
) -> R {
    if outcome.is_panic() {
        return cold(outcome, slot, exit);
    }
    let mut outcome = outcome;
    if let Some(captures) = slot {
        exit(captures, &mut outcome);
    }
    outcome.end()
}

/// Stack-allocated: one copy of the exit code for every way out.
#[inline(always)]
pub fn stack_allocated<R, C>(
    outcome: Outcome<R>,
    record: StackRecord<C>,
    exit: impl FnOnce(C, &mut Outcome<R>),
) -> R {
    shared(outcome, record.into_captures(), exit)
}

/// Heap-allocated, for a site that runs more than once: drains the records, last in, first out.
///
/// A record whose exit code panics leaves the others pending: the drain goes on with the new panic.
#[inline(always)]
pub fn heap_allocated<R, S>(
    mut outcome: Outcome<R>,
    records: &mut HeapRecords<S>,
    mut exit: impl FnMut(S, &mut Outcome<R>),
) -> R {
    while !records.is_empty() {
        let drained = catch_unwind(AssertUnwindSafe(|| {
            while let Some(site) = records.pop() {
                exit(site, &mut outcome);
            }
        }));
        if let Err(newer) = drained {
            outcome.replace_panic(newer);
        }
    }
    outcome.end()
}

/// Heap-allocated by `force = "heap"`: a site that runs once at most, so its exit code may move.
#[inline(always)]
pub fn heap_allocated_once<R, S>(
    outcome: Outcome<R>,
    records: &mut HeapRecords<S>,
    exit: impl FnOnce(S, &mut Outcome<R>),
) -> R {
    shared(outcome, records.pop(), exit)
}

#[cold]
#[inline(never)]
fn cold<R, C>(outcome: Outcome<R>, slot: Option<C>, exit: impl FnOnce(C, &mut Outcome<R>)) -> R {
    shared(outcome, slot, exit)
}

/// Runs the exit code with whatever outcome there is. A panic in it replaces the one in flight.
#[inline(always)]
fn shared<R, C>(
    mut outcome: Outcome<R>,
    slot: Option<C>,
    exit: impl FnOnce(C, &mut Outcome<R>),
) -> R {
    let Some(captures) = slot else { return outcome.end() };
    if !outcome.is_panic() {
        exit(captures, &mut outcome);
        return outcome.end();
    }
    // Dropping the old panic's payload while the new one unwinds could abort the process.
    match catch_unwind(AssertUnwindSafe(|| exit(captures, &mut outcome))) {
        Ok(()) => outcome.end(),
        Err(newer) => {
            outcome.replace_panic(newer);
            outcome.end()
        }
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
