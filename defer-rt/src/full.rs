//! A value with a flag beside it, for what is there or is not: takes it, gives it back.

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
