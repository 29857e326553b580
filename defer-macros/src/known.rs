//! Macros and functions known by their name, whatever crate they are from. What is not known here
//! costs precision in what is counted, or an error of rustc's where deferred code hides a `?` or an
//! `.await` in a macro; it never makes a program do something else.

use proc_macro2::Ident;
use syn::{Macro, Path};

/// Macros that return from the function around them.
pub(crate) fn returns(mac: &Macro) -> bool {
    is_one_of(&mac.path, &["bail", "ensure", "ready", "r#try"])
}

/// Macros that await.
pub(crate) fn awaits(mac: &Macro) -> bool {
    is_one_of(&mac.path, &["select", "join", "try_join"])
}

/// Macros with a value, a pattern and a guard as arguments.
pub(crate) fn matches(mac: &Macro) -> bool {
    is_one_of(&mac.path, &["matches", "assert_matches", "debug_assert_matches"])
}

/// Macros that panic, and nothing else.
pub(crate) fn panics(mac: &Macro) -> bool {
    is_one_of(&mac.path, &["panic", "unreachable", "todo", "unimplemented"])
}

/// Functions that panic, and nothing else.
pub(crate) fn raises(function: &Path) -> bool {
    is_one_of(function, &["panic_any", "resume_unwind"])
}

/// Macros that mention nothing but their arguments.
pub(crate) fn mentions_arguments_only(name: &Ident) -> bool {
    let names = "assert assert_eq assert_ne dbg debug_assert debug_assert_eq debug_assert_ne \
        eprint eprintln format format_args matches panic print println todo unimplemented \
        unreachable vec write writeln";
    names.split_whitespace().any(|known| name == known)
}

/// Macros whose arguments are tokens, not code of the function around them.
pub(crate) fn quotes(mac: &Macro) -> bool {
    is_one_of(&mac.path, &["stringify", "quote", "quote_spanned", "parse_quote", "macro_rules"])
}

fn is_one_of(path: &Path, names: &[&str]) -> bool {
    path.segments.last().is_some_and(|last| names.iter().any(|name| last.ident == name))
}
