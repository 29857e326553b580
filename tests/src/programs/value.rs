//! What frames of the tree language return, and how they end: the interpreter's `Outcome`.

use std::fmt::{self, Display};

use super::ir::Ty;

/// What a frame returns.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Value {
    /// `()`
    Unit,
    /// `i32`
    Number(i32),
    /// `Result<i32, i32>`, or `Result<(), i32>`
    Fallible(Result<i32, i32>),
    /// A value that was handed out of its variable, in an `Ok`.
    Kept {
        /// Which it is.
        id: u32,
        /// How often it was bumped.
        bumps: u32,
    },
}

impl Value {
    /// What is made of a number: of a third of them, failures.
    #[must_use]
    pub fn made(ty: Ty, v: i32) -> Self {
        match ty {
            Ty::Unit => Self::Unit,
            Ty::Number => Self::Number(v),
            Ty::Kept(_) => Self::Fallible(Err(v)),
            Ty::Fallible | Ty::Exit if v % 3 == 0 => Self::Fallible(Err(v)),
            Ty::Fallible => Self::Fallible(Ok(v)),
            Ty::Exit => Self::done(ty),
        }
    }

    /// What a frame returns that says nothing.
    #[must_use]
    pub fn done(ty: Ty) -> Self {
        match ty {
            Ty::Unit => Self::Unit,
            Ty::Number => Self::Number(0),
            Ty::Fallible | Ty::Exit => Self::Fallible(Ok(0)),
            Ty::Kept(_) => unreachable!("it ends with a value that is handed out"),
        }
    }

    pub(super) fn failure(self) -> Option<i32> {
        match self {
            Self::Fallible(result) => result.err(),
            Self::Unit | Self::Number(_) | Self::Kept { .. } => None,
        }
    }

    pub(super) fn number(self) -> i32 {
        match self {
            Self::Number(value) => value,
            _ => unreachable!("only numbers are arguments"),
        }
    }
}

impl Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unit => Ok(()),
            Self::Number(value) => write!(f, "{value}"),
            Self::Fallible(Ok(value)) => write!(f, "ok {value}"),
            Self::Fallible(Err(value)) => write!(f, "err {value}"),
            Self::Kept { bumps, .. } => write!(f, "kept {bumps}"),
        }
    }
}

/// Why control leaves without a value.
#[derive(Clone, Copy)]
pub enum Unwind {
    /// With a panic of this number.
    Panic(i32),
    /// The future is being dropped.
    Dropped,
}

/// How a frame ends.
#[derive(Clone, Copy)]
pub enum End {
    /// It returns.
    Returned(Value),
    /// It panics; what it was about to return, or was told to, is kept.
    Panicked(i32, Option<Value>),
    /// Its future is dropped.
    Dropped,
    /// A turn or a block ends, and the function, which returns this, goes on.
    GoesOn(Ty),
}

impl From<Unwind> for End {
    fn from(unwind: Unwind) -> Self {
        match unwind {
            Unwind::Panic(value) => Self::Panicked(value, None),
            Unwind::Dropped => Self::Dropped,
        }
    }
}

impl End {
    pub(super) fn is_failure(&self) -> bool {
        match self {
            Self::Returned(value) => value.failure().is_some(),
            Self::GoesOn(_) => false,
            Self::Panicked(..) | Self::Dropped => true,
        }
    }

    /// The first failure wins, and a panic beats it. Gives what is left behind.
    pub(super) fn join(&mut self, error: i32) -> Option<Value> {
        match self {
            Self::Returned(value @ (Value::Fallible(Ok(_)) | Value::Kept { .. })) => {
                return Some(std::mem::replace(value, Value::Fallible(Err(error))));
            }
            Self::GoesOn(ty) if ty.can_fail() => {
                *self = Self::Returned(Value::Fallible(Err(error)));
            }
            _ => {}
        }
        None
    }

    /// Gives what is left behind.
    pub(super) fn set(&mut self, value: Value) -> Option<Value> {
        match self {
            Self::Returned(result) => Some(std::mem::replace(result, value)),
            Self::Panicked(_, kept) => kept.replace(value),
            Self::Dropped | Self::GoesOn(_) => None,
        }
    }

    /// A panic in deferred code.
    pub(super) fn replace(&mut self, newer: i32) {
        *self = match *self {
            Self::Returned(value) => Self::Panicked(newer, Some(value)),
            Self::Panicked(_, kept) => Self::Panicked(newer, kept),
            Self::Dropped | Self::GoesOn(_) => Self::Panicked(newer, None),
        };
    }

    /// Deferred code waits, and its future is dropped.
    pub(super) fn give_up(&mut self) {
        if let Self::Returned(_) | Self::GoesOn(_) = self {
            *self = Self::Dropped;
        }
    }

    /// Stops the panic. What is returned then is said here, or was kept, or is the type's default.
    pub(super) fn recover(&mut self, ty: Ty, with: Option<Value>) -> Option<i32> {
        let Self::Panicked(value, kept) = *self else { return None };
        *self = Self::Returned(with.or(kept).unwrap_or_else(|| Value::done(ty)));
        Some(value)
    }
}

impl Display for End {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Returned(value) => write!(f, "returned {value}"),
            Self::Panicked(value, _) => write!(f, "panicked {value}"),
            Self::Dropped => f.write_str("dropped"),
            Self::GoesOn(_) => f.write_str("goes on"),
        }
    }
}
