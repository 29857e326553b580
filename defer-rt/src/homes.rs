//! Where variables live that deferred code mentions and that stay usable behind the `defer!`: takes a
//! variable when its first site comes up, lends it to the code behind, gives it to the exit code, last in,
//! first out. What no site kept is dropped where the variable would have been.

use crate::argument::Now;
#[cfg(feature = "alloc")]
use crate::heap::HeapRecords;

/// A place for variables, the newest of which is the one in use.
pub trait Keeps {
    /// Their type.
    type Value;

    /// The variable moves in.
    fn move_in(&mut self, value: Self::Value) -> &mut Self::Value;

    /// The newest, unless it was taken away.
    fn newest(&mut self) -> Option<&mut Self::Value>;

    /// The newest moves out. Nothing, if it was taken away.
    fn leave(&mut self) -> Option<Self::Value>;

    /// The newest for exit code that others may run behind: it stays, unless this is the `last` to run.
    #[inline(always)]
    fn visit(&mut self, last: bool) -> Visit<'_, Self>
    where
        Self: Sized,
    {
        if last { Visit::Last(self.leave()) } else { Visit::Others(self) }
    }
}

/// The home of a variable that there is once in the frame.
#[derive(Debug)]
pub struct Home<T>(Option<T>);

impl<T> Home<T> {
    /// Nobody is at home.
    #[inline(always)]
    #[must_use]
    #[expect(clippy::new_without_default, reason = "only expansions make one")]
    pub const fn new() -> Self {
        Self(None)
    }

    /// The variable, to be used behind its site.
    ///
    /// # Panics
    /// If it was taken away, which the borrow checker has ruled out.
    #[inline(always)]
    pub fn get(&mut self) -> &mut T {
        at_home(self.0.as_mut())
    }
}

/// The home of a variable of the frame's outermost block, which moves in at once.
#[inline(always)]
pub const fn full<T>(value: T) -> Home<T> {
    Home(Some(value))
}

impl<T> Keeps for Home<T> {
    type Value = T;

    #[inline(always)]
    fn move_in(&mut self, value: T) -> &mut T {
        self.0.insert(value)
    }

    #[inline(always)]
    fn newest(&mut self) -> Option<&mut T> {
        self.0.as_mut()
    }

    #[inline(always)]
    fn leave(&mut self) -> Option<T> {
        self.0.take()
    }
}

impl<T> Gives for Home<T> {
    #[inline(always)]
    fn give(&mut self) -> Option<T> {
        self.0.take()
    }
}

/// The homes of a variable that there is once in each turn of a loop.
#[cfg(feature = "alloc")]
impl<T> Keeps for HeapRecords<T> {
    type Value = T;

    #[inline(always)]
    fn move_in(&mut self, value: T) -> &mut T {
        self.push_mut(value)
    }

    #[inline(always)]
    fn newest(&mut self) -> Option<&mut T> {
        self.last()
    }

    #[inline(always)]
    fn leave(&mut self) -> Option<T> {
        self.pop()
    }
}

/// The same, of a variable that `take!` may take away.
#[cfg(feature = "alloc")]
#[derive(Debug)]
pub struct OpenHomes<T>(HeapRecords<Option<T>>);

#[cfg(feature = "alloc")]
impl<T> OpenHomes<T> {
    /// None yet, and nothing allocated.
    #[inline(always)]
    #[must_use]
    #[expect(clippy::new_without_default, reason = "only expansions make one")]
    pub const fn new() -> Self {
        Self(HeapRecords::new())
    }
}

#[cfg(feature = "alloc")]
impl<T> Keeps for OpenHomes<T> {
    type Value = T;

    #[inline(always)]
    fn move_in(&mut self, value: T) -> &mut T {
        at_home(self.0.push_mut(Some(value)).as_mut())
    }

    #[inline(always)]
    fn newest(&mut self) -> Option<&mut T> {
        self.0.last()?.as_mut()
    }

    #[inline(always)]
    fn leave(&mut self) -> Option<T> {
        self.0.pop().flatten()
    }
}

#[cfg(feature = "alloc")]
impl<T> Gives for OpenHomes<T> {
    #[inline(always)]
    fn give(&mut self) -> Option<T> {
        self.0.last()?.take()
    }
}

/// A variable's stay in its home: from its declaration to the end of its block.
#[derive(Debug)]
pub struct Lease<'a, H: Keeps> {
    home: &'a mut H,
    /// It moved in, and nobody keeps it there.
    idle: bool,
}

/// Opens the stay of a variable that may move in.
#[inline(always)]
pub fn lease<H: Keeps>(home: &mut H) -> Lease<'_, H> {
    Lease { home, idle: false }
}

/// The variable moves in: by this the code behind reaches it, and sites keep it.
#[inline(always)]
pub fn move_in<'l, H: Keeps>(
    lease: &'l mut Lease<'_, H>,
    variable: H::Value,
) -> (&'l mut H::Value, &'l mut bool) {
    lease.idle = true;
    (lease.home.move_in(variable), &mut lease.idle)
}

/// A turn or a branch that did not reach a site keeps nothing.
impl<H: Keeps> Drop for Lease<'_, H> {
    #[inline(always)]
    fn drop(&mut self) {
        if self.idle {
            drop(self.home.leave());
        }
    }
}

/// A site keeps the variable for the exit. Whether it is the first to do so, and so the last to run.
#[inline(always)]
pub fn keep(idle: &mut bool) -> bool {
    core::mem::replace(idle, false)
}

/// What exit code finds in a home.
#[derive(Debug)]
pub enum Visit<'a, H: Keeps> {
    /// The variable, which is dropped behind this exit code.
    Last(Option<H::Value>),
    /// The home, in which it stays.
    Others(&'a mut H),
}

impl<H: Keeps> Visit<'_, H> {
    /// The variable, unless it was taken away.
    #[inline(always)]
    pub fn get(&mut self) -> Option<&mut H::Value> {
        match self {
            Self::Last(value) => value.as_mut(),
            Self::Others(home) => home.newest(),
        }
    }
}

/// What `take!` can take a variable out of.
pub trait Gives: Keeps {
    /// The variable, of which the place stays: from now on, the deferred code that mentions it is passed over.
    fn give(&mut self) -> Option<Self::Value>;
}

/// A home, or a stay in one.
pub trait Takes {
    /// Its type.
    type Value;

    /// The variable.
    fn take(&mut self) -> Option<Self::Value>;
}

impl<T> Takes for Home<T> {
    type Value = T;

    #[inline(always)]
    fn take(&mut self) -> Option<T> {
        self.give()
    }
}

impl<H: Gives> Takes for Lease<'_, H> {
    type Value = H::Value;

    #[inline(always)]
    fn take(&mut self) -> Option<H::Value> {
        self.home.give()
    }
}

/// `take!(x)`: a copy, if there are copies of it, or the variable itself.
#[inline(always)]
pub fn taken<T: Takes>(now: impl Now<Value = T::Value>, from: &mut T) -> T::Value {
    match now.copy() {
        Some(copy) => copy,
        None => at_home(from.take()),
    }
}

/// Stands for a `take!` that was refused, as far as types go: it is never called, and moves nothing.
#[must_use]
pub fn refused<T>(_: &T) -> T {
    unreachable!("what is refused is not compiled")
}

/// Moves nothing, as it is never called: what it is given is captured by value.
#[inline]
pub fn consume<T>(_: T) {}

#[inline(always)]
fn at_home<T>(found: Option<T>) -> T {
    match found {
        Some(value) => value,
        None => unreachable!("a variable that was taken away is not used any more"),
    }
}
