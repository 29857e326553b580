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

/// Outside `#[deferrable]`, all there is of `defer!` is this message.
#[doc(hidden)]
#[macro_export]
macro_rules! defer {
    ($($deferred:tt)*) => {
        ::core::compile_error!(
            "`defer!` is a statement of functions marked `#[deferrable]`: mark this one, \
            and keep `defer!` out of other macros' arguments"
        )
    };
}

/// Outside `#[deferrable]`, all there is of `errdefer!` is this message.
#[doc(hidden)]
#[macro_export]
macro_rules! errdefer {
    ($($deferred:tt)*) => {
        ::core::compile_error!(
            "`errdefer!` is a statement of functions marked `#[deferrable]`: mark this one, \
            and keep `errdefer!` out of other macros' arguments"
        )
    };
}

/// Makes cargo rebuild a crate when what steers the notes changes.
#[doc(hidden)]
#[macro_export]
macro_rules! watch_environment {
    () => {
        const _: ::core::option::Option<&'static ::core::primitive::str> =
            ::core::option_env!("DEFER_NOTES");
    };
}
