//! The `#[deferrable]` attribute: takes a function, gives it back with every `defer!` lowered.
//!
//! The pipeline is `function`: parse → frames and scopes → classify → lower → report. Each step has a
//! module of its own, and each module says what it takes, gives and refuses. Use this crate through
//! `defer-rt`, which documents the language.
#![forbid(unsafe_code)]

mod breaks;
mod classify;
mod container;
mod contract;
#[cfg(test)]
mod corpus;
mod error;
mod evaluate;
mod foreign;
mod frames;
#[cfg(test)]
mod fuzz;
mod items;
mod known;
mod lower;
mod names;
mod notes;
mod options;
mod parse;
mod scope;
mod site;
#[cfg(test)]
mod snapshots;
mod tokens;

use proc_macro2::TokenStream;
use quote::ToTokens;

use crate::error::Errors;
use crate::options::Options;

/// Makes `defer!` work in a function, as Go's `defer` does. Documented in `defer-rt`.
#[proc_macro_attribute]
pub fn deferrable(
    options: proc_macro::TokenStream,
    item: proc_macro::TokenStream,
) -> proc_macro::TokenStream {
    expand(options.into(), item.into()).into()
}

fn expand(options: TokenStream, item: TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let options = Options::parse(options, &mut errors);
    let expanded = match container::functions(&item, &options, &mut errors) {
        Some(expanded) => expanded,
        None => function(&options, item.clone(), &mut errors).unwrap_or(item),
    };
    with_errors(expanded, errors)
}

/// The pipeline. A function that does not defer is left alone.
fn function(options: &Options, item: TokenStream, errors: &mut Errors) -> Option<TokenStream> {
    let before = errors.count();
    let mut function = parse::function(item, errors)?;
    if function.sites.is_empty() && errors.count() == before {
        return None;
    }
    let found = frames::find(&function);
    let verdicts = classify::all(&found.frames, &found.placements, options.force);
    contract::check(&function, &found.placements, &verdicts, options, errors);
    let notes = notes::report(&function, &found, &verdicts, options);
    lower::function(&mut function, found.placements, &verdicts, &options.names, notes);
    notes::expansion(&function.item);
    Some(function.item.to_token_stream())
}

fn with_errors(item: TokenStream, errors: Errors) -> TokenStream {
    let mut tokens = item;
    tokens.extend(errors.into_tokens());
    tokens
}
