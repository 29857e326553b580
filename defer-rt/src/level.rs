//! A level of a frame: takes what comes behind a site as a closure, has its result in a slot, and gives that
//! when the exit code has run.
//!
//! The slot stays where it is while closures come and go, so that a large result is not copied from one to
//! the next. What is compiled for each level is little: a level with one exit code catches the rest alone, and
//! in a debug build all of them catch by one function.

#[cfg(not(debug_assertions))]
use core::marker::PhantomData;
#[cfg(not(debug_assertions))]
use core::mem::needs_drop;

use crate::__private::{Ended, TypeOf};
use crate::full::Full;
#[cfg(feature = "alloc")]
use crate::heap::HeapRecords;
use crate::outcome::Outcome;
pub use crate::panic::catch_any;
#[cfg(debug_assertions)]
use crate::panic::{Call, catch_call};
use crate::panic::{InFlight, Panic, Raised};
#[cfg(not(debug_assertions))]
use crate::panic::{catch_once, catch_result};
#[cfg(feature = "alloc")]
use crate::sight::Repeats;
use crate::sight::{ExitCode, Handling, View, once};
pub use crate::slot::Slot;

/// Runs the rest of a level, and gives its panic. Otherwise its result is in the slot.
#[inline(always)]
pub fn run<R, F: FnOnce() -> R>(slot: &mut Slot<R>, rest: F) -> Option<Raised> {
    #[cfg(not(debug_assertions))]
    {
        // Of a small result that makes less to compile.
        if const { size_of::<R>() <= 6 * size_of::<usize>() } {
            return match catch_result(rest) {
                Ok(result) => {
                    slot.0 = Some(Full::new(result));
                    None
                }
                Err(panic) => Some(Full::new(panic)),
            };
        }
        catch_once(|| slot.0 = Some(Full::new(rest()))).map(Full::new)
    }
    #[cfg(debug_assertions)]
    {
        catch_call(&mut Rest { rest: Some(rest), slot })
    }
}

/// The rest of a level, and where its result goes.
#[cfg(debug_assertions)]
struct Rest<'a, R, F> {
    rest: Option<F>,
    slot: &'a mut Slot<R>,
}

#[cfg(debug_assertions)]
impl<R, F: FnOnce() -> R> Call for Rest<'_, R, F> {
    #[inline]
    fn call(&mut self) {
        if let Some(rest) = self.rest.take() {
            self.slot.0 = Some(Full { result: rest() });
        }
    }
}

/// The same, where a variable has the result's type.
#[inline(always)]
pub fn run_as<R, F: FnOnce() -> R>(_: TypeOf<R>, slot: &mut Slot<R>, rest: F) -> Option<Raised> {
    run(slot, rest)
}

/// Runs the rest of a level that has several exit codes, or one that may recover.
#[inline(always)]
pub fn run_caught<R, F: FnOnce() -> R>(slot: &mut Slot<R>, rest: F) -> Caught<'_, R> {
    #[cfg(not(debug_assertions))]
    return {
        let _ = slot;
        Caught(catch_result(rest), PhantomData)
    };
    #[cfg(debug_assertions)]
    {
        let ended = run(slot, rest);
        caught(ended, slot)
    }
}

/// The same, where a variable has the result's type.
#[inline(always)]
pub fn run_caught_as<R, F: FnOnce() -> R>(
    _: TypeOf<R>,
    slot: &mut Slot<R>,
    rest: F,
) -> Caught<'_, R> {
    run_caught(slot, rest)
}

/// The rest of a level that is too deep for functions that are compiled for each, until it runs.
#[inline(always)]
pub fn rest<R, F: FnOnce() -> R>(rest: F) -> Option<F> {
    Some(rest)
}

/// The same, where a variable has the result's type.
#[inline(always)]
pub fn rest_as<R, F: FnOnce() -> R>(_: TypeOf<R>, rest: F) -> Option<F> {
    Some(rest)
}

/// Where the result of a level's rest will be.
#[inline(always)]
#[must_use]
pub fn slot<R, F: FnOnce() -> R>(_: &Option<F>) -> Slot<R> {
    Slot::new()
}

/// Leaves a level by its only exit code, if the site was reached. Nothing has to be caught: the level is left
/// with a panic of that, and a level around it catches it.
#[cfg_attr(debug_assertions, inline)]
#[cfg_attr(not(debug_assertions), inline(always))]
pub fn leave<R, C>(
    ended: Option<Raised>,
    slot: &mut Slot<R>,
    captures: Option<C>,
    exit: impl FnOnce(C),
) -> R {
    left(ended, slot, || once(captures, exit))
}

/// The same, where the site is reached for certain, and captures nothing.
#[cfg_attr(debug_assertions, inline)]
#[cfg_attr(not(debug_assertions), inline(always))]
pub fn leave_certain<R>(ended: Option<Raised>, slot: &mut Slot<R>, exit: impl FnOnce()) -> R {
    left(ended, slot, exit)
}

/// An optimized build has the exit code twice, as it is better off without what a panic leaves to do; a
/// debug build has it once.
#[inline(always)]
fn left<R>(ended: Option<Raised>, slot: &mut Slot<R>, exit: impl FnOnce()) -> R {
    #[cfg(debug_assertions)]
    let in_flight = InFlight(ended);
    #[cfg(not(debug_assertions))]
    if let Some(panic) = ended {
        leave_panicking(panic.into_inner(), exit);
    }
    exit();
    #[cfg(debug_assertions)]
    in_flight.land();
    slot.result()
}

/// The same, for exit code that sees the result.
#[cfg_attr(debug_assertions, inline)]
#[cfg_attr(not(debug_assertions), inline(always))]
pub fn leave_seeing<R, C>(
    ended: Option<Raised>,
    slot: &mut Slot<R>,
    captures: Option<C>,
    exit: impl FnOnce(C, View<'_, R>),
) -> R {
    #[cfg(debug_assertions)]
    let in_flight = InFlight(ended);
    #[cfg(not(debug_assertions))]
    if let Some(panic) = ended {
        leave_panicking(panic.into_inner(), || once(captures, |it| exit(it, View(None))));
    }
    #[cfg(not(debug_assertions))]
    if const { !needs_drop::<R>() && size_of::<R>() <= 4 * size_of::<usize>() } {
        // In registers, but for what the exit code looks at.
        let mut result = slot.result();
        once(captures, |captures| exit(captures, View(Some(&mut result))));
        return result;
    }
    once(captures, |captures| exit(captures, slot.view()));
    #[cfg(debug_assertions)]
    in_flight.land();
    slot.result()
}

/// The same, for exit code that handles the outcome.
#[inline]
pub fn leave_handling<R, C>(
    ended: Option<Raised>,
    slot: &mut Slot<R>,
    captures: Option<C>,
    exit: impl FnOnce(C, &mut Outcome<R>),
) -> R {
    match ended {
        None => handled(Ok(slot.result()), captures, exit),
        Some(panic) => handled_panic(panic.into_inner(), captures, exit),
    }
}

#[cold]
#[inline(never)]
fn handled_panic<R, C>(
    panic: Panic,
    captures: Option<C>,
    exit: impl FnOnce(C, &mut Outcome<R>),
) -> R {
    handled(Err(panic), captures, exit)
}

#[inline(always)]
fn handled<R, C>(
    ended: Result<R, Panic>,
    captures: Option<C>,
    exit: impl FnOnce(C, &mut Outcome<R>),
) -> R {
    let mut outcome = Outcome::new(ended);
    outcome.after(captures, Handling(exit));
    outcome.end()
}

#[cfg(not(debug_assertions))]
#[cold]
#[inline(never)]
fn leave_panicking(panic: Panic, exit: impl FnOnce()) -> ! {
    let panic = InFlight::new(panic);
    exit();
    panic.resume()
}

/// How a level ended that has several exit codes to run, or one that may recover.
#[cfg(not(debug_assertions))]
#[derive(Debug)]
pub struct Caught<'a, R>(Result<R, Panic>, PhantomData<&'a ()>);

/// The level, on its way through the exit codes.
#[inline(always)]
#[cfg(not(debug_assertions))]
pub fn caught<R>(ended: Option<Raised>, slot: &mut Slot<R>) -> Caught<'_, R> {
    Caught(slot.ended(ended.map(Full::into_inner)), PhantomData)
}

#[cfg(not(debug_assertions))]
impl<R> Caught<'_, R> {
    /// Takes it apart.
    #[inline(always)]
    pub(crate) fn into_outcome(self) -> Outcome<R> {
        Outcome::new(self.0)
    }
}

#[cfg(not(debug_assertions))]
impl<R> Ended for Caught<'_, R> {
    type Result = R;
    type Left = R;

    #[inline(always)]
    #[expect(private_bounds, reason = "see the trait")]
    fn after<C>(self, captures: Option<C>, exit: impl ExitCode<C, R>) -> Self {
        let ended = match self.0 {
            Ok(result) => exit.on_return(captures, result),
            Err(panic) => exit.on_panic(captures, panic),
        };
        Self(ended, PhantomData)
    }

    #[inline(always)]
    #[cfg(feature = "alloc")]
    #[expect(private_bounds, reason = "see the trait")]
    fn after_each<C>(self, records: &mut HeapRecords<C>, exit: impl Repeats<C, R>) -> Self {
        let mut outcome = Outcome::new(self.0);
        outcome.after_each(records, exit);
        Self(outcome.into_result(), PhantomData)
    }

    #[inline(always)]
    fn end(self) -> R {
        self.0.unwrap_or_else(|panic| panic.resume())
    }
}

/// How a level ended that has several exit codes to run, or one that may recover.
#[cfg(debug_assertions)]
#[expect(missing_debug_implementations, reason = "the same")]
pub struct Caught<'a, R> {
    panic: Option<Panic>,
    slot: &'a mut Slot<R>,
}

/// The level, on its way through the exit codes.
#[cfg(debug_assertions)]
pub fn caught<R>(ended: Option<Raised>, slot: &mut Slot<R>) -> Caught<'_, R> {
    Caught { panic: ended.map(Full::into_inner), slot }
}

#[cfg(debug_assertions)]
impl<R> Caught<'_, R> {
    /// Takes it apart.
    pub(crate) fn into_outcome(self) -> Outcome<R> {
        Outcome::new(self.slot.ended(self.panic))
    }
}

#[cfg(debug_assertions)]
impl<R> Ended for Caught<'_, R> {
    type Result = R;
    type Left = R;

    #[expect(private_bounds, reason = "see the trait")]
    fn after<C>(self, captures: Option<C>, exit: impl ExitCode<C, R>) -> Self {
        let panic = exit.on_level(captures, self.panic, self.slot);
        Self { panic, slot: self.slot }
    }

    #[cfg(feature = "alloc")]
    #[expect(private_bounds, reason = "see the trait")]
    fn after_each<C>(self, records: &mut HeapRecords<C>, exit: impl Repeats<C, R>) -> Self {
        let panic = exit.on_records(records, self.panic, self.slot);
        Self { panic, slot: self.slot }
    }

    fn end(self) -> R {
        match self.panic {
            None => self.slot.result(),
            Some(panic) => panic.resume(),
        }
    }
}
