//! What the cases call. Each may panic, as far as the compiler knows, and none is inlined.

use std::hint::black_box;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};

static COUNT: AtomicU64 = AtomicU64::new(0);
/// Fails.
pub(crate) const FAILS: u64 = u64::MAX - 1;
/// Panics.
pub(crate) const PANICS: u64 = u64::MAX;

/// A step of the work: fails, panics or gives its argument.
#[inline(never)]
pub(crate) fn step(n: u64) -> Result<u64, u64> {
    match black_box(n) {
        FAILS => Err(n),
        PANICS => raise(),
        _ => Ok(n),
    }
}

/// The cleanup.
#[inline(never)]
pub(crate) fn release(n: u64) {
    if black_box(n) == PANICS {
        raise();
    }
    COUNT.store(COUNT.load(Relaxed).wrapping_add(n), Relaxed);
}

/// The cleanup of what takes three words.
#[inline(never)]
pub(crate) fn release3(a: u64, b: u64, c: u64) {
    release(a ^ b ^ c);
}

/// Without the hook, which prints.
#[cold]
fn raise() -> ! {
    std::panic::resume_unwind(Box::new(()))
}

/// A lock without a guard, as in C or Go.
pub(crate) struct Lock(AtomicBool);

/// The one that the cases take.
pub(crate) static LOCK: Lock = Lock(AtomicBool::new(false));

impl Lock {
    /// Takes it.
    #[inline]
    pub(crate) fn lock(&self) {
        while self.0.swap(true, std::sync::atomic::Ordering::Acquire) {
            std::hint::spin_loop();
        }
    }

    /// Gives it back.
    #[inline]
    pub(crate) fn unlock(&self) {
        self.0.store(false, std::sync::atomic::Ordering::Release);
    }
}
