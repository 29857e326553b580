//! What a failure is, and how the failure of deferred code joins the result: the traits behind
//! `errdefer!`, [`Outcome::join`](crate::Outcome::join) and `?` in deferred code.

use core::ops::ControlFlow;
use core::task::Poll;

/// A result that can be a failure, so that `errdefer!` knows when to run.
///
/// Implement it for a type of your own to use `errdefer!` in functions that return it:
///
/// ```
/// use defer_rt::{Fallible, deferrable};
///
/// enum Reply { Accepted, Refused }
///
/// impl Fallible for Reply {
///     fn is_failure(&self) -> bool {
///         matches!(self, Reply::Refused)
///     }
/// }
///
/// #[deferrable]
/// fn reply(limit: u32, asked: u32, log: &mut Vec<&str>) -> Reply {
///     errdefer! { log.push("refused"); }
///     if asked > limit { Reply::Refused } else { Reply::Accepted }
/// }
///
/// let mut log = Vec::new();
/// reply(1, 2, &mut log);
/// assert_eq!(log, ["refused"]);
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no result that can fail",
    label = "this asks whether the function's result, a `{Self}`, is a failure",
    note = "return a `Result` or an `Option`, or implement `defer_rt::Fallible` for `{Self}`"
)]
pub trait Fallible {
    /// Whether this is a failure.
    fn is_failure(&self) -> bool;
}

#[diagnostic::do_not_recommend]
impl<T, E> Fallible for Result<T, E> {
    #[inline]
    fn is_failure(&self) -> bool {
        self.is_err()
    }
}

#[diagnostic::do_not_recommend]
impl<T> Fallible for Option<T> {
    #[inline]
    fn is_failure(&self) -> bool {
        self.is_none()
    }
}

#[diagnostic::do_not_recommend]
impl<B, C> Fallible for ControlFlow<B, C> {
    #[inline]
    fn is_failure(&self) -> bool {
        self.is_break()
    }
}

/// A function that returns nothing can fail by a panic alone.
#[diagnostic::do_not_recommend]
impl Fallible for () {
    #[inline]
    fn is_failure(&self) -> bool {
        false
    }
}

/// What is pending has not failed. A failure is what `?` returns for.
#[diagnostic::do_not_recommend]
impl<T, E> Fallible for Poll<Result<T, E>> {
    #[inline]
    fn is_failure(&self) -> bool {
        matches!(self, Poll::Ready(Err(_)))
    }
}

/// The end of a stream is no failure.
#[diagnostic::do_not_recommend]
impl<T, E> Fallible for Poll<Option<Result<T, E>>> {
    #[inline]
    fn is_failure(&self) -> bool {
        matches!(self, Poll::Ready(Some(Err(_))))
    }
}

#[diagnostic::do_not_recommend]
impl Fallible for Poll<()> {
    #[inline]
    fn is_failure(&self) -> bool {
        false
    }
}

/// A result that the failure of deferred code, an `X`, can join: the first failure wins.
///
/// A `Result` takes failures that its error can be made from. Implement it for a type of your own to use
/// `?` behind deferred calls in functions that return it:
///
/// ```
/// use defer_rt::{Join, deferrable};
///
/// #[derive(Debug, PartialEq)]
/// enum Saved { Well, Badly(String) }
///
/// impl Join<Result<(), String>> for Saved {
///     fn join(&mut self, exit: Result<(), String>) {
///         if let (Saved::Well, Err(error)) = (&self, exit) {
///             *self = Saved::Badly(error);
///         }
///     }
/// }
///
/// #[deferrable]
/// fn save(full: bool) -> Saved {
///     defer!(flush(full)?);
///     Saved::Well
/// }
/// # fn flush(full: bool) -> Result<(), String> { if full { Err("disk full".into()) } else { Ok(()) } }
///
/// assert_eq!(save(false), Saved::Well);
/// assert_eq!(save(true), Saved::Badly("disk full".into()));
/// ```
#[diagnostic::on_unimplemented(
    message = "`?` in deferred code needs a function that can fail likewise",
    label = "the function's result, a `{Self}`, cannot take this, a `{X}`",
    note = "return a `Result` whose error this one converts into, or an `Option`, \
            or handle the failure in a `defer! {{ … }}`; a future has its `.await` ahead of the `?`"
)]
pub trait Join<X> {
    /// Takes the failure over, unless there is one already.
    fn join(&mut self, exit: X);
}

impl<T, E: From<F>, U, F> Join<Result<U, F>> for Result<T, E> {
    #[inline]
    fn join(&mut self, exit: Result<U, F>) {
        if let Err(error) = exit {
            unlikely();
            if self.is_ok() {
                *self = Err(error.into());
            }
        }
    }
}

#[diagnostic::do_not_recommend]
impl<T, E: From<F>, U, F> Join<Result<U, F>> for Poll<Result<T, E>> {
    #[inline]
    fn join(&mut self, exit: Result<U, F>) {
        if let Err(error) = exit
            && !self.is_failure()
        {
            *self = Poll::Ready(Err(error.into()));
        }
    }
}

#[diagnostic::do_not_recommend]
impl<T, E: From<F>, U, F> Join<Result<U, F>> for Poll<Option<Result<T, E>>> {
    #[inline]
    fn join(&mut self, exit: Result<U, F>) {
        if let Err(error) = exit
            && !self.is_failure()
        {
            *self = Poll::Ready(Some(Err(error.into())));
        }
    }
}

/// Keeps what follows off the path of success.
#[cold]
#[inline]
fn unlikely() {}

#[diagnostic::do_not_recommend]
impl<T, U> Join<Option<U>> for Option<T> {
    #[inline]
    fn join(&mut self, exit: Option<U>) {
        if exit.is_none() {
            *self = None;
        }
    }
}

#[diagnostic::do_not_recommend]
impl<B, C, U> Join<ControlFlow<B, U>> for ControlFlow<B, C> {
    #[inline]
    fn join(&mut self, exit: ControlFlow<B, U>) {
        if let ControlFlow::Break(value) = exit
            && self.is_continue()
        {
            *self = ControlFlow::Break(value);
        }
    }
}

/// A result whose function may have `?` in its deferred blocks: what such a block ends with.
#[diagnostic::on_unimplemented(
    message = "`?`, or `return` with a value, in deferred code needs a function that can fail likewise",
    label = "the function's result, a `{Self}`, cannot take this failure",
    note = "return a `Result` whose error this one converts into, or an `Option`, \
            or handle the failure in the block; `defer!(|outcome| outcome.set(…))` changes the result"
)]
pub trait Exits: Join<Self::Exit> + Sized {
    /// The same kind of result, without a value.
    type Exit: Done;
}

#[diagnostic::do_not_recommend]
impl<T, E> Exits for Result<T, E> {
    type Exit = Result<(), E>;
}

#[diagnostic::do_not_recommend]
impl<T> Exits for Option<T> {
    type Exit = Option<()>;
}

#[diagnostic::do_not_recommend]
impl<B, C> Exits for ControlFlow<B, C> {
    type Exit = ControlFlow<B>;
}

#[diagnostic::do_not_recommend]
impl<T, E> Exits for Poll<Result<T, E>> {
    type Exit = Result<(), E>;
}

#[diagnostic::do_not_recommend]
impl<T, E> Exits for Poll<Option<Result<T, E>>> {
    type Exit = Result<(), E>;
}

/// What a deferred block is when it ran to its end.
#[diagnostic::on_unimplemented(
    message = "deferred code cannot `return` a `{Self}` from the function",
    label = "a deferred block has no result but a failure",
    note = "`defer!(|outcome| outcome.set(…))` changes what the function returns"
)]
pub trait Done {
    /// No failure.
    fn done() -> Self;
}

#[diagnostic::do_not_recommend]
impl<E> Done for Result<(), E> {
    #[inline]
    fn done() -> Self {
        Ok(())
    }
}

#[diagnostic::do_not_recommend]
impl Done for Option<()> {
    #[inline]
    fn done() -> Self {
        Some(())
    }
}

#[diagnostic::do_not_recommend]
impl<B> Done for ControlFlow<B> {
    #[inline]
    fn done() -> Self {
        ControlFlow::Continue(())
    }
}

/// What a frame returns after a recover: Go's zero value.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no default to return after a recover",
    label = "`recover` returns `{Self}::default()` from the function",
    note = "say what to return: `outcome.recover_with(|panic| …)`; \
            or the closure needs its return type, if that is `!`"
)]
pub trait Zero {
    /// The value.
    fn zero() -> Self;
}

#[diagnostic::do_not_recommend]
impl<R: Default> Zero for R {
    #[inline]
    fn zero() -> Self {
        R::default()
    }
}
