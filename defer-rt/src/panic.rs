//! A panic that was caught: takes what `catch_unwind` gives, lets it be read, kept or raised again.

use std::any::Any;
use std::fmt;

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
pub struct Panic(Box<dyn Any + Send>);

impl Panic {
    /// What `panic!` was told, if it was text.
    #[must_use]
    pub fn message(&self) -> Option<&str> {
        let literal = self.downcast_ref::<&'static str>().copied();
        literal.or_else(|| self.downcast_ref::<String>().map(String::as_str))
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
    pub fn downcast<T: Any>(self) -> Result<T, Self> {
        self.0.downcast().map(|value| *value).map_err(Self)
    }

    /// The value as the standard library hands it around.
    #[must_use]
    pub fn into_payload(self) -> Box<dyn Any + Send> {
        self.0
    }

    /// Raises it again, as Go's `panic(r)` does with a recovered `r`. The panic hook stays silent: it
    /// has reported this panic already.
    ///
    /// # Panics
    /// Always: that is what it is for.
    #[cold]
    pub fn resume(self) -> ! {
        std::panic::resume_unwind(self.0)
    }
}

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
        f.debug_tuple("Panic").field(&self.to_string()).finish()
    }
}

impl std::error::Error for Panic {}
