//! The guide, page by page: start with the one for where you come from.
//!
//! | page | what it has |
//! |---|---|
//! | [`language`] | every form and what it means: the reference |
//! | [`from_go`] | Go's `defer` and `recover`, idiom by idiom, and Go's traps |
//! | [`from_zig_and_swift`] | `errdefer`, and the end of a block or of a loop's turn |
//! | [`from_guards`] | what becomes of `scopeguard` and of a type with a `Drop` |
//! | [`cookbook`] | recipes: transactions, files, locks, processes, timers, panics, C libraries |
//! | [`asynchronous`] | async functions: what runs when a future is dropped |
//! | [`limits`] | what rustc refuses, by its code, and what to write instead |
//! | [`mechanisms`] | open-coded, stack-allocated, heap-allocated; the notes; what it all costs |
//! | [`internals`] | what the attribute makes of a function |
//!
//! These modules are there for their text: they are empty, and no build but that of the documentation has them.

/// Makes a module of a page. Its links lead to modules here, and to files where the page is read as a file: the first
/// definition of a link counts.
macro_rules! pages {
    ($($(#[$attribute:meta])* $page:ident: $file:literal;)*) => {$(
        /// [Outcome]: crate::Outcome
        /// [Fallible]: crate::Fallible
        /// [language]: crate::guide::language
        /// [from_go]: crate::guide::from_go
        /// [from_zig_and_swift]: crate::guide::from_zig_and_swift
        /// [from_guards]: crate::guide::from_guards
        /// [cookbook]: crate::guide::cookbook
        /// [asynchronous]: crate::guide::asynchronous
        /// [limits]: crate::guide::limits
        /// [mechanisms]: crate::guide::mechanisms
        /// [internals]: crate::guide::internals
        ///
        #[doc = include_str!($file)]
        $(#[$attribute])*
        pub mod $page {}
    )*};
}

pages! {
    language: "guide/language.md";
    from_go: "guide/from_go.md";
    from_zig_and_swift: "guide/from_zig_and_swift.md";
    from_guards: "guide/from_guards.md";
    cookbook: "guide/cookbook.md";
    asynchronous: "guide/asynchronous.md";
    #[doc(
        alias = "E0277", alias = "E0282", alias = "E0308", alias = "E0373", alias = "E0381", alias = "E0382",
        alias = "E0425", alias = "E0499", alias = "E0500", alias = "E0501", alias = "E0502",
        alias = "E0505", alias = "E0506", alias = "E0507", alias = "E0515", alias = "E0521",
        alias = "E0524", alias = "E0531", alias = "E0594", alias = "E0596", alias = "E0597",
        alias = "E0658", alias = "E0695", alias = "E0716", alias = "E0728", alias = "E0733"
    )]
    limits: "guide/limits.md";
    mechanisms: "guide/mechanisms.md";
    internals: "guide/internals.md";
}
