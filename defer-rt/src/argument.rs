//! Variables of which only the types can tell what is meant: takes one, finds out whether its type is
//! `Copy`, gives a copy of it or nothing. And what methods of the standard library make of values that are
//! kept: gives it on if it is a borrow.

use core::marker::PhantomData;
use core::ops::Deref;

/// Asks whether a variable's type is `Copy`.
///
/// `Arg(&x).__defer_how()` is `Copies` if it is, by the method here; otherwise it is `Moves`, by the one of
/// `Untold` that it derefs to.
#[derive(Debug)]
pub struct Arg<'a, T>(pub &'a T);

impl<T: Copy> Arg<'_, T> {
    /// By copying.
    #[inline(always)]
    #[must_use]
    pub const fn __defer_how(&self) -> Copies<T> {
        Copies(PhantomData)
    }
}

/// What a variable is of whose type nothing is known.
#[derive(Debug)]
pub struct Untold<T>(PhantomData<fn() -> T>);

impl<T> Deref for Arg<'_, T> {
    type Target = Untold<T>;

    #[inline(always)]
    fn deref(&self) -> &Untold<T> {
        const { &Untold(PhantomData) }
    }
}

impl<T> Untold<T> {
    /// By moving.
    #[inline(always)]
    #[must_use]
    #[expect(clippy::unused_self, reason = "what it is called on decides")]
    pub const fn __defer_how(&self) -> Moves<T> {
        Moves(PhantomData)
    }

    /// As by a `&`.
    #[inline(always)]
    #[must_use]
    #[expect(clippy::unused_self, reason = "what it is called on decides")]
    pub const fn __defer_through(&self) -> Shared<T> {
        Shared(PhantomData)
    }
}

/// Asks whether a variable is a `&mut` itself, by which more can be changed than by the variable, if that is
/// not `mut`.
///
/// `Seen(&x).__defer_through()` is `Unique` if it is, by the method here; otherwise it is `Shared`, by the one of
/// `Untold` that it derefs to.
#[derive(Debug)]
pub struct Seen<'a, T>(pub &'a T);

impl<'b, U: ?Sized> Seen<'_, &'b mut U> {
    /// As by itself.
    #[inline(always)]
    #[must_use]
    pub const fn __defer_through(&self) -> Unique<&'b mut U> {
        Unique(PhantomData)
    }
}

impl<T> Deref for Seen<'_, T> {
    type Target = Untold<T>;

    #[inline(always)]
    fn deref(&self) -> &Untold<T> {
        const { &Untold(PhantomData) }
    }
}

/// What a variable that is not `mut` is reached by.
pub trait Through<'a> {
    /// Its type.
    type Value;
    /// A reference to it.
    type By;

    /// No more than that.
    fn by(self, variable: &'a mut Self::Value) -> Self::By;
}

/// A reference that can be used like the one that the variable is.
#[derive(Debug)]
pub struct Unique<T>(PhantomData<fn() -> T>);

impl<'a, T: 'a> Through<'a> for Unique<T> {
    type Value = T;
    type By = &'a mut T;

    #[inline(always)]
    fn by(self, variable: &'a mut T) -> &'a mut T {
        variable
    }
}

/// A reference by which nothing is changed.
#[derive(Debug)]
pub struct Shared<T>(PhantomData<fn() -> T>);

impl<'a, T: 'a> Through<'a> for Shared<T> {
    type Value = T;
    type By = &'a T;

    #[inline(always)]
    fn by(self, variable: &'a mut T) -> &'a T {
        variable
    }
}

/// How variables of a type are handed on.
pub trait How: Copy {
    /// Their type.
    type Value;
    /// What is known of one where a site stands.
    type Now: Now<Value = Self::Value>;
    /// What is known of it.
    fn now(self, variable: &Self::Value) -> Self::Now;
}

/// There are copies.
#[derive(Debug)]
pub struct Copies<T>(PhantomData<fn() -> T>);

impl<T> Clone for Copies<T> {
    #[inline(always)]
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Copies<T> {}

impl<T: Copy> How for Copies<T> {
    type Value = T;
    type Now = Fixed<T>;

    #[inline(always)]
    fn now(self, variable: &T) -> Fixed<T> {
        Fixed(*variable)
    }
}

/// There is but one.
#[derive(Debug)]
pub struct Moves<T>(PhantomData<fn() -> T>);

impl<T> Clone for Moves<T> {
    #[inline(always)]
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Moves<T> {}

impl<T> How for Moves<T> {
    type Value = T;
    type Now = Later<T>;

    #[inline(always)]
    fn now(self, variable: &T) -> Later<T> {
        later(variable)
    }
}

/// What is known of a variable where a site stands.
pub trait Now: Copy {
    /// Its type.
    type Value;

    /// A copy of what it was then, if there is one.
    fn copy(self) -> Option<Self::Value>;
}

/// What it is, for good.
#[derive(Clone, Copy, Debug)]
pub struct Fixed<T>(T);

impl<T: Copy> Now for Fixed<T> {
    type Value = T;

    #[inline(always)]
    fn copy(self) -> Option<T> {
        Some(self.0)
    }
}

/// Only which one it is.
#[derive(Debug)]
pub struct Later<T>(PhantomData<fn() -> T>);

impl<T> Clone for Later<T> {
    #[inline(always)]
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Later<T> {}

impl<T> Now for Later<T> {
    type Value = T;

    #[inline(always)]
    fn copy(self) -> Option<T> {
        None
    }
}

/// What is known of a variable that has no copies, or of which nobody can tell whether it has.
#[inline(always)]
#[must_use]
pub const fn later<T>(_: &T) -> Later<T> {
    Later(PhantomData)
}

/// What exit code gets of a variable that is handed over: the copy, or the variable itself.
#[inline(always)]
pub fn handed_over<N: Now>(now: N, variable: N::Value) -> N::Value {
    now.copy().unwrap_or(variable)
}

/// A part of a value that is kept for the exit, or another side of it.
#[diagnostic::on_unimplemented(
    message = "an argument that ends in this method is taken for a borrow of what it is called on",
    label = "this gives a `{Self}`",
    note = "evaluate it ahead of the `defer!`: `let x = …; defer!(f(x));`"
)]
pub trait Borrow {}

#[diagnostic::do_not_recommend]
impl<T: ?Sized> Borrow for &T {}
#[diagnostic::do_not_recommend]
impl<T: ?Sized> Borrow for &mut T {}
#[diagnostic::do_not_recommend]
impl<T: ?Sized> Borrow for Option<&T> {}
#[diagnostic::do_not_recommend]
impl<T: ?Sized> Borrow for Option<&mut T> {}

/// `make().as_str()`: `make()` is evaluated at the `defer!` and kept, what it is looked at as is not.
#[inline(always)]
pub const fn borrowed<B: Borrow>(borrow: B) -> B {
    borrow
}

/// The type of a variable, without it.
#[derive(Debug)]
pub struct TypeOf<T>(PhantomData<fn() -> T>);

impl<T> Clone for TypeOf<T> {
    #[inline(always)]
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for TypeOf<T> {}

/// To be told of the type of a variable.
#[inline(always)]
#[must_use]
pub const fn type_of<T>(_: &T) -> TypeOf<T> {
    TypeOf(PhantomData)
}

/// A type that is written here.
#[inline(always)]
#[must_use]
pub const fn type_said<T>() -> TypeOf<T> {
    TypeOf(PhantomData)
}

/// A type that is still to be inferred.
#[inline(always)]
#[must_use]
pub const fn type_to_find<T>() -> TypeOf<T> {
    TypeOf(PhantomData)
}

/// Says what type something has. Never called.
#[cold]
#[must_use]
pub fn value_of<T>(_: TypeOf<T>) -> T {
    unreachable!("it says a type")
}

/// Some value of a variable's type. Never called.
#[cold]
#[must_use]
pub fn value_of_type<T>(_: &T) -> T {
    unreachable!("it says a type")
}

/// Some value. Never called.
#[cold]
#[must_use]
pub fn any<T>() -> T {
    unreachable!("it says a type")
}

/// Lets a call say the type of a variable. It is never made.
#[inline(always)]
pub fn told<T>(_: &T, _: impl FnOnce(T)) {}

/// A value of the type that a call expects, which is never made.
#[inline(always)]
pub fn expected<T>(_: impl FnOnce(T), value: impl FnOnce() -> T) -> T {
    value()
}
