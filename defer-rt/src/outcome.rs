//! How a frame ends: takes what its rest returned or the panic it raised, lets exit code see and
//! change it, gives the caller a result or raises the panic again.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// How a frame ends, as its deferred code sees it.
#[derive(Debug)]
pub struct Outcome<R>(Result<R, Box<dyn Any + Send>>);

impl<R> From<std::thread::Result<R>> for Outcome<R> {
    #[inline(always)]
    fn from(ended: std::thread::Result<R>) -> Self {
        Self(ended)
    }
}

impl<R> Outcome<R> {
    #[inline(always)]
    pub(crate) fn is_panic(&self) -> bool {
        self.0.is_err()
    }

    /// Leaves the frame: returns to the caller, or goes on with the panic.
    #[inline(always)]
    pub(crate) fn end(self) -> R {
        match self.0 {
            Ok(result) => result,
            Err(payload) => crate::__private::resume(payload),
        }
    }

    /// A deferred call panicked: the frame ends with that panic, whatever it ended with before.
    pub(crate) fn replace_panic(&mut self, newer: Box<dyn Any + Send>) {
        let older = std::mem::replace(&mut self.0, Err(newer));
        // What is set aside may panic when it is dropped; the newest panic counts, as in Go.
        if let Err(newest) = catch_unwind(AssertUnwindSafe(|| drop(older))) {
            std::mem::forget(newest);
        }
    }
}
