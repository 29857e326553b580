//! What a level does when its rest has ended: takes how that was, what a site captured, if it was reached, and
//! the site's exit code, runs the code, gives how the level ends then. There are three functions of a kind: for
//! exit code that sees nothing, the result, the whole outcome.
//!
//! The mechanisms keep what is captured in different places: a local, a `StackRecord`, `HeapRecords`. The exit
//! code is the same.

use crate::__private::Ended;
#[cfg(feature = "alloc")]
use crate::heap::HeapRecords;
use crate::outcome::Outcome;
use crate::sight::{Blind, Handling, Seeing, View};

/// Runs exit code of a site that is reached once at most.
#[inline(always)]
pub fn after<C, E: Ended>(ended: E, captures: Option<C>, exit: impl FnOnce(C)) -> E {
    ended.after(captures, Blind(exit))
}

/// The same, seeing the result.
#[inline(always)]
pub fn after_seeing<C, E: Ended>(
    ended: E,
    captures: Option<C>,
    exit: impl FnOnce(C, View<'_, E::Result>),
) -> E {
    ended.after(captures, Seeing(exit))
}

/// The same, handling the outcome.
#[inline(always)]
pub fn after_handling<C, E: Ended>(
    ended: E,
    captures: Option<C>,
    exit: impl FnOnce(C, &mut Outcome<E::Result>),
) -> E {
    ended.after(captures, Handling(exit))
}

/// Runs exit code of a site that is reached any number of times: drains the records, last in, first out.
///
/// A record whose exit code panics leaves the others pending: the drain goes on with the new panic.
#[inline(always)]
#[cfg(feature = "alloc")]
pub fn after_each<C, E: Ended>(ended: E, records: &mut HeapRecords<C>, exit: impl FnMut(C)) -> E {
    ended.after_each(records, Blind(exit))
}

/// The same, seeing the result.
#[inline(always)]
#[cfg(feature = "alloc")]
pub fn after_each_seeing<C, E: Ended>(
    ended: E,
    records: &mut HeapRecords<C>,
    exit: impl FnMut(C, View<'_, E::Result>),
) -> E {
    ended.after_each(records, Seeing(exit))
}

/// The same, handling the outcome.
#[inline(always)]
#[cfg(feature = "alloc")]
pub fn after_each_handling<C, E: Ended>(
    ended: E,
    records: &mut HeapRecords<C>,
    exit: impl FnMut(C, &mut Outcome<E::Result>),
) -> E {
    ended.after_each(records, Handling(exit))
}
