//! What `#[deferrable]` expands to calls: takes the rest of a frame and the exit code of its sites,
//! gives the frame's result. Not public API: only the macro, of the same version, may use it.
//!
//! Every level has the same shape: it runs the rest of the frame, and hands how that ended, what its sites captured, and
//! their exit code to `level.rs` and `mechanism.rs`.

use core::mem::replace;

use crate::panic::{catch_once, leave_behind};

pub use crate::argument::{
    Arg, Borrow, How, Now, Seen, Through, TypeOf, any, borrowed, expected, handed_over, later,
    told, type_of, type_said, type_to_find, value_of, value_of_type,
};
pub use crate::failure::{Done, Exits, Fallible, Join};
pub use crate::full::Full;
pub use crate::future::{AsyncFrame, Dropped, drive, run_async};
#[cfg(feature = "alloc")]
pub use crate::heap::HeapRecords;
#[cfg(feature = "alloc")]
pub use crate::homes::OpenHomes;
pub use crate::homes::{
    Home, Keeps, Lease, Takes, Visit, consume, full, keep, lease, move_in, refused, taken,
};
pub use crate::left::{Branch, FromFailure, Left, turn};
pub use crate::level::{
    Caught, Slot, catch_any, caught, leave, leave_certain, leave_handling, leave_seeing, rest,
    rest_as, run, run_as, run_caught, run_caught_as, slot,
};
pub use crate::mechanism::*;
pub use crate::outcome::{Handed, Outcome};
use crate::sight::ExitCode;
#[cfg(feature = "alloc")]
use crate::sight::Repeats;
pub use crate::sight::{Shows, View};
pub use crate::stack::StackRecord;
#[cfg(feature = "alloc")]
pub use crate::tell::{Place, tell_bytes};
pub use crate::watch_environment;
pub use crate::{__asserted as asserted, __dbg as dbg, __unread as unread};
pub use core::convert::Infallible;
pub use core::option::Option::{self, None, Some};
pub use core::pin::pin;
pub use core::primitive::u8;
pub use core::result::Result::{self, Err, Ok};

/// How a level ended, on its way through the exit code and out.
pub trait Ended: Sized {
    /// The frame's result.
    type Result;

    /// What leaving the level gives: the result, unless the frame is async and may be dropped.
    type Left;

    /// Runs the exit code, if the site was reached.
    #[doc(hidden)]
    #[must_use]
    #[expect(private_bounds, reason = "what exit code is, is this crate's to say")]
    fn after<C>(self, slot: Option<C>, exit: impl ExitCode<C, Self::Result>) -> Self;

    /// Runs the exit code for each record, last in, first out.
    #[doc(hidden)]
    #[must_use]
    #[cfg(feature = "alloc")]
    #[expect(private_bounds, reason = "the same")]
    fn after_each<C>(
        self,
        records: &mut HeapRecords<C>,
        exit: impl Repeats<C, Self::Result>,
    ) -> Self;

    /// Leaves the level.
    fn end(self) -> Self::Left;

    /// Leaves the outermost level: a result that was kept for a recover is dropped before the panic goes on.
    #[inline(always)]
    fn end_frame(self) -> Self::Left {
        self.end()
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
pub fn keeping<'a, R>(caught: Caught<'_, R>, kept: &'a mut Option<R>) -> Keeping<'a, R> {
    let mut outcome = caught.into_outcome();
    outcome.restore(kept.take());
    Keeping { outcome, kept }
}

impl<R> Ended for Keeping<'_, R> {
    type Result = R;
    type Left = R;

    #[inline(always)]
    #[expect(private_bounds, reason = "see the trait")]
    fn after<C>(mut self, slot: Option<C>, exit: impl ExitCode<C, R>) -> Self {
        self.outcome.after(slot, exit);
        self.outcome.check_caught();
        self
    }

    #[inline(always)]
    #[cfg(feature = "alloc")]
    #[expect(private_bounds, reason = "see the trait")]
    fn after_each<C>(mut self, records: &mut HeapRecords<C>, exit: impl Repeats<C, R>) -> Self {
        self.outcome.after_each(records, exit);
        self
    }

    #[inline(always)]
    fn end(mut self) -> R {
        if !self.outcome.is_returning() {
            *self.kept = self.outcome.keep();
        }
        self.outcome.end()
    }

    #[inline(always)]
    fn end_frame(self) -> R {
        self.outcome.end()
    }
}

/// A level of an async frame.
pub struct AsyncEnded<'a, R> {
    outcome: Outcome<R>,
    kept: Option<&'a mut Option<R>>,
}

/// How a level of an async frame ended.
#[inline(always)]
pub fn ended<'a, R>(outcome: Outcome<R>) -> AsyncEnded<'a, R> {
    AsyncEnded { outcome, kept: None }
}

/// The same, in a frame whose exit code may recover.
#[inline(always)]
pub fn ended_keeping<R>(mut outcome: Outcome<R>, kept: &mut Option<R>) -> AsyncEnded<'_, R> {
    outcome.restore(kept.take());
    AsyncEnded { outcome, kept: Some(kept) }
}

/// What exit code that waits sees.
#[inline(always)]
pub fn outcome<'a, R>(ended: &'a mut AsyncEnded<'_, R>) -> &'a mut Outcome<R> {
    &mut ended.outcome
}

impl<R> AsyncEnded<'_, R> {
    /// Without a recover to come, the result of a frame that panics is dropped at once.
    #[inline(always)]
    fn drop_idle_result(&mut self) {
        if self.kept.is_none()
            && let Some(value) = self.outcome.keep()
        {
            leave_behind(value);
        }
    }
}

impl<R> Ended for AsyncEnded<'_, R> {
    type Result = R;
    type Left = Result<R, Dropped>;

    #[inline(always)]
    #[expect(private_bounds, reason = "see the trait")]
    fn after<C>(mut self, slot: Option<C>, exit: impl ExitCode<C, R>) -> Self {
        self.outcome.after(slot, exit);
        self.outcome.check_caught();
        self.drop_idle_result();
        self
    }

    #[inline(always)]
    #[cfg(feature = "alloc")]
    #[expect(private_bounds, reason = "see the trait")]
    fn after_each<C>(mut self, records: &mut HeapRecords<C>, exit: impl Repeats<C, R>) -> Self {
        self.outcome.after_each(records, exit);
        self.drop_idle_result();
        self
    }

    #[inline(always)]
    fn end(mut self) -> Self::Left {
        if self.outcome.is_dropped() {
            return Err(Dropped);
        }
        if let Some(kept) = self.kept
            && !self.outcome.is_returning()
        {
            *kept = self.outcome.keep();
        }
        Ok(self.outcome.end())
    }

    #[inline(always)]
    fn end_frame(self) -> Self::Left {
        if self.outcome.is_dropped() { Err(Dropped) } else { Ok(self.outcome.end()) }
    }
}

/// Where a site keeps what it captured, for exit code that waits.
pub trait Pending {
    /// What the exit code gets.
    type Captures;

    /// The newest that is pending.
    fn next(&mut self) -> Option<Self::Captures>;
}

impl<C> Pending for Option<C> {
    type Captures = C;

    #[inline]
    fn next(&mut self) -> Option<C> {
        self.take()
    }
}

impl<C> Pending for StackRecord<C> {
    type Captures = C;

    #[inline]
    fn next(&mut self) -> Option<C> {
        self.take()
    }
}

#[cfg(feature = "alloc")]
impl<S> Pending for HeapRecords<S> {
    type Captures = S;

    #[inline]
    fn next(&mut self) -> Option<S> {
        self.pop()
    }
}

/// Exit code that waits has ended: it is done, it has panicked, or its future is being dropped.
#[inline]
pub fn settle<R>(ended: &mut AsyncEnded<'_, R>, exit: Outcome<()>) {
    if exit.is_dropped() {
        // A panic in flight goes on: nobody has seen it yet.
        if ended.outcome.is_returning() {
            let result = replace(&mut ended.outcome, Outcome::dropped());
            if let Some(newer) = catch_once(|| drop(result)) {
                ended.outcome.replace_panic(newer);
            }
        }
    } else if let Some(newer) = exit.into_panic() {
        ended.outcome.replace_panic(newer);
        ended.drop_idle_result();
    }
}

/// Says what an async block returns, where nothing else does. Never called.
#[cold]
#[must_use]
pub fn returns<R>() -> R {
    unreachable!("it says a type")
}

/// Stands behind what goes on for ever, or has returned. Never called.
#[cold]
pub fn never() -> ! {
    unreachable!("nothing behind this is reached")
}

/// `errdefer!`: whether the exit code is to run.
#[inline(always)]
pub fn is_failure<S: Shows<Result: Fallible>>(seen: &mut S) -> bool {
    seen.shown().is_none_or(|result| result.is_failure())
}

/// `defer!(call?)`: the call's failure joins the result.
#[inline(always)]
pub fn join_call<S: Shows<Result: Join<X>>, X>(exit: X, seen: &mut S) {
    if let Some(result) = seen.shown() {
        result.join(exit);
    }
}

/// `?` in a deferred block: what the block ends with joins the result.
#[inline(always)]
pub fn join_block<S: Shows<Result: Exits>>(
    seen: &mut S,
    block: impl FnOnce() -> <S::Result as Exits>::Exit,
) {
    let exit = block();
    join_call(exit, seen);
}

/// `?` in a deferred closure: it is handed the outcome meanwhile.
#[inline(always)]
pub fn join_closure<R: Exits>(
    outcome: &mut Outcome<R>,
    closure: impl FnOnce(&mut Outcome<R>) -> R::Exit,
) {
    let exit = closure(outcome);
    join_exit(outcome, exit);
}

/// `?` in deferred code that waits.
#[inline(always)]
pub fn join_exit<R: Exits>(outcome: &mut Outcome<R>, exit: R::Exit) {
    outcome.join(exit);
}

/// The end of a deferred block with `?`.
#[inline(always)]
#[must_use]
pub fn done<X: Done>() -> X {
    X::done()
}
