//! What exit code sees of how its frame ends: nothing, the result, or the whole outcome. Less is cheaper:
//! what exit code does not see can stay in registers while it runs, as it would by hand.

use crate::outcome::Outcome;
use crate::panic::{Panic, catch};

/// The exit code of a site, for what the site captured.
pub(crate) trait ExitCode<C, R> {
    /// Runs in a frame that returns.
    fn on_return(self, captures: C, result: R) -> R;

    #[inline(always)]
    fn on_return_inside(self, captures: C, result: R) -> Result<R, Panic> where Self: Sized {
        catch(|| self.on_return(captures, result))
    }

    /// Runs in a frame that panics, and gives how that ends then.
    fn on_panic(self, captures: C, panic: Panic) -> Result<R, Panic>;

    /// Runs in a frame that panics, if the site was reached, and leaves the level.
    fn leave_panicking(self, slot: Option<C>, panic: Panic) -> R;

    /// Runs in a frame that ends in any way.
    fn on(self, captures: C, outcome: &mut Outcome<R>);
}

/// The panic to go on with after exit code that has no say in it. Out of line: it is seldom needed.
#[cold]
#[inline(never)]
fn after(panic: Panic, exit: impl FnOnce()) -> Panic {
    let Err(newer) = catch(exit) else { return panic };
    // Dropping an older payload while the newer one unwinds could abort the process.
    panic.discard();
    newer
}

/// Goes on panicking, after the exit code.
#[cold]
#[inline(never)]
fn unwind<C>(slot: Option<C>, panic: Panic, exit: impl FnOnce(C)) -> ! {
    let panic = match slot {
        Some(captures) => after(panic, || exit(captures)),
        None => panic,
    };
    panic.resume()
}

/// The exit code of a site that is reached any number of times.
#[cfg(feature = "alloc")]
pub(crate) trait Repeats<C, R> {
    /// Runs for one record, in a frame that ends in any way.
    fn on_record(&mut self, captures: C, outcome: &mut Outcome<R>);
}

#[cfg(feature = "alloc")]
impl<C, R, F: FnMut(C)> Repeats<C, R> for Blind<F> {
    #[inline(always)]
    fn on_record(&mut self, captures: C, _: &mut Outcome<R>) {
        (self.0)(captures);
    }
}

#[cfg(feature = "alloc")]
impl<C, R, F: FnMut(C, View<'_, R>)> Repeats<C, R> for Seeing<F> {
    #[inline(always)]
    fn on_record(&mut self, captures: C, outcome: &mut Outcome<R>) {
        (self.0)(captures, View(outcome.result_mut()));
    }
}

#[cfg(feature = "alloc")]
impl<C, R, F: FnMut(C, &mut Outcome<R>)> Repeats<C, R> for Handling<F> {
    #[inline(always)]
    fn on_record(&mut self, captures: C, outcome: &mut Outcome<R>) {
        (self.0)(captures, outcome);
    }
}

/// Sees nothing: a deferred call or block.
pub(crate) struct Blind<F>(pub(crate) F);

impl<C, R, F: FnOnce(C)> ExitCode<C, R> for Blind<F> {
    #[inline(always)]
    fn on_return_inside(self, captures: C, result: R) -> Result<R, Panic> {
        match catch(|| (self.0)(captures)) {
            Ok(()) => Ok(result),
            Err(panic) => Err(after(panic, || drop(result))),
        }
    }
    #[inline(always)]
    fn on_return(self, captures: C, result: R) -> R {
        (self.0)(captures);
        result
    }

    #[inline(always)]
    fn on_panic(self, captures: C, panic: Panic) -> Result<R, Panic> {
        Err(after(panic, || (self.0)(captures)))
    }

    #[inline(always)]
    fn leave_panicking(self, slot: Option<C>, panic: Panic) -> R {
        unwind(slot, panic, self.0)
    }

    #[inline(always)]
    fn on(self, captures: C, _: &mut Outcome<R>) {
        (self.0)(captures);
    }
}

/// What the frame returns, if it returns.
#[derive(Debug)]
pub struct View<'a, R>(Option<&'a mut R>);

/// Sees the result: `errdefer!`, and `?` in deferred code.
pub(crate) struct Seeing<F>(pub(crate) F);

impl<C, R, F: FnOnce(C, View<'_, R>)> ExitCode<C, R> for Seeing<F> {
    #[inline(always)]
    fn on_return(self, captures: C, mut result: R) -> R {
        (self.0)(captures, View(Some(&mut result)));
        result
    }

    #[inline(always)]
    fn on_panic(self, captures: C, panic: Panic) -> Result<R, Panic> {
        Err(after(panic, || (self.0)(captures, View(None))))
    }

    #[inline(always)]
    fn leave_panicking(self, slot: Option<C>, panic: Panic) -> R {
        unwind(slot, panic, |captures| (self.0)(captures, View(None)))
    }

    #[inline(always)]
    fn on(self, captures: C, outcome: &mut Outcome<R>) {
        (self.0)(captures, View(outcome.result_mut()));
    }
}

/// Handles all of it: `defer!(|outcome| …)`.
pub(crate) struct Handling<F>(pub(crate) F);

impl<C, R, F: FnOnce(C, &mut Outcome<R>)> ExitCode<C, R> for Handling<F> {
    #[inline(always)]
    fn on_return(self, captures: C, result: R) -> R {
        let mut outcome = Outcome::new(Ok(result));
        (self.0)(captures, &mut outcome);
        outcome.end()
    }

    #[cold]
    #[inline(never)]
    fn on_panic(self, captures: C, panic: Panic) -> Result<R, Panic> {
        let mut outcome = Outcome::new(Err(panic));
        outcome.after(captures, self);
        outcome.into_result()
    }

    #[inline(always)]
    fn leave_panicking(self, slot: Option<C>, panic: Panic) -> R {
        match slot {
            Some(captures) => self.on_panic(captures, panic),
            None => Err(panic),
        }
        .unwrap_or_else(|panic| panic.resume())
    }

    #[inline(always)]
    fn on(self, captures: C, outcome: &mut Outcome<R>) {
        (self.0)(captures, outcome);
    }
}

/// Something that shows the result, if there is one.
pub trait Shows {
    /// The frame's.
    type Result;

    /// What the frame returns, if it returns.
    fn shown(&mut self) -> Option<&mut Self::Result>;
}

impl<R> Shows for View<'_, R> {
    type Result = R;

    #[inline(always)]
    fn shown(&mut self) -> Option<&mut R> {
        self.0.as_deref_mut()
    }
}

impl<R> Shows for &mut Outcome<R> {
    type Result = R;

    #[inline(always)]
    fn shown(&mut self) -> Option<&mut R> {
        self.result_mut()
    }
}
