//! The three mechanisms: takes how a level ended, what a site captured, and the site's exit code, runs the
//! code if the site was reached, gives how the level ends then. The exit code is written once by the macro;
//! these functions decide where it is copied to.

use crate::__private::Ended;
#[cfg(feature = "alloc")]
use crate::heap::HeapRecords;
use crate::outcome::Outcome;
use crate::sight::{Blind, Handling, Seeing, View};
use crate::stack::StackRecord;

/// A mechanism's three functions: for exit code that sees nothing, the result, the whole outcome.
macro_rules! mechanism {
    (
        $(#[$about:meta])* $blind:ident, $seeing:ident, $handling:ident:
        $storage:ident: $Storage:ty => after($from:expr)
    ) => {
        $(#[$about])*
        #[inline(always)]
        pub fn $blind<C, E: Ended>(ended: E, $storage: $Storage, exit: impl FnOnce(C)) -> E {
            ended.after($from, Blind(exit))
        }

        $(#[$about])*
        #[inline(always)]
        pub fn $seeing<C, E: Ended>(
            ended: E,
            $storage: $Storage,
            exit: impl FnOnce(C, View<'_, E::Result>),
        ) -> E {
            ended.after($from, Seeing(exit))
        }

        $(#[$about])*
        #[inline(always)]
        pub fn $handling<C, E: Ended>(
            ended: E,
            $storage: $Storage,
            exit: impl FnOnce(C, &mut Outcome<E::Result>),
        ) -> E {
            ended.after($from, Handling(exit))
        }
    };
}

mechanism! {
    /// Open-coded: the exit code stands on the returning arm, and once more, out of line, for panics.
    ///
    /// The slot comes by value: were it reached through the exit code, it would have to live in memory.
    open_coded, open_coded_seeing, open_coded_handling:
        slot: Option<C> => after(slot)
}

mechanism! {
    /// Stack-allocated: what the record holds is given to the exit code.
    stack_allocated, stack_allocated_seeing, stack_allocated_handling:
        record: StackRecord<C> => after(record.into_captures())
}

/// Heap-allocated, for a site that runs more than once: drains the records, last in, first out.
///
/// A record whose exit code panics leaves the others pending: the drain goes on with the new panic.
///
/// Written out, as errors about exit code that can run but once point here, at the bound.
#[inline(always)]
#[cfg(feature = "alloc")]
pub fn heap_allocated<C, E: Ended>(
    ended: E,
    records: &mut HeapRecords<C>,
    exit: impl FnMut(C),
) -> E {
    ended.after_each(records, Blind(exit))
}

/// The same, seeing the result.
#[inline(always)]
#[cfg(feature = "alloc")]
pub fn heap_allocated_seeing<C, E: Ended>(
    ended: E,
    records: &mut HeapRecords<C>,
    exit: impl FnMut(C, View<'_, E::Result>),
) -> E {
    ended.after_each(records, Seeing(exit))
}

/// The same, handling the outcome.
#[inline(always)]
#[cfg(feature = "alloc")]
pub fn heap_allocated_handling<C, E: Ended>(
    ended: E,
    records: &mut HeapRecords<C>,
    exit: impl FnMut(C, &mut Outcome<E::Result>),
) -> E {
    ended.after_each(records, Handling(exit))
}

#[cfg(feature = "alloc")]
mechanism! {
    /// Heap-allocated by `force = "heap"`: a site that runs once at most, so its exit code may move.
    heap_allocated_once, heap_allocated_once_seeing, heap_allocated_once_handling:
        records: &mut HeapRecords<C> => after(records.pop())
}
