//! What exit code sees of how its frame ends: nothing, the result, or the whole outcome. Less is cheaper:
//! what exit code does not see can stay in registers while it runs, as it would by hand.

#[cfg(feature = "alloc")]
use crate::heap::HeapRecords;
use crate::level::{Slot, once};
use crate::outcome::Outcome;
use crate::panic::{Panic, catch, catch_any};

/// The exit code of a site, for what the site captured, if it was reached.
pub(crate) trait ExitCode<C, R> {
    /// Runs in a level that ends with the result in the slot, or with a panic, and gives the panic that it
    /// ends with then.
    fn on_level(
        self,
        captures: Option<C>,
        panic: Option<Panic>,
        slot: &mut Slot<R>,
    ) -> Option<Panic>;

    /// Runs in a frame that ends in any way.
    fn on(self, captures: Option<C>, outcome: &mut Outcome<R>);
}

/// The panic to go on with after exit code that has no say in it. Out of line, as it is seldom needed.
#[cold]
#[inline(never)]
fn panicking(panic: Panic, exit: &mut dyn FnMut()) -> Panic {
    match catch_any(exit) {
        None => panic,
        Some(newer) => newer.replacing(panic),
    }
}

/// The exit code of a site that is reached any number of times.
#[cfg(feature = "alloc")]
pub(crate) trait Repeats<C, R> {
    /// Runs for each record in a level that ends with the result in the slot, or with a panic, and gives the
    /// panic that it ends with then.
    fn on_records(
        self,
        records: &mut HeapRecords<C>,
        panic: Option<Panic>,
        slot: &mut Slot<R>,
    ) -> Option<Panic>;

    /// Runs for one record, in a frame that ends in any way.
    fn on_record(&mut self, captures: C, outcome: &mut Outcome<R>);
}

/// Runs exit code that has no say in how the level ends. A record whose exit code panics leaves the others
/// pending.
#[inline(always)]
#[cfg(feature = "alloc")]
fn drain<C, R>(
    records: &mut HeapRecords<C>,
    mut panic: Option<Panic>,
    slot: &mut Slot<R>,
    mut exit: impl FnMut(C, &mut Slot<R>),
) -> Option<Panic> {
    while let Some(newer) = catch(&mut || {
        while let Some(captures) = records.pop() {
            exit(captures, slot);
        }
    }) {
        slot.clear();
        panic = Some(match panic.take() {
            None => newer,
            Some(older) => newer.replacing(older),
        });
    }
    panic
}

#[cfg(feature = "alloc")]
impl<C, R, F: FnMut(C)> Repeats<C, R> for Blind<F> {
    #[inline(always)]
    fn on_records(
        mut self,
        records: &mut HeapRecords<C>,
        panic: Option<Panic>,
        slot: &mut Slot<R>,
    ) -> Option<Panic> {
        drain(records, panic, slot, |captures, _| (self.0)(captures))
    }

    #[inline(always)]
    fn on_record(&mut self, captures: C, _: &mut Outcome<R>) {
        (self.0)(captures);
    }
}

#[cfg(feature = "alloc")]
impl<C, R, F: FnMut(C, View<'_, R>)> Repeats<C, R> for Seeing<F> {
    #[inline(always)]
    fn on_records(
        mut self,
        records: &mut HeapRecords<C>,
        panic: Option<Panic>,
        slot: &mut Slot<R>,
    ) -> Option<Panic> {
        drain(records, panic, slot, |captures, slot| (self.0)(captures, slot.view()))
    }

    #[inline(always)]
    fn on_record(&mut self, captures: C, outcome: &mut Outcome<R>) {
        (self.0)(captures, View(outcome.result_mut()));
    }
}

#[cfg(feature = "alloc")]
impl<C, R, F: FnMut(C, &mut Outcome<R>)> Repeats<C, R> for Handling<F> {
    #[inline(always)]
    fn on_records(
        self,
        records: &mut HeapRecords<C>,
        panic: Option<Panic>,
        slot: &mut Slot<R>,
    ) -> Option<Panic> {
        slot.handled(panic, |outcome| outcome.after_each(records, self))
    }

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
    fn on_level(
        self,
        captures: Option<C>,
        panic: Option<Panic>,
        slot: &mut Slot<R>,
    ) -> Option<Panic> {
        let (mut captures, mut exit) = (captures, Some(self.0));
        let mut run = || {
            if let Some(exit) = exit.take() {
                once(captures.take(), exit);
            }
        };
        if let Some(panic) = panic {
            return Some(panicking(panic, &mut run));
        }
        let panic = catch(&mut run);
        if panic.is_some() {
            slot.clear();
        }
        panic
    }

    #[inline(always)]
    fn on(self, captures: Option<C>, _: &mut Outcome<R>) {
        once(captures, self.0);
    }
}

/// What the frame returns, if it returns.
#[derive(Debug)]
pub struct View<'a, R>(pub(crate) Option<&'a mut R>);

/// Sees the result: `errdefer!`, and `?` in deferred code.
pub(crate) struct Seeing<F>(pub(crate) F);

impl<C, R, F: FnOnce(C, View<'_, R>)> ExitCode<C, R> for Seeing<F> {
    #[inline(always)]
    fn on_level(
        self,
        captures: Option<C>,
        panic: Option<Panic>,
        slot: &mut Slot<R>,
    ) -> Option<Panic> {
        let (mut captures, mut exit) = (captures, Some(self.0));
        let mut run = |view: View<'_, R>| {
            if let Some(exit) = exit.take() {
                once(captures.take(), |captures| exit(captures, view));
            }
        };
        if let Some(panic) = panic {
            return Some(panicking(panic, &mut || run(View(None))));
        }
        let panic = catch(&mut || run(slot.view()));
        if panic.is_some() {
            slot.clear();
        }
        panic
    }

    #[inline(always)]
    fn on(self, captures: Option<C>, outcome: &mut Outcome<R>) {
        once(captures, |it| (self.0)(it, View(outcome.result_mut())));
    }
}

/// Handles all of it: `defer!(|outcome| …)`.
pub(crate) struct Handling<F>(pub(crate) F);

impl<C, R, F: FnOnce(C, &mut Outcome<R>)> ExitCode<C, R> for Handling<F> {
    #[inline(always)]
    fn on_level(
        self,
        captures: Option<C>,
        panic: Option<Panic>,
        slot: &mut Slot<R>,
    ) -> Option<Panic> {
        slot.handled(panic, |outcome| outcome.after(captures, self))
    }

    #[inline(always)]
    fn on(self, captures: Option<C>, outcome: &mut Outcome<R>) {
        once(captures, |it| (self.0)(it, outcome));
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
