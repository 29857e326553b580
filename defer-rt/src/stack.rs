//! The record of a stack-allocated defer: takes what a site captured when it is reached, gives it to
//! the exit code once. It lives in the frame and allocates nothing.

/// What one site captured, if it was reached.
#[derive(Debug)]
pub struct StackRecord<C>(Option<C>);

impl<C> StackRecord<C> {
    /// The record of a site that may never be reached.
    #[inline(always)]
    #[must_use]
    pub const fn empty() -> Self {
        Self(None)
    }

    /// The record of a site that is reached for certain.
    #[inline(always)]
    #[must_use]
    pub const fn armed(captures: C) -> Self {
        Self(Some(captures))
    }

    /// The site is reached: its exit code is now pending.
    #[inline(always)]
    pub fn arm(&mut self, captures: C) {
        self.0 = Some(captures);
    }

    /// What the exit code gets, if the site was reached.
    #[inline(always)]
    #[must_use]
    pub fn into_captures(self) -> Option<C> {
        self.0
    }

    #[inline]
    pub(crate) fn take(&mut self) -> Option<C> {
        self.0.take()
    }
}
