//! Macros and functions known by their name, whatever crate they are from. What is not known here
//! costs precision in what is counted, or an error of rustc's where deferred code hides a `?` or an
//! `.await` in a macro; it never makes a program do something else.

use proc_macro2::Ident;
use syn::ext::IdentExt;
use syn::{Attribute, Expr, Macro, Path};

/// Macros that return from the function around them.
pub(crate) fn returns(mac: &Macro) -> bool {
    is_one_of(&mac.path, &["bail", "ensure", "ready", "r#try"])
}

/// Those that do nothing else.
pub(crate) fn bails(mac: &Macro) -> bool {
    is_one_of(&mac.path, &["bail"])
}

/// Those that return if what they are told does not hold.
pub(crate) fn ensures(mac: &Macro) -> bool {
    is_one_of(&mac.path, &["ensure"])
}

/// Macros that evaluate their arguments where they stand, so that what leaves in them leaves as written.
pub(crate) fn hands_on(mac: &Macro) -> bool {
    let names = "anyhow assert_matches debug debug_assert_eq debug_assert_matches debug_assert_ne debug_span \
        error error_span event eyre info info_span join log pin ready span trace trace_span try_join warn \
        warn_span";
    let last = mac.path.segments.last().map(|segment| &segment.ident);
    last.is_some_and(|last| mentions_arguments_only(last) || is_word_of(last, names))
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
    is_word_of(name, names)
}

/// Macros that may change what they are given.
pub(crate) fn may_change(mac: &Macro) -> bool {
    let last = mac.path.segments.last().map(|segment| &segment.ident);
    last.is_some_and(|last| is_word_of(last, "write writeln") || !mentions_arguments_only(last))
}

fn is_word_of(name: &Ident, names: &str) -> bool {
    // Once: a name is asked of the compiler.
    let name = name.to_string();
    names.split_whitespace().any(|known| name == known)
}

/// Macros that make a list of values.
pub(crate) fn makes_a_list(mac: &Macro) -> bool {
    is_one_of(&mac.path, &["vec"])
}

/// Constructors that run no code.
pub(crate) fn constructs(callee: &Expr) -> bool {
    let names = ["Some", "Ok", "Err"];
    matches!(callee, Expr::Path(path) if names.iter().any(|name| path.path.is_ident(name)))
}

/// Functions that put a value into a container of the standard library, and cannot fail.
pub(crate) fn contains(callee: &Expr) -> bool {
    let Expr::Path(path) = callee else { return false };
    let mut names = path.path.segments.iter().rev().map(|segment| &segment.ident);
    let (Some(function), Some(container)) = (names.next(), names.next()) else { return false };
    let containers = "Arc Box Cell Mutex Rc RefCell RwLock";
    (function == "new" || function == "pin") && is_word_of(container, containers)
}

/// Whether it may be a constructor: by their names, functions are none.
pub(crate) fn may_construct(callee: &Expr) -> bool {
    let Expr::Path(path) = callee else { return false };
    let name = path.path.segments.last().map(|last| last.ident.unraw().to_string());
    name.is_some_and(|name| !name.starts_with(char::is_lowercase))
}

/// Methods of the standard library that show a part of what they are called on, or another side of it,
/// and run no code to speak of. That they do is checked by the type of what they give.
pub(crate) fn projects(method: &Ident) -> bool {
    let names = "as_bytes as_c_str as_mut as_mut_slice as_mut_str as_os_str as_path as_ref as_slice \
        as_str strip_prefix strip_suffix to_str trim trim_end trim_end_matches trim_matches \
        trim_start trim_start_matches";
    names.split_whitespace().any(|known| method == known)
}

/// Methods that give what is asked of them.
pub(crate) fn converts(method: &Ident) -> bool {
    is_word_of(method, "collect into parse product sum try_into")
}

/// `Default::default`
pub(crate) fn defaults(callee: &Expr) -> bool {
    let Expr::Path(path) = callee else { return false };
    path.path.segments.iter().map(|segment| &segment.ident).eq(["Default", "default"])
}

/// Methods that give what is in a wrapper, or panic.
pub(crate) fn unwraps(method: &Ident) -> bool {
    method == "unwrap" || method == "expect"
}

/// `dbg!`, which prints what it is given.
pub(crate) fn debugs(mac: &Macro) -> bool {
    is_one_of(&mac.path, &["dbg"])
}

/// Macros that print what they assert.
pub(crate) fn asserts(mac: &Macro) -> bool {
    is_one_of(&mac.path, &["assert", "debug_assert"])
}

/// Methods that make something of a call's result, and whose result nobody wants.
pub(crate) fn ends_a_chain(method: &Ident) -> bool {
    let names = ["unwrap", "expect", "ok", "err", "unwrap_or_default"];
    names.iter().any(|known| method == known)
}

/// Our macro that moves a variable away from deferred code.
pub(crate) fn takes(mac: &Macro) -> bool {
    is_ours(&mac.path) && is_one_of(&mac.path, &["take"])
}

/// A name alone, or by the runtime crate's path. Another crate's is told apart by its path.
pub(crate) fn is_ours(path: &Path) -> bool {
    let segments = &path.segments;
    segments.len() == 1 || (segments.len() == 2 && segments[0].ident == "defer_rt")
}

/// Our attribute, by whatever path.
pub(crate) fn is_deferrable(attribute: &Attribute) -> bool {
    is_one_of(attribute.path(), &["deferrable"])
}

/// `#[rustfmt::skip]`, which says nothing of what becomes of a statement.
pub(crate) fn formats(attribute: &Attribute) -> bool {
    attribute.path().segments.first().is_some_and(|first| first.ident == "rustfmt")
}

/// What has `Location::caller()` be the caller's, if it is there.
pub(crate) fn track_caller(attributes: &[Attribute]) -> Option<&Attribute> {
    attributes.iter().find(|attribute| attribute.path().is_ident("track_caller"))
}

/// Macros whose arguments are tokens, not code of the function around them.
pub(crate) fn quotes(mac: &Macro) -> bool {
    is_one_of(&mac.path, &["stringify", "quote", "quote_spanned", "parse_quote", "macro_rules"])
}

fn is_one_of(path: &Path, names: &[&str]) -> bool {
    path.segments.last().is_some_and(|last| names.contains(&&*last.ident.to_string()))
}
