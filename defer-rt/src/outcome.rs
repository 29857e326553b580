//! How a frame ends: takes what its rest returned or the panic it raised, lets exit code see and
//! change it, gives the caller a result or raises the panic again.

use core::mem::replace;

use crate::failure::{Fallible, Join, Zero};
use crate::left::Left;
use crate::panic::{Panic, catch_once, catch_result, leave_behind};

/// How a frame ends, as `defer!(|outcome| …)` sees and changes it.
///
/// It stands for two things that Go has apart: the named results, and `recover`. Only a deferred
/// closure of the frame itself is handed its outcome, so Go's traps (`defer recover()`, a recover one
/// call deeper) cannot be written.
///
/// | Go | here |
/// |---|---|
/// | `err` in `defer func() { … }()` | [`result`](Self::result), [`result_mut`](Self::result_mut) |
/// | `n = 3` | [`set(3)`](Self::set) |
/// | `r := recover()` | [`recover()`](Self::recover), [`recover_with`](Self::recover_with) |
/// | `err = errors.Join(err, f.Close())` | [`join(f.close())`](Self::join), [`join_with`](Self::join_with) |
///
/// ```
/// use defer_rt::deferrable;
///
/// /// A panic of the plugin becomes an error.
/// #[deferrable]
/// fn call(plugin: impl FnOnce() -> u32) -> Result<u32, String> {
///     defer!(|outcome| {
///         outcome.recover_with(|panic| Err(format!("plugin panicked: {panic}")));
///     });
///     Ok(plugin())
/// }
///
/// assert_eq!(call(|| 3), Ok(3));
/// assert_eq!(call(|| panic!("no {}", "luck")), Err("plugin panicked: no luck".to_owned()));
/// ```
#[derive(Debug)]
pub struct Outcome<R>(State<R>);

#[derive(Debug)]
enum State<R> {
    Returned(R),
    Panicked(Panic),
    /// Panicked, but what the frame was about to return is known: Go's named result keeps its value.
    PanickedWith(Panic, R),
    /// The future of an async frame is being dropped.
    Dropped,
    /// While `recover_with` computes what to return.
    Recovering,
    /// A turn or a block ends, and the function goes on.
    GoesOn,
}

impl<R> Outcome<R> {
    #[inline(always)]
    pub(crate) fn new(ended: Result<R, Panic>) -> Self {
        Self(match ended {
            Ok(result) => State::Returned(result),
            Err(panic) => State::Panicked(panic),
        })
    }

    /// What the frame returns, unless it panics.
    #[inline]
    pub fn result(&self) -> Option<&R> {
        match &self.0 {
            State::Returned(result) => Some(result),
            _ => None,
        }
    }

    /// The same, to be changed.
    #[inline]
    pub fn result_mut(&mut self) -> Option<&mut R> {
        match &mut self.0 {
            State::Returned(result) => Some(result),
            _ => None,
        }
    }

    /// The panic in flight, if there is one.
    #[inline]
    pub fn panic(&self) -> Option<&Panic> {
        match &self.0 {
            State::Panicked(panic) | State::PanickedWith(panic, _) => Some(panic),
            _ => None,
        }
    }

    /// Whether the frame fails: with a panic, an `Err`, a `None`, or, if it is async, by being dropped
    /// before it was finished. It is when `errdefer!` runs.
    #[inline]
    pub fn is_failure(&self) -> bool
    where
        R: Fallible,
    {
        match &self.0 {
            State::Returned(result) => result.is_failure(),
            State::GoesOn => false,
            _ => true,
        }
    }

    /// What the frame returns from now on, like an assignment to Go's named result: a panic stays in
    /// flight, and the value is what the frame returns once that is [recovered](Self::recover).
    #[inline]
    pub fn set(&mut self, value: R) {
        match &mut self.0 {
            State::Returned(result) => *result = value,
            _ => self.set_for_later(value),
        }
    }

    /// Stops the panic in flight and gives it, like Go's `recover`: the frame returns
    /// what it was about to return or what was [`set`](Self::set), or else `R::default()`, Go's zero
    /// value; the defers that are still pending see a normal exit. Without a panic it is `None` and
    /// changes nothing.
    ///
    /// Go: "[Handling panics](https://go.dev/ref/spec#Handling_panics)".
    #[inline]
    pub fn recover(&mut self) -> Option<Panic>
    where
        R: Zero,
    {
        let (panic, value) = self.take_panic()?;
        self.0 = State::Returned(value.unwrap_or_else(R::zero));
        Some(panic)
    }

    /// Stops the panic in flight; the frame returns what the closure makes of it. Tells whether there
    /// was a panic.
    #[inline]
    pub fn recover_with(&mut self, value: impl FnOnce(Panic) -> R) -> bool {
        let Some((panic, _)) = self.take_panic() else { return false };
        self.0 = State::Returned(value(panic));
        true
    }

    /// Lets a failure join the result: the first failure wins, and a panic beats both. What `?` in
    /// deferred code does, and what Go writes as `err = errors.Join(err, f.Close())`.
    ///
    /// ```
    /// use defer_rt::deferrable;
    /// # fn close(fails: bool) -> Result<(), &'static str> { if fails { Err("close") } else { Ok(()) } }
    ///
    /// #[deferrable]
    /// fn write(fails: bool) -> Result<u32, String> {
    ///     defer!(|outcome| outcome.join(close(fails)));
    ///     Ok(7)
    /// }
    ///
    /// assert_eq!(write(false), Ok(7));
    /// assert_eq!(write(true), Err("close".to_owned()));
    /// ```
    #[inline]
    pub fn join<X>(&mut self, exit: X)
    where
        R: Join<X>,
    {
        if let State::Returned(result) = &mut self.0 {
            result.join(exit);
        }
    }

    /// The panic, and the result that was kept beside it, to be replaced by a result. Out of line is
    /// what only a panic needs: exit code with a recover in it stays small enough to be inlined.
    #[inline(always)]
    fn take_panic(&mut self) -> Option<(Panic, Option<R>)> {
        if self.is_returning() { None } else { self.take_panic_cold() }
    }

    #[cold]
    #[inline(never)]
    fn take_panic_cold(&mut self) -> Option<(Panic, Option<R>)> {
        match replace(&mut self.0, State::Recovering) {
            State::Panicked(panic) => Some((panic, None)),
            State::PanickedWith(panic, value) => Some((panic, Some(value))),
            other => {
                self.0 = other;
                None
            }
        }
    }

    #[cold]
    #[inline(never)]
    fn set_for_later(&mut self, value: R) {
        if let Some((panic, _)) = self.take_panic() {
            self.0 = State::PanickedWith(panic, value);
        }
    }

    pub(crate) fn into_panic(self) -> Option<Panic> {
        match self.0 {
            State::Panicked(panic) => Some(panic),
            _ => None,
        }
    }

    pub(crate) fn dropped() -> Self {
        Self(State::Dropped)
    }

    /// Whether the frame is neither returning nor panicking: it is async, and its future is being
    /// dropped before it was finished.
    #[inline]
    pub fn is_dropped(&self) -> bool {
        matches!(self.0, State::Dropped)
    }

    /// Whether there is a result: the frame neither panics nor is dropped.
    #[inline(always)]
    pub(crate) fn is_returning(&self) -> bool {
        matches!(self.0, State::Returned(_))
    }

    /// What is left of it: the result, or the panic to go on with.
    #[inline(always)]
    pub(crate) fn into_result(self) -> Result<R, Panic> {
        match self.0 {
            State::Returned(result) => Ok(result),
            State::Panicked(panic) => Err(panic),
            State::PanickedWith(panic, value) => {
                // Not while the panic unwinds: a panic in its `Drop` would abort the process.
                leave_behind(value);
                Err(panic)
            }
            State::GoesOn => unreachable!("exit code alone sees it"),
            State::Dropped => unreachable!("a level of an async frame does not end this way"),
            State::Recovering => catch_result(|| no_outcome()),
        }
    }

    /// A closure of `recover_with` or `join_with` may have panicked, and the exit code caught that.
    ///
    /// # Panics
    /// If so: there is no outcome to go on with.
    #[inline]
    pub(crate) fn check(&self) {
        if let State::Recovering = self.0 {
            no_outcome();
        }
    }

    /// The same, for exit code to come.
    #[inline]
    pub(crate) fn check_caught(&mut self) {
        if let Some(panic) = catch_once(|| self.check()) {
            self.0 = State::Panicked(panic);
        }
    }

    /// Leaves the frame: returns to the caller, or goes on with the panic.
    #[inline(always)]
    pub(crate) fn end(self) -> R {
        self.into_result().unwrap_or_else(|panic| panic.resume())
    }

    /// A deferred call panicked: the frame ends with that panic, whatever it ended with before.
    pub(crate) fn replace_panic(&mut self, newer: Panic) {
        self.0 = match replace(&mut self.0, State::Recovering) {
            State::Returned(value) => State::PanickedWith(newer, value),
            State::Panicked(older) => State::Panicked(newer.replacing(older)),
            State::PanickedWith(older, value) => State::PanickedWith(newer.replacing(older), value),
            State::Recovering | State::GoesOn | State::Dropped => State::Panicked(newer),
        };
    }

    /// A panic that came out of an inner level, with the result that was kept there.
    pub(crate) fn restore(&mut self, kept: Option<R>) {
        if let Some(value) = kept
            && !self.is_returning()
        {
            self.set(value);
        }
    }

    /// The result of a frame that goes on panicking, for the outer levels.
    pub(crate) fn keep(&mut self) -> Option<R> {
        match replace(&mut self.0, State::Recovering) {
            State::PanickedWith(panic, value) => {
                self.0 = State::Panicked(panic);
                Some(value)
            }
            other => {
                self.0 = other;
                None
            }
        }
    }
}

impl<T, E> Outcome<Result<T, E>> {
    /// Like [`join`](Self::join), but where both failed, the closure makes one error of the two.
    #[inline]
    pub fn join_with<U, F>(&mut self, exit: Result<U, F>, both: impl FnOnce(E, F) -> E)
    where
        E: From<F>,
    {
        let Err(second) = exit else { return };
        self.0 = match replace(&mut self.0, State::Recovering) {
            State::Returned(Ok(_)) => State::Returned(Err(second.into())),
            State::Returned(Err(first)) => State::Returned(Err(both(first, second))),
            panicking => panicking,
        }
    }
}

/// What exit code of a turn or a block is handed: how the function ends, if the frame is left by that. What has
/// become of it is given back in the end.
#[derive(Debug)]
pub struct Handed<'a, R, V, J> {
    outcome: &'a mut Outcome<Left<R, V, J>>,
    shown: Outcome<R>,
    /// How the frame is left where the function goes on.
    otherwise: Option<Left<R, V, J>>,
}

impl<'a, R, V, J> Handed<'a, R, V, J> {
    /// Takes it out of the frame's own.
    pub fn new(outcome: &'a mut Outcome<Left<R, V, J>>) -> Self {
        let mut otherwise = None;
        let shown = match replace(&mut outcome.0, State::Recovering) {
            State::Returned(Left::Returned(result)) => State::Returned(result),
            State::PanickedWith(panic, Left::Returned(result)) => {
                State::PanickedWith(panic, result)
            }
            State::Panicked(panic) | State::PanickedWith(panic, _) => State::Panicked(panic),
            State::Dropped => State::Dropped,
            State::Recovering => State::Recovering,
            State::GoesOn => State::GoesOn,
            State::Returned(done) => {
                otherwise = Some(done);
                State::GoesOn
            }
        };
        Self { outcome, shown: Outcome(shown), otherwise }
    }

    /// What a deferred closure gets.
    pub fn outcome(&mut self) -> &mut Outcome<R> {
        &mut self.shown
    }
}

impl<R, V, J> Drop for Handed<'_, R, V, J> {
    fn drop(&mut self) {
        self.outcome.0 = match replace(&mut self.shown.0, State::Recovering) {
            State::Returned(result) => State::Returned(Left::Returned(result)),
            State::PanickedWith(panic, result) => {
                State::PanickedWith(panic, Left::Returned(result))
            }
            State::Panicked(panic) => State::Panicked(panic),
            State::Dropped => State::Dropped,
            State::Recovering => State::Recovering,
            State::GoesOn => self.otherwise.take().map_or(State::GoesOn, State::Returned),
        };
    }
}

#[cold]
#[inline(never)]
fn no_outcome() -> ! {
    panic!("the closure of `recover_with` or `join_with` panicked, which left no outcome")
}
