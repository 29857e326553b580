//! What exit code sees of how its frame ends: nothing, the result, or the whole outcome. Less is cheaper:
//! what exit code does not see can stay in registers while it runs, as it would by hand.

use crate::outcome::Outcome;
use crate::panic::{Panic, catch, dropping};

/// The exit code of a site, for what the site captured, if it was reached. If it was not, what the exit
/// code took over is dropped where it would have run, as that may panic as well.
pub(crate) trait ExitCode<C, R> {
    /// Runs in a frame that returns, and gives how that ends then.
    fn on_return(self, slot: Option<C>, result: R) -> Result<R, Panic>;

    /// Runs in a frame that panics, and gives how that ends then.
    fn on_panic(self, slot: Option<C>, panic: Panic) -> Result<R, Panic>;

    /// Runs in a frame that ends in any way.
    fn on(self, slot: Option<C>, outcome: &mut Outcome<R>);
}

/// How a frame ends that was about to return, after exit code that does not see the result.
#[inline(always)]
fn beside<R>(result: R, exit: impl FnOnce()) -> Result<R, Panic> {
    // The two do the same. This one keeps a small result in registers,
    if size_of::<R>() <= 4 * size_of::<usize>() {
        return match catch(exit) {
            Ok(()) => Ok(result),
            Err(panic) => Err(dropping(result, panic)),
        };
    }
    // and this one leaves a large result where it is.
    let ended = Ok(result);
    match catch(exit) {
        Ok(()) => ended,
        Err(panic) => Err(dropping(ended, panic)),
    }
}

/// The panic to go on with after exit code that has no say in it. Out of line, as it is seldom needed.
#[cold]
#[inline(never)]
fn after(panic: Panic, exit: impl FnOnce()) -> Panic {
    let mut exit = Some(exit);
    after_any(panic, &mut || {
        if let Some(exit) = exit.take() {
            exit();
        }
    })
}

/// The same, compiled once for all sites.
#[inline]
fn after_any(panic: Panic, exit: &mut dyn FnMut()) -> Panic {
    match catch(exit) {
        Ok(()) => panic,
        Err(newer) => newer.replacing(panic),
    }
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
        outcome.check();
    }
}

/// Sees nothing: a deferred call or block.
pub(crate) struct Blind<F>(pub(crate) F);

impl<C, R, F: FnOnce(C)> ExitCode<C, R> for Blind<F> {
    #[inline(always)]
    fn on_return(self, slot: Option<C>, result: R) -> Result<R, Panic> {
        beside(result, || self.run(slot))
    }

    #[inline(always)]
    fn on_panic(self, slot: Option<C>, panic: Panic) -> Result<R, Panic> {
        Err(after(panic, || self.run(slot)))
    }

    #[inline(always)]
    fn on(self, slot: Option<C>, _: &mut Outcome<R>) {
        self.run(slot);
    }
}

impl<F> Blind<F> {
    #[inline(always)]
    fn run<C>(self, slot: Option<C>)
    where
        F: FnOnce(C),
    {
        if let Some(captures) = slot {
            (self.0)(captures);
        }
    }
}

/// What the frame returns, if it returns.
#[derive(Debug)]
pub struct View<'a, R>(Option<&'a mut R>);

/// Sees the result: `errdefer!`, and `?` in deferred code.
pub(crate) struct Seeing<F>(pub(crate) F);

impl<C, R, F: FnOnce(C, View<'_, R>)> ExitCode<C, R> for Seeing<F> {
    #[inline(always)]
    fn on_return(self, slot: Option<C>, mut result: R) -> Result<R, Panic> {
        match catch(|| self.run(slot, View(Some(&mut result)))) {
            Ok(()) => Ok(result),
            Err(panic) => Err(dropping(result, panic)),
        }
    }

    #[inline(always)]
    fn on_panic(self, slot: Option<C>, panic: Panic) -> Result<R, Panic> {
        Err(after(panic, || self.run(slot, View(None))))
    }

    #[inline(always)]
    fn on(self, slot: Option<C>, outcome: &mut Outcome<R>) {
        self.run(slot, View(outcome.result_mut()));
    }
}

impl<F> Seeing<F> {
    #[inline(always)]
    fn run<C, R>(self, slot: Option<C>, view: View<'_, R>)
    where
        F: FnOnce(C, View<'_, R>),
    {
        if let Some(captures) = slot {
            (self.0)(captures, view);
        }
    }
}

/// Handles all of it: `defer!(|outcome| …)`.
pub(crate) struct Handling<F>(pub(crate) F);

impl<C, R, F: FnOnce(C, &mut Outcome<R>)> ExitCode<C, R> for Handling<F> {
    #[inline(always)]
    fn on_return(self, slot: Option<C>, result: R) -> Result<R, Panic> {
        handled(self, slot, Ok(result))
    }

    #[cold]
    #[inline(never)]
    fn on_panic(self, slot: Option<C>, panic: Panic) -> Result<R, Panic> {
        handled(self, slot, Err(panic))
    }

    #[inline(always)]
    fn on(self, slot: Option<C>, outcome: &mut Outcome<R>) {
        if let Some(captures) = slot {
            (self.0)(captures, outcome);
        }
    }
}

#[inline(always)]
fn handled<C, R>(
    exit: impl ExitCode<C, R>,
    slot: Option<C>,
    ended: Result<R, Panic>,
) -> Result<R, Panic> {
    let mut outcome = Outcome::new(ended);
    outcome.after(slot, exit);
    outcome.into_result()
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
