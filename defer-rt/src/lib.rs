//! [language]: guide::language
//! [from_go]: guide::from_go
//! [from_zig_and_swift]: guide::from_zig_and_swift
//! [from_guards]: guide::from_guards
//! [cookbook]: guide::cookbook
//! [asynchronous]: guide::asynchronous
//! [limits]: guide::limits
//! [mechanisms]: guide::mechanisms
//! [internals]: guide::internals
//! [cargo-defer]: guide::mechanisms#the-notes
//! [RESULTS]: guide::mechanisms#what-it-costs
//! [PROOFS]: guide::internals#in-the-repository
//! [CONTRIBUTING]: guide::internals#in-the-repository
//!
// The first definition of a link counts: these lead to modules, the README's own to files.
#![doc = include_str!("../README.md")]
#![cfg_attr(not(feature = "std"), no_std)]
#![forbid(unsafe_code)]
#![expect(
    clippy::inline_always,
    reason = "open-coding is inlining: a call would keep captures in memory"
)]

#[cfg(feature = "alloc")]
extern crate alloc;
extern crate self as defer_rt;

mod argument;
mod failure;
mod full;
mod future;
#[cfg(any(doc, doctest))]
pub mod guide;
#[cfg(feature = "alloc")]
mod heap;
mod homes;
mod left;
mod level;
mod mechanism;
mod outcome;
mod panic;
mod sight;
mod slot;
mod stack;
#[cfg(feature = "alloc")]
mod tell;

#[doc(hidden)]
#[path = "private.rs"]
pub mod __private;

/// Makes `defer!` and `errdefer!` work in a function, as `defer` works in Go.
///
/// It goes on a function or method with a body that is not `const`, or on an `impl`, a `trait` or a
/// `mod`, for every function in it that defers. Closures and async blocks are lowered with the function
/// around them; a nested `fn` needs the attribute itself. The guide has [every form](guide::language), the
/// [limits](guide::limits) and the [mechanisms](guide::mechanisms).
///
/// Within such a function it goes on a loop, each turn of which is a frame of its own then, on a block, or on a
/// `let` that gets its value from a block: what is deferred there runs at the end of the turn or the block.
///
/// # Options
/// - `notes`: compiler warnings that tell each site's mechanism, the reason and what is captured.
/// - `force = "stack"`, `force = "heap"`: use that mechanism for every site outside a loop.
/// - `deny(stack, heap, await)`, any of them: a site of that kind is a compile error.
/// - `track_caller`: keeps a `#[track_caller]` of the function, which is refused otherwise. What is ahead of the first
///   `defer!` sees the caller's place; behind it, where the body is a closure, `Location::caller()` and the panics of
///   `unwrap` and the like name a line of the function itself.
/// - `crate = ::path`: where this crate is, if its name was changed.
///
/// # Panics
/// A function panics where its body or its deferred code does. Every pending defer runs; a panic in
/// deferred code replaces the one in flight. ([Go](https://go.dev/ref/spec#Handling_panics))
///
/// # Errors
/// What cannot be deferred is a compile error at the token at fault, which says what to write instead.
///
/// # Cost
/// An open-coded site costs what cleanup written at each exit costs, and so does a stack record wherever
/// the compiler can see through it. A heap record costs moving what it captures to the record and back; the
/// first five of a loop are in the function's frame, whatever their size, the others in chunks. A large result
/// is copied once more than without the attribute, in a debug build four times at each level. A turn or a block
/// costs what its exit code costs at each way out. In an async function each level is a future of its own, which costs
/// more than a guard would ([figures](guide::asynchronous)). A panic is caught and raised again once for each site
/// that has code between it and the next.
///
/// # Examples
/// ```
/// use defer_rt::deferrable;
///
/// #[deferrable]
/// fn count(to: u32, log: &mut Vec<u32>) {
///     for i in 0..to {
///         defer! { log.push(i); }
///     }
///     log.push(100);
/// }
///
/// let mut log = Vec::new();
/// count(3, &mut log);
/// assert_eq!(log, [100, 2, 1, 0]);
///
/// #[deferrable]
/// fn count_by_turns(to: u32, log: &mut Vec<u32>) {
///     #[deferrable]
///     for i in 0..to {
///         defer! { log.push(i); }
///         log.push(100);
///     }
/// }
///
/// log.clear();
/// count_by_turns(2, &mut log);
/// assert_eq!(log, [100, 0, 100, 1]);
/// ```
pub use defer_macros::deferrable;
pub use failure::{Fallible, Join};
pub use outcome::Outcome;
pub use panic::Panic;

/// Outside `#[deferrable]`, all there is of `defer!` is a message. In a function with the attribute, it
/// runs something when the frame around it ends: see the [guide](guide::language).
///
/// ```
/// use defer_rt::deferrable;
///
/// #[deferrable]
/// fn count(from: u32, log: &mut Vec<u32>) {
///     defer! { log.push(0); }
///     for n in 1..=from {
///         defer! { log.push(n); }
///     }
/// }
///
/// let mut log = Vec::new();
/// count(3, &mut log);
/// assert_eq!(log, [3, 2, 1, 0]);
/// ```
#[macro_export]
#[rust_analyzer::completions(ignore_flyimport)]
macro_rules! defer {
    ($($deferred:tt)*) => {
        ::core::compile_error!(
            "`defer!` is a statement of functions marked `#[deferrable]`: mark this one, above its other \
            attributes, and keep `defer!` out of other macros' arguments"
        )
    };
}

/// Outside `#[deferrable]`, all there is of `errdefer!` is a message. In a function with the attribute,
/// it runs something when the frame around it fails: see the [guide](guide::language).
///
/// ```
/// use defer_rt::deferrable;
///
/// #[deferrable]
/// fn order(stock: &mut u32, paid: bool) -> Result<(), &'static str> {
///     *stock -= 1;
///     errdefer! { *stock += 1; }
///     if paid { Ok(()) } else { Err("not paid") }
/// }
///
/// let mut stock = 5;
/// assert!(order(&mut stock, true).is_ok() && order(&mut stock, false).is_err());
/// assert_eq!(stock, 4);
/// ```
#[macro_export]
#[rust_analyzer::completions(ignore_flyimport)]
macro_rules! errdefer {
    ($($deferred:tt)*) => {
        ::core::compile_error!(
            "`errdefer!` is a statement of functions marked `#[deferrable]`: mark this one, above its other \
            attributes, and keep `errdefer!` out of other macros' arguments"
        )
    };
}

/// Outside `#[deferrable]`, all there is of `take!` is a message. In a function with the attribute,
/// `take!(x)` moves the variable `x` away from the deferred code that mentions it: that is passed over from
/// then on, and `x` cannot be used any more. Of a type that is `Copy` it is a copy, and nothing is passed over.
///
/// ```
/// use defer_rt::deferrable;
///
/// struct Transaction(Vec<&'static str>);
/// impl Transaction {
///     fn commit(self) -> usize { self.0.len() }
///     fn roll_back(&mut self) { self.0.clear(); }
/// }
///
/// #[deferrable]
/// fn insert(rows: &[&'static str]) -> Result<usize, &'static str> {
///     let mut transaction = Transaction(Vec::new());
///     defer!(transaction.roll_back());
///     for row in rows {
///         if row.is_empty() { return Err("an empty row"); }     // rolls back
///         transaction.0.push(row);
///     }
///     Ok(take!(transaction).commit())                           // does not
/// }
///
/// assert_eq!(insert(&["a", "b"]), Ok(2));
/// assert!(insert(&["a", ""]).is_err());
/// ```
#[macro_export]
#[rust_analyzer::completions(ignore_flyimport)]
macro_rules! take {
    ($($taken:tt)*) => {
        ::core::compile_error!(
            "`take!` takes a variable away from deferred code, in functions marked `#[deferrable]`: \
            mark this one, above its other attributes, and keep `take!` out of other macros' arguments"
        )
    };
}

/// All that a file with deferred code needs: `use defer_rt::prelude::*;`.
///
/// With it, a `defer!` in a function that has no `#[deferrable]` gives a message that says so; without it, rustc
/// finds no macro of that name.
///
/// ```
/// use defer_rt::prelude::*;
///
/// #[deferrable]
/// fn count(log: &mut Vec<&'static str>) {
///     defer! { log.push("done"); }
///     log.push("counting");
/// }
///
/// let mut log = Vec::new();
/// count(&mut log);
/// assert_eq!(log, ["counting", "done"]);
/// ```
pub mod prelude {
    pub use crate::deferrable;
    // By what is in scope: an attribute of a tool makes a macro of the crate one that has no path in it.
    #[rust_analyzer::completions(ignore_flyimport)]
    pub use {defer, errdefer, take};
}

/// The standard library's, for expressions that read otherwise by now than they were written.
#[doc(hidden)]
#[macro_export]
macro_rules! __dbg {
    ($value:expr, ($written:expr $(,)?)) => {
        match $value {
            value => {
                ::std::eprintln!(
                    "[{}:{}:{}] {} = {:#?}",
                    ::core::file!(),
                    ::core::line!(),
                    ::core::column!(),
                    ::core::stringify!($written),
                    &value
                );
                value
            }
        }
    };
    ($($value:expr, $written:tt);+) => {
        ($($crate::__dbg!($value, $written),)+)
    };
}

/// What the standard library's `assert!` says, of an expression as it was written.
#[doc(hidden)]
#[macro_export]
macro_rules! __asserted {
    (($written:expr $(,)?)) => {
        ::core::concat!("assertion failed: ", ::core::stringify!($written))
    };
}

/// Stands for a `defer!` in a function that cannot be read.
#[doc(hidden)]
#[macro_export]
macro_rules! __unread {
    () => {};
}

/// Makes cargo rebuild a crate when what steers the notes changes.
#[doc(hidden)]
#[macro_export]
macro_rules! watch_environment {
    () => {
        const _: () = {
            ::core::option_env!("DEFER_NOTES");
            ::core::option_env!("DEFER_DENY");
        };
    };
}
