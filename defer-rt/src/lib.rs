//! Go's `defer` for Rust.
#![forbid(unsafe_code)]
#![warn(missing_docs)]

extern crate self as defer_rt;

mod failure;
mod heap;
mod outcome;
mod panic;
mod stack;

#[doc(hidden)]
#[path = "private.rs"]
pub mod __private;

pub use defer_macros::deferrable;
pub use failure::{Fallible, Join};
pub use outcome::Outcome;
pub use panic::Panic;

/// Makes cargo rebuild a crate when what steers the notes changes.
#[doc(hidden)]
#[macro_export]
macro_rules! watch_environment {
    () => {
        const _: ::core::option::Option<&'static str> = ::core::option_env!("DEFER_NOTES");
    };
}
