//! What exit code sees of how its frame ends: nothing, the result, or the whole outcome. Less is cheaper:
//! what exit code does not see can stay in registers while it runs, as it would by hand.
//!
//! Where several exit codes share a level, an optimized build hands the result from one to the next by value, which
//! is what the optimizer sees through; a debug build, which would copy it each time, leaves it in its slot.

#[cfg(feature = "alloc")]
use crate::heap::HeapRecords;
use crate::outcome::Outcome;
#[cfg(feature = "alloc")]
use crate::panic::catch;
#[cfg(not(debug_assertions))]
use crate::panic::leave_behind;
use crate::panic::{Panic, catch_once};
#[cfg(debug_assertions)]
use crate::slot::Slot;
pub use crate::slot::View;

/// The exit code of a site, for what the site captured, if it was reached.
pub(crate) trait ExitCode<C, R> {
    /// Runs in a level that ends with the result in the slot, or with a panic, and gives the panic that it
    /// ends with then.
    #[cfg(debug_assertions)]
    fn on_level(
        self,
        captures: Option<C>,
        panic: Option<Panic>,
        slot: &mut Slot<R>,
    ) -> Option<Panic>;

    /// Runs in a level that was about to return, and gives how that ends then.
    #[cfg(not(debug_assertions))]
    fn on_return(self, captures: Option<C>, result: R) -> Result<R, Panic>;

    /// Runs in a level that panics, and gives how that ends then.
    #[cfg(not(debug_assertions))]
    fn on_panic(self, captures: Option<C>, panic: Panic) -> Result<R, Panic>;

    /// Runs in a frame that ends in any way.
    fn on(self, captures: Option<C>, outcome: &mut Outcome<R>);
}

/// Runs exit code if its site was reached. If it was not, what the exit code took over is dropped where it
/// would have run, as that may panic as well.
#[inline(always)]
pub(crate) fn once<C>(captures: Option<C>, exit: impl FnOnce(C)) {
    if let Some(captures) = captures {
        exit(captures);
    }
}

impl<R> Outcome<R> {
    /// Runs exit code, if the site was reached. Its panic is caught, as dropping an older payload while
    /// the newer one unwinds could abort the process, and as a result may have to outlive it.
    #[inline(always)]
    pub(crate) fn after<C>(&mut self, slot: Option<C>, exit: impl ExitCode<C, R>) {
        if let Some(newer) = catch_once(|| exit.on(slot, self)) {
            self.replace_panic(newer);
        }
    }

    /// Runs exit code for each record. One whose exit code panics leaves the others pending: the drain
    /// goes on with the new panic.
    #[inline(always)]
    #[cfg(feature = "alloc")]
    pub(crate) fn after_each<C>(
        &mut self,
        records: &mut HeapRecords<C>,
        mut exit: impl Repeats<C, R>,
    ) {
        while let Some(newer) = catch(&mut || {
            while let Some(captures) = records.pop() {
                exit.on_record(captures, self);
            }
        }) {
            self.replace_panic(newer);
        }
    }
}

/// The panic to go on with after exit code that has no say in it. Out of line, as it is seldom needed.
#[cold]
#[inline(never)]
fn panicking(panic: Panic, exit: impl FnOnce()) -> Panic {
    match catch_once(exit) {
        None => panic,
        Some(newer) => newer.replacing(panic),
    }
}

/// The panic that a level ends with after exit code that sees no more than the result in its slot.
#[cfg(debug_assertions)]
fn in_slot<R>(
    panic: Option<Panic>,
    slot: &mut Slot<R>,
    exit: impl FnOnce(View<'_, R>),
) -> Option<Panic> {
    if let Some(panic) = panic {
        return Some(panicking(panic, || exit(View(None))));
    }
    let newer = catch_once(|| exit(slot.view()))?;
    slot.clear();
    Some(newer)
}

/// How a level ends that was about to return, after exit code that does not see the result.
#[inline(always)]
#[cfg(not(debug_assertions))]
fn beside<R>(result: R, exit: impl FnOnce()) -> Result<R, Panic> {
    // The two do the same. This one keeps a small result in registers,
    if size_of::<R>() <= 4 * size_of::<usize>() {
        return match catch_once(exit) {
            None => Ok(result),
            Some(panic) => {
                leave_behind(result);
                Err(panic)
            }
        };
    }
    // and this one leaves a large result where it is.
    let ended = Ok(result);
    match catch_once(exit) {
        None => ended,
        Some(panic) => {
            leave_behind(ended);
            Err(panic)
        }
    }
}

#[inline(always)]
#[cfg(not(debug_assertions))]
fn handled<C, R>(
    exit: impl ExitCode<C, R>,
    captures: Option<C>,
    ended: Result<R, Panic>,
) -> Result<R, Panic> {
    let mut outcome = Outcome::new(ended);
    outcome.after(captures, exit);
    outcome.into_result()
}

/// The exit code of a site that is reached any number of times.
#[cfg(feature = "alloc")]
pub(crate) trait Repeats<C, R> {
    /// Runs for each record in a level that ends with the result in the slot, or with a panic, and gives the
    /// panic that it ends with then.
    #[cfg(debug_assertions)]
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
#[cfg(all(debug_assertions, feature = "alloc"))]
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
    #[cfg(debug_assertions)]
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
    #[cfg(debug_assertions)]
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
    #[cfg(debug_assertions)]
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
    #[cfg(debug_assertions)]
    fn on_level(
        self,
        captures: Option<C>,
        panic: Option<Panic>,
        slot: &mut Slot<R>,
    ) -> Option<Panic> {
        in_slot(panic, slot, |_| once(captures, self.0))
    }

    #[inline(always)]
    #[cfg(not(debug_assertions))]
    fn on_return(self, captures: Option<C>, result: R) -> Result<R, Panic> {
        beside(result, || once(captures, self.0))
    }

    #[inline(always)]
    #[cfg(not(debug_assertions))]
    fn on_panic(self, captures: Option<C>, panic: Panic) -> Result<R, Panic> {
        Err(panicking(panic, || once(captures, self.0)))
    }

    #[inline(always)]
    fn on(self, captures: Option<C>, _: &mut Outcome<R>) {
        once(captures, self.0);
    }
}

/// Sees the result: `errdefer!`, and `?` in deferred code.
pub(crate) struct Seeing<F>(pub(crate) F);

impl<C, R, F: FnOnce(C, View<'_, R>)> ExitCode<C, R> for Seeing<F> {
    #[cfg(debug_assertions)]
    fn on_level(
        self,
        captures: Option<C>,
        panic: Option<Panic>,
        slot: &mut Slot<R>,
    ) -> Option<Panic> {
        in_slot(panic, slot, |view| once(captures, |it| (self.0)(it, view)))
    }

    #[inline(always)]
    #[cfg(not(debug_assertions))]
    fn on_return(self, captures: Option<C>, mut result: R) -> Result<R, Panic> {
        match catch_once(|| once(captures, |it| (self.0)(it, View(Some(&mut result))))) {
            None => Ok(result),
            Some(panic) => {
                leave_behind(result);
                Err(panic)
            }
        }
    }

    #[inline(always)]
    #[cfg(not(debug_assertions))]
    fn on_panic(self, captures: Option<C>, panic: Panic) -> Result<R, Panic> {
        Err(panicking(panic, || once(captures, |it| (self.0)(it, View(None)))))
    }

    #[inline(always)]
    fn on(self, captures: Option<C>, outcome: &mut Outcome<R>) {
        once(captures, |it| (self.0)(it, View(outcome.result_mut())));
    }
}

/// Handles all of it: `defer!(|outcome| …)`.
pub(crate) struct Handling<F>(pub(crate) F);

impl<C, R, F: FnOnce(C, &mut Outcome<R>)> ExitCode<C, R> for Handling<F> {
    #[cfg(debug_assertions)]
    fn on_level(
        self,
        captures: Option<C>,
        panic: Option<Panic>,
        slot: &mut Slot<R>,
    ) -> Option<Panic> {
        slot.handled(panic, |outcome| outcome.after(captures, self))
    }

    #[inline(always)]
    #[cfg(not(debug_assertions))]
    fn on_return(self, captures: Option<C>, result: R) -> Result<R, Panic> {
        handled(self, captures, Ok(result))
    }

    #[cold]
    #[inline(never)]
    #[cfg(not(debug_assertions))]
    fn on_panic(self, captures: Option<C>, panic: Panic) -> Result<R, Panic> {
        handled(self, captures, Err(panic))
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
