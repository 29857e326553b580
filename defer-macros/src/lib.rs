//! The `#[deferrable]` attribute: takes a function, gives it back with every `defer!` lowered.
//!
//! The pipeline is `function`: read → look → plan → judge → lower, and what there is to tell. Each step is
//! a folder, and each of its modules says what it takes, gives and refuses. Use this crate through
//! `defer-rt`, which documents the language.
#![forbid(unsafe_code)]

mod error;
mod judge;
mod look;
mod lower;
mod names;
mod plan;
#[cfg(test)]
mod proofs;
mod read;
mod site;
mod tell;
mod variable;

use proc_macro2::TokenStream;
use quote::ToTokens;

use crate::error::Errors;
use crate::judge::{classify, contract};
use crate::lower::Decided;
use crate::read::{Options, Prepared};

/// Makes `defer!` work in a function, as Go's `defer` does. Documented in `defer-rt`.
#[proc_macro_attribute]
pub fn deferrable(
    options: proc_macro::TokenStream,
    item: proc_macro::TokenStream,
) -> proc_macro::TokenStream {
    expand(&options.into(), item.into()).into()
}

fn expand(written: &TokenStream, item: TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let options = Options::parse(written.clone(), &mut errors);
    let prepared = match read::prepare(&options, written, item.clone()) {
        Prepared::Asks(compiler) => return compiler,
        Prepared::Item(prepared) => prepared,
    };
    let expanded = match read::container::functions(&prepared, &options, function, &mut errors) {
        Some(expanded) => expanded,
        None => match function(&options, prepared.clone(), &mut errors) {
            Some(expanded) => expanded,
            None if errors.count() == 0 => prepared,
            None => item,
        },
    };
    with_errors(expanded, errors)
}

/// The pipeline. A function that does not defer is left alone.
fn function(options: &Options, item: TokenStream, errors: &mut Errors) -> Option<TokenStream> {
    let before = errors.count();
    let mut function = read::function(item, errors)?;
    if function.sites.is_empty() && errors.count() == before {
        return None;
    }
    let found = look::look(&mut function);
    let planned = plan::plan(&mut function, &found, &options.names, errors);
    let verdicts = classify::all(&found.frames, &found.placements, options.force);
    contract::check(&function, &found.placements, &verdicts, options, errors);
    let notes = tell::report(&function, &found, &planned, &verdicts, options);
    let (found, planned) = (&found, &planned);
    let decided = Decided { found, planned, verdicts: &verdicts, names: &options.names };
    let item = lower::lower(function, decided, notes);
    tell::expansion(&item);
    Some(item.into_token_stream())
}

fn with_errors(item: TokenStream, errors: Errors) -> TokenStream {
    let mut tokens = item;
    tokens.extend(errors.into_tokens());
    tokens
}
