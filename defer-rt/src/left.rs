//! How a loop's turn or a block was left that is a frame of its own: its body is a closure, which says so, and
//! the code around it goes where the body wanted to.

use core::convert::Infallible;
use core::ops::ControlFlow;
use core::task::Poll;

use crate::failure::{Exits, Fallible, Join};

/// How a turn or a block was left.
#[derive(Debug)]
pub enum Left<R, V, J> {
    /// At its end, with its value.
    Done(V),
    /// By a `return` or a `?`: this is the function's result.
    Returned(R),
    /// By a `break` or a `continue`: to which loop, says a number.
    Jumped(J),
}

/// Runs the body of a turn or of a block.
#[inline(always)]
pub fn turn<R, V, J, F: FnOnce() -> Left<R, V, J>>(body: F) -> Left<R, V, J> {
    body()
}

/// What `?` takes apart.
#[diagnostic::on_unimplemented(
    message = "the `?` operator can only be applied to a `Result`, an `Option` and the like",
    label = "the `?` operator cannot be applied to type `{Self}`"
)]
pub trait Branch {
    /// What `x?` is.
    type Value;

    /// What is returned otherwise.
    type Failure;

    /// Takes it apart.
    #[doc(hidden)]
    fn branch(self) -> Result<Self::Value, Self::Failure>;
}

impl<T, E> Branch for Result<T, E> {
    type Value = T;
    type Failure = Result<Infallible, E>;

    #[inline]
    fn branch(self) -> Result<T, Self::Failure> {
        self.map_err(Err)
    }
}

impl<T> Branch for Option<T> {
    type Value = T;
    type Failure = Option<Infallible>;

    #[inline]
    fn branch(self) -> Result<T, Self::Failure> {
        self.ok_or(None)
    }
}

impl<B, C> Branch for ControlFlow<B, C> {
    type Value = C;
    type Failure = ControlFlow<B, Infallible>;

    #[inline]
    fn branch(self) -> Result<C, Self::Failure> {
        match self {
            ControlFlow::Continue(value) => Ok(value),
            ControlFlow::Break(value) => Err(ControlFlow::Break(value)),
        }
    }
}

impl<T, E> Branch for Poll<Result<T, E>> {
    type Value = Poll<T>;
    type Failure = Result<Infallible, E>;

    #[inline]
    fn branch(self) -> Result<Poll<T>, Self::Failure> {
        match self {
            Poll::Ready(result) => result.map(Poll::Ready).map_err(Err),
            Poll::Pending => Ok(Poll::Pending),
        }
    }
}

impl<T, E> Branch for Poll<Option<Result<T, E>>> {
    type Value = Poll<Option<T>>;
    type Failure = Result<Infallible, E>;

    #[inline]
    fn branch(self) -> Result<Poll<Option<T>>, Self::Failure> {
        match self {
            Poll::Ready(Some(result)) => result.map(|it| Poll::Ready(Some(it))).map_err(Err),
            Poll::Ready(None) => Ok(Poll::Ready(None)),
            Poll::Pending => Ok(Poll::Pending),
        }
    }
}

/// What a function returns where a `?` fails.
#[diagnostic::on_unimplemented(
    message = "the `?` operator cannot leave a function that returns `{Self}` this way",
    label = "cannot use the `?` operator in a function that returns `{Self}`",
    note = "the function has to return a `Result` whose error this one converts into, or an `Option`"
)]
pub trait FromFailure<F> {
    /// What is returned.
    fn from_failure(failure: F) -> Self;
}

impl<T, E, F: From<E>> FromFailure<Result<Infallible, E>> for Result<T, F> {
    #[inline]
    fn from_failure(failure: Result<Infallible, E>) -> Self {
        match failure {
            Err(error) => Err(error.into()),
            Ok(never) => match never {},
        }
    }
}

#[diagnostic::do_not_recommend]
impl<T> FromFailure<Option<Infallible>> for Option<T> {
    #[inline]
    fn from_failure(_: Option<Infallible>) -> Self {
        None
    }
}

#[diagnostic::do_not_recommend]
impl<B, C> FromFailure<ControlFlow<B, Infallible>> for ControlFlow<B, C> {
    #[inline]
    fn from_failure(failure: ControlFlow<B, Infallible>) -> Self {
        match failure {
            ControlFlow::Break(value) => Self::Break(value),
            ControlFlow::Continue(never) => match never {},
        }
    }
}

#[diagnostic::do_not_recommend]
impl<T, E, F: From<E>> FromFailure<Result<Infallible, E>> for Poll<Result<T, F>> {
    #[inline]
    fn from_failure(failure: Result<Infallible, E>) -> Self {
        Poll::Ready(FromFailure::from_failure(failure))
    }
}

#[diagnostic::do_not_recommend]
impl<T, E, F: From<E>> FromFailure<Result<Infallible, E>> for Poll<Option<Result<T, F>>> {
    #[inline]
    fn from_failure(failure: Result<Infallible, E>) -> Self {
        Poll::Ready(Some(FromFailure::from_failure(failure)))
    }
}

/// A turn fails if the function is left with a failure.
#[diagnostic::do_not_recommend]
impl<R: Fallible, V, J> Fallible for Left<R, V, J> {
    #[inline]
    fn is_failure(&self) -> bool {
        matches!(self, Self::Returned(result) if result.is_failure())
    }
}

/// Where the function was not to be left, a failure of deferred code leaves it.
#[diagnostic::do_not_recommend]
impl<X, R, V, J> Join<X> for Left<R, V, J>
where
    R: Join<X> + FromFailure<X::Failure>,
    X: Branch,
{
    #[inline]
    fn join(&mut self, exit: X) {
        match self {
            Self::Returned(result) => result.join(exit),
            Self::Done(_) | Self::Jumped(_) => {
                if let Err(failure) = exit.branch() {
                    *self = Self::Returned(R::from_failure(failure));
                }
            }
        }
    }
}

#[diagnostic::do_not_recommend]
impl<R: Exits, V, J> Exits for Left<R, V, J>
where
    Self: Join<R::Exit>,
{
    type Exit = R::Exit;
}
