//! A panic that was caught: takes what unwinding brings, lets it be read, kept or raised again. It is the
//! only module that knows what is there without `std`: nothing can be caught, so a panic that would pass
//! by a pending defer aborts, rather than leave it out.

use core::any::Any;
use core::fmt;

use crate::full::Full;

#[cfg(feature = "std")]
type Payload = Box<dyn Any + Send>;
/// Without `std` there never is one.
#[cfg(not(feature = "std"))]
type Payload = &'static mut (dyn Any + Send);

/// Calls a function, and gives its panic. In an optimized build the function is inlined.
#[cfg(feature = "alloc")]
#[inline(always)]
pub(crate) fn catch<F: FnMut()>(f: &mut F) -> Option<Panic> {
    #[cfg(all(feature = "std", not(debug_assertions)))]
    return std::panic::catch_unwind(std::panic::AssertUnwindSafe(f)).err().map(Panic);
    #[cfg(not(all(feature = "std", not(debug_assertions))))]
    catch_any(f).map(Full::into_inner)
}

/// A panic that is there.
pub(crate) type Raised = Full<Panic>;

/// The same, compiled once: for debug builds, and for levels that nest deep, as rustc counts how deep generic
/// functions call themselves.
#[inline]
pub fn catch_any(mut f: &mut dyn FnMut()) -> Option<Raised> {
    catch_call(&mut f)
}

/// What can be called by a function that is compiled once. For a `dyn FnMut` more is compiled of each.
pub(crate) trait Call {
    fn call(&mut self);
}

impl Call for &mut dyn FnMut() {
    #[inline]
    fn call(&mut self) {
        self();
    }
}

#[cfg(feature = "std")]
#[inline]
pub(crate) fn catch_call(f: &mut dyn Call) -> Option<Raised> {
    // Whoever sees a broken invariant afterwards would have seen it in a `Drop` as well.
    let f = std::panic::AssertUnwindSafe(f);
    // A debug build calls what would be shorter to write here, each with a frame of its own.
    let call = move || {
        let whole = f;
        whole.0.call();
    };
    match std::panic::catch_unwind(call) {
        Ok(()) => None,
        Err(payload) => Some(raised(payload)),
    }
}

/// Out of line, as a debug build keeps room on the stack for each step.
#[cfg(feature = "std")]
#[cold]
#[inline(never)]
fn raised(payload: Payload) -> Raised {
    Full::new(Panic(payload))
}

/// Calls a function, and does not let a panic out of it.
#[cfg(not(feature = "std"))]
#[inline]
pub(crate) fn catch_call(f: &mut dyn Call) -> Option<Raised> {
    struct Abort;
    impl Drop for Abort {
        fn drop(&mut self) {
            panic!("without `std`, a panic cannot be caught to run the pending defers");
        }
    }
    let abort = Abort;
    f.call();
    core::mem::forget(abort);
    None
}

/// Calls a function that can be called once.
#[inline(always)]
pub(crate) fn catch_once(f: impl FnOnce()) -> Option<Panic> {
    #[cfg(all(feature = "std", not(debug_assertions)))]
    return std::panic::catch_unwind(std::panic::AssertUnwindSafe(f)).err().map(Panic);
    #[cfg(not(all(feature = "std", not(debug_assertions))))]
    catch_call(&mut Once(Some(f))).map(Full::into_inner)
}

/// Called once at most.
#[cfg(not(all(feature = "std", not(debug_assertions))))]
struct Once<F>(Option<F>);

#[cfg(not(all(feature = "std", not(debug_assertions))))]
impl<F: FnOnce()> Call for Once<F> {
    #[inline]
    fn call(&mut self) {
        if let Some(f) = self.0.take() {
            f();
        }
    }
}

/// Calls a function, and gives its result or its panic.
#[inline(always)]
pub(crate) fn catch_result<R>(f: impl FnOnce() -> R) -> Result<R, Panic> {
    #[cfg(all(feature = "std", not(debug_assertions)))]
    return std::panic::catch_unwind(std::panic::AssertUnwindSafe(f)).map_err(Panic);
    #[cfg(not(all(feature = "std", not(debug_assertions))))]
    {
        let mut result = None;
        match catch_once(|| result = Some(f())) {
            None => Ok(result.expect("it has returned")),
            Some(panic) => Err(panic),
        }
    }
}

/// Drops a result that a panic leaves behind. Should that panic as well, the first panic counts.
#[inline(always)]
pub(crate) fn leave_behind<T>(value: T) {
    // The call alone would cost: what it is given has to be in memory.
    if const { core::mem::needs_drop::<T>() } {
        drop_quietly(value);
    }
}

#[cold]
#[inline(never)]
fn drop_quietly<T>(value: T) {
    #[cfg(feature = "std")]
    if let Some(Panic(payload)) = catch_once(|| drop(value)) {
        drop_payload(payload);
    }
    #[cfg(not(feature = "std"))]
    let _ = catch_once(|| drop(value));
}

/// Drops a payload. Where that panics, the new payload is dropped in turn; one that goes on like this for
/// ever is left alone at last.
#[cfg(feature = "std")]
#[cold]
#[inline(never)]
fn drop_payload(payload: Payload) {
    let mut payload = Some(payload);
    for _ in 0..8 {
        match catch_once(|| drop(payload.take())) {
            None => return,
            Some(Panic(newer)) => payload = Some(newer),
        }
    }
    std::mem::forget(payload);
}

/// A panic while exit code runs: should that panic as well, this one is dropped, whatever its payload does.
#[cfg(not(debug_assertions))]
pub(crate) struct InFlight(Option<Panic>);

#[cfg(not(debug_assertions))]
impl InFlight {
    #[inline]
    pub(crate) fn new(panic: Panic) -> Self {
        Self(Some(panic))
    }

    #[inline]
    pub(crate) fn resume(mut self) -> ! {
        self.0.take().expect("it is taken once").resume()
    }
}

/// The same, if there is a panic.
#[cfg(debug_assertions)]
pub(crate) struct InFlight(pub(crate) Option<Raised>);

#[cfg(debug_assertions)]
impl InFlight {
    #[inline]
    pub(crate) fn land(mut self) {
        if let Some(panic) = self.0.take() {
            panic.into_inner().resume();
        }
    }
}

impl Drop for InFlight {
    #[inline]
    fn drop(&mut self) {
        #[cfg(feature = "std")]
        if let Some(panic) = self.0.take() {
            #[cfg(debug_assertions)]
            let panic = panic.into_inner();
            drop_payload(panic.0);
        }
    }
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
