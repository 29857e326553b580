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
use quote::{ToTokens, quote};

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
    tell::check_environment(&mut errors);
    let prepared = match read::prepare(&options, written, item.clone()) {
        Prepared::Asks(compiler) => return compiler,
        Prepared::Item(prepared) => prepared,
    };
    let before = errors.count();
    match lowered(&options, &prepared, &mut errors) {
        Some(expanded) => with_errors(read::half_typed::shown(expanded), errors),
        None if errors.count() == before => with_errors(prepared, errors),
        None => half_typed(written, item, errors),
    }
}

/// The item with its functions lowered, if it can be read and one of them defers.
fn lowered(options: &Options, item: &TokenStream, errors: &mut Errors) -> Option<TokenStream> {
    read::container::functions(item, options, function, errors)
        .or_else(|| function(options, item.clone(), errors))
}

/// What cannot be read, because of these errors. Of what is half typed rustc has said so already.
fn half_typed(written: &TokenStream, item: TokenStream, errors: Errors) -> TokenStream {
    let mut other_errors = Errors::default();
    let options = Options::parse(written.clone(), &mut other_errors);
    if read::tokens::words_of_go(item.clone()).is_none() {
        let whole = read::half_typed::made_whole(item.clone());
        let lowered = lowered(&options, &whole, &mut other_errors);
        if other_errors.count() == 0 && !read::defers(&item) {
            let is_hidden = read::tokens::mention(item.clone(), read::tokens::HIDDEN);
            return if is_hidden { read::half_typed::as_typed(whole) } else { item };
        }
        if let Some(expanded) = lowered {
            return with_errors(read::half_typed::as_typed(expanded), other_errors);
        }
    }
    with_errors(read::half_typed::without_sites(item, &options.names.krate), errors)
}

/// The pipeline. A function that does not defer is left alone.
fn function(options: &Options, item: TokenStream, errors: &mut Errors) -> Option<TokenStream> {
    let before = errors.count();
    let mut function = read::function(options, item, errors)?;
    let marked = read::marked::close(&mut function, options, errors);
    if function.sites.is_empty() && !marked && errors.count() == before {
        return None;
    }
    let found = look::look(&mut function);
    let planned = plan::plan(&mut function, &found, &options.names, errors);
    let verdicts = classify::all(&function.sites, &found.frames, &found.placements, options);
    contract::check(&function, &found.placements, &verdicts, options, errors);
    let notes = tell::report(&function, &found, &planned, &verdicts, options);
    let words = read::half_typed::is_shown().then(|| options.names.words(&function.sites));
    let (found, planned) = (&found, &planned);
    let decided = Decided { found, planned, verdicts: &verdicts, names: &options.names };
    let item = lower::lower(function, decided, quote!(#notes #words));
    tell::expansion(&item);
    Some(item.into_token_stream())
}

fn with_errors(item: TokenStream, errors: Errors) -> TokenStream {
    let mut tokens = item;
    tokens.extend(errors.into_tokens());
    tokens
}
