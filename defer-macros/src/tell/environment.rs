//! What the environment asks for: takes `DEFER_NOTES`, and what `cargo defer` says in its place, gives what
//! is to be told; refuses words that it does not know.

use std::env;

use proc_macro2::Span;

use crate::error::Errors;

/// Where the notes go.
pub(super) enum Channel {
    /// On standard error.
    Lines(Style),
    /// As for each function with `#[deferrable(notes)]`.
    Warnings,
}

/// A line for each site.
pub(super) enum Style {
    /// Go's line.
    Plain,
    /// With the reason and the remedy.
    Explained,
    Json,
}

/// What is to be told.
#[derive(Default)]
pub(super) struct Wanted {
    pub(super) channel: Option<Channel>,
    /// The program is to tell how many bytes a heap record has.
    pub(super) bytes: bool,
    /// What a function becomes is printed.
    pub(super) expansion: bool,
}

/// Like Go's `-gcflags`, notes are for the packages being built, not for what they depend on.
pub(super) fn wanted() -> Wanted {
    // `cargo defer` sets it for each package of the workspace, and chooses among them later.
    if let Ok(said) = env::var("CARGO_DEFER") {
        let channel = Some(Channel::Lines(Style::Json));
        return Wanted { channel, bytes: said == "bytes", expansion: true };
    }
    let notes = notes();
    let all = notes.split(',').any(|word| word.trim() == "all");
    let channel = notes.split(',').filter_map(channel).next_back();
    let channel = channel.or(all.then_some(Channel::Lines(Style::Plain)));
    Wanted { channel: channel.filter(|_| all || is_primary()), ..Wanted::default() }
}

/// Refuses what `DEFER_NOTES` cannot say, for the packages being built.
pub(crate) fn check(errors: &mut Errors) {
    if !is_primary() || env::var_os("CARGO_DEFER").is_some() {
        return;
    }
    let notes = notes();
    let known = |word: &&str| matches!(*word, "" | "0" | "all") || channel(word).is_some();
    for word in notes.split(',').map(str::trim).filter(|word| !known(word)) {
        let message = format!(
            "`DEFER_NOTES` says `{word}`: notes are `1`, `2`, `json` or `warn`, with `all` for dependencies \
            too, as in `2,all`; `0` is for none"
        );
        errors.at(Span::call_site(), message);
    }
}

fn channel(word: &str) -> Option<Channel> {
    match word.trim() {
        "1" => Some(Channel::Lines(Style::Plain)),
        "2" => Some(Channel::Lines(Style::Explained)),
        "json" => Some(Channel::Lines(Style::Json)),
        "warn" => Some(Channel::Warnings),
        _ => None,
    }
}

fn notes() -> String {
    env::var("DEFER_NOTES").unwrap_or_default()
}

fn is_primary() -> bool {
    env::var_os("CARGO_PRIMARY_PACKAGE").is_some()
}
