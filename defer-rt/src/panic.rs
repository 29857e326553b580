//! A panic that was caught: takes what unwinding brings, lets it be read, kept or raised again. It is the
//! only module that knows what is there without `std`: nothing can be caught, so a panic that would pass
//! by a pending defer aborts, rather than leave it out.

use core::any::Any;
use core::fmt;
use core::mem::needs_drop;

#[cfg(feature = "std")]
type Payload = Box<dyn Any + Send>;
/// Without `std` there never is one.
#[cfg(not(feature = "std"))]
type Payload = &'static mut (dyn Any + Send);

/// Calls a function, and catches its panic.
#[cfg(feature = "std")]
#[inline(always)]
pub(crate) fn catch<R>(f: impl FnOnce() -> R) -> Result<R, Panic> {
    // Whoever sees a broken invariant afterwards would have seen it in a `Drop` as well.
    std::panic::catch_unwind(std::panic::AssertUnwindSafe(f)).map_err(Panic)
}

/// Calls a function, and does not let a panic out of it.
#[cfg(not(feature = "std"))]
#[inline(always)]
#[expect(clippy::unnecessary_wraps, reason = "with `std` there are panics to give")]
pub(crate) fn catch<R>(f: impl FnOnce() -> R) -> Result<R, Panic> {
    struct Abort;
    impl Drop for Abort {
        fn drop(&mut self) {
            panic!("without `std`, a panic cannot be caught to run the pending defers");
        }
    }
    let abort = Abort;
    let result = f();
    core::mem::forget(abort);
    Ok(result)
}

/// Drops a value, and gives its panic.
#[inline(always)]
pub(crate) fn drop_caught<T>(value: T) -> Option<Panic> {
    if needs_drop::<T>() { catch(|| drop(value)).err() } else { None }
}

/// The panic to go on with after a value is dropped that it leaves behind.
#[inline(always)]
pub(crate) fn dropping<T>(value: T, panic: Panic) -> Panic {
    // The call alone would cost: what it is given has to be in memory.
    if needs_drop::<T>() { dropping_any(value, panic) } else { panic }
}

#[cold]
#[inline(never)]
fn dropping_any<T>(value: T, panic: Panic) -> Panic {
    match drop_caught(value) {
        None => panic,
        Some(newer) => newer.replacing(panic),
    }
}

/// Drops a payload. Where that panics, the new payload is dropped in turn; one that goes on like this for
/// ever is left alone at last.
#[cfg(feature = "std")]
fn drop_payload(mut payload: Payload) {
    for _ in 0..8 {
        match catch(|| drop(payload)) {
            Ok(()) => return,
            Err(Panic(newer)) => payload = newer,
        }
    }
    std::mem::forget(payload);
}

/// Whether a panic is on its way right now.
#[inline]
pub(crate) fn is_unwinding() -> bool {
    #[cfg(feature = "std")]
    return std::thread::panicking();
    #[cfg(not(feature = "std"))]
    false
}

/// A panic in flight, or one that was recovered.
///
/// ```
/// use defer_rt::{Panic, deferrable};
///
/// #[deferrable]
/// fn parse(text: &str) -> Option<u32> {
///     defer!(|outcome| {
///         if let Some(panic) = outcome.recover() {
///             eprintln!("recovered: {panic}");
///         }
///     });
///     Some(text.parse().unwrap())
/// }
///
/// assert_eq!(parse("12"), Some(12));
/// assert_eq!(parse("twelve"), None);
/// ```
pub struct Panic(Payload);

impl Panic {
    /// This panic, in place of an older one. The value of that may panic when it is dropped; this panic
    /// counts all the same.
    #[cold]
    pub(crate) fn replacing(self, older: Self) -> Self {
        let Self(payload) = older;
        #[cfg(feature = "std")]
        drop_payload(payload);
        #[cfg(not(feature = "std"))]
        let _ = payload;
        self
    }

    /// What `panic!` was told, if it was text.
    #[must_use]
    pub fn message(&self) -> Option<&str> {
        #[cfg(feature = "std")]
        if let Some(text) = self.downcast_ref::<String>() {
            return Some(text);
        }
        self.downcast_ref::<&'static str>().copied()
    }

    /// The value given to `panic_any`, if it is a `T`.
    #[must_use]
    pub fn downcast_ref<T: Any>(&self) -> Option<&T> {
        self.0.downcast_ref()
    }

    /// The value given to `panic_any`.
    ///
    /// # Errors
    /// Gives the panic back if the value is no `T`.
    #[cfg(feature = "std")]
    pub fn downcast<T: Any>(self) -> Result<T, Self> {
        self.0.downcast().map(|value| *value).map_err(Self)
    }

    /// The value as the standard library hands it around.
    #[must_use]
    #[cfg(feature = "std")]
    pub fn into_payload(self) -> Box<dyn Any + Send> {
        self.0
    }

    /// Raises it again, as Go's `panic(r)` does with a recovered `r`. The panic hook stays silent: it
    /// has reported this panic already.
    ///
    /// # Panics
    /// Always: that is what it is for.
    #[inline]
    pub fn resume(self) -> ! {
        #[cfg(feature = "std")]
        std::panic::resume_unwind(self.0);
        #[cfg(not(feature = "std"))]
        unreachable!("nothing was caught");
    }
}

#[cfg(feature = "std")]
impl From<Box<dyn Any + Send>> for Panic {
    #[inline]
    fn from(payload: Box<dyn Any + Send>) -> Self {
        Self(payload)
    }
}

impl fmt::Display for Panic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.message().unwrap_or("a panic with a value that is no text"))
    }
}

impl fmt::Debug for Panic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Panic").field(&format_args!("{self}")).finish()
    }
}

impl core::error::Error for Panic {}
