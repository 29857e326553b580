//! Where the result of a level is, from the rest that makes it to the way out of the level.

use crate::full::Full;
#[cfg(debug_assertions)]
use crate::outcome::Outcome;
use crate::panic::{Panic, leave_behind};

/// What the frame returns, if it returns.
#[derive(Debug)]
pub struct View<'a, R>(pub(crate) Option<&'a mut R>);

/// The result of a level's rest. If it is left behind, as exit code panics, its own panic does not get out.
#[expect(missing_debug_implementations, reason = "a `Cell` has none for all types")]
pub struct Slot<R>(pub Option<Full<R>>);

impl<R> Slot<R> {
    /// One that is empty yet.
    #[inline]
    #[must_use]
    pub const fn new() -> Self {
        Self(None)
    }

    #[cfg_attr(debug_assertions, inline)]
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(crate) fn result(&mut self) -> R {
        match self.0.take() {
            Some(result) => result.into_inner(),
            None => unreachable!("the rest has ended"),
        }
    }

    /// How the level ended, with what is in it.
    #[inline(always)]
    pub(crate) fn ended(&mut self, panic: Option<Panic>) -> Result<R, Panic> {
        match panic {
            None => Ok(self.result()),
            Some(panic) => Err(panic),
        }
    }

    /// Drops what is in it.
    #[inline]
    pub(crate) fn clear(&mut self) {
        if let Some(result) = self.0.take() {
            leave_behind(result.into_inner());
        }
    }

    /// What exit code sees of it.
    #[inline(always)]
    pub(crate) fn view(&mut self) -> View<'_, R> {
        View(self.0.as_mut().map(Full::get_mut))
    }

    /// What handles all of it, and puts back what is left.
    #[cfg(debug_assertions)]
    pub(crate) fn handled(
        &mut self,
        panic: Option<Panic>,
        handle: impl FnOnce(&mut Outcome<R>),
    ) -> Option<Panic> {
        let mut outcome = Outcome::new(self.ended(panic));
        handle(&mut outcome);
        match outcome.into_result() {
            Ok(result) => {
                self.0 = Some(Full::new(result));
                None
            }
            Err(panic) => Some(panic),
        }
    }
}

impl<R> Default for Slot<R> {
    fn default() -> Self {
        Self::new()
    }
}

impl<R> Drop for Slot<R> {
    #[inline]
    fn drop(&mut self) {
        // Of a large result that needs no drop, too, where it is optimized: LLVM copies it once more without.
        let is_large = size_of::<R>() > 6 * size_of::<usize>();
        if const { core::mem::needs_drop::<R>() } || (cfg!(not(debug_assertions)) && is_large) {
            self.clear();
        }
    }
}
