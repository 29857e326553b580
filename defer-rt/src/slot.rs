//! Where the result of a level is, from the rest that makes it to the way out of the level.

#[cfg(debug_assertions)]
use crate::outcome::Outcome;
use crate::panic::{Panic, leave_behind};

/// What the frame returns, if it returns.
#[derive(Debug)]
pub struct View<'a, R>(pub(crate) Option<&'a mut R>);

/// The result of a level's rest. If it is left behind, as exit code panics, its own panic does not get out.
#[expect(missing_debug_implementations, reason = "a `Cell` has none for all types")]
pub struct Slot<R>(pub Option<Full<R>>);

/// A panic that is there.
pub(crate) type Raised = Full<Panic>;

/// A result or a panic that is there.
///
/// In a `Cell` it has no value to spare: whether there is one is a flag of its own, and is known where it is
/// asked for. That a panic's pointer is not null the optimizer cannot know: it would keep exit code twice.
#[cfg(not(debug_assertions))]
pub type Full<R> = core::cell::Cell<R>;

/// A result or a panic that is there. A debug build copies what is given to a function, so that none is called.
#[cfg(debug_assertions)]
#[derive(Debug)]
pub struct Full<R> {
    pub(crate) result: R,
}

#[cfg(debug_assertions)]
impl<R> Full<R> {
    /// The same as of a `Cell`.
    #[inline(always)]
    pub const fn new(result: R) -> Self {
        Self { result }
    }

    #[inline(always)]
    pub(crate) fn into_inner(self) -> R {
        self.result
    }

    #[inline(always)]
    pub(crate) fn get_mut(&mut self) -> &mut R {
        &mut self.result
    }
}

impl<R> Slot<R> {
    /// One that is empty yet.
    #[inline]
    #[must_use]
    pub const fn new() -> Self {
        Self(None)
    }

    #[inline(always)]
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
        self.clear();
    }
}
