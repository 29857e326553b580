//! Collects every mistake found in an item: takes messages with their place, gives them all at the
//! end, beside the item, which is emitted all the same so that nothing else seems wrong.

use proc_macro2::{Span, TokenStream, TokenTree};

use crate::names;

/// The mistakes found so far.
#[derive(Default)]
pub(crate) struct Errors(Option<syn::Error>);

impl Errors {
    /// A mistake at these tokens' place, and what to write instead.
    pub(crate) fn at(&mut self, span: Span, message: impl std::fmt::Display) {
        self.add(syn::Error::new(span, message));
    }

    /// A mistake from the first of these tokens to the last.
    pub(crate) fn on(&mut self, tokens: impl quote::ToTokens, message: impl std::fmt::Display) {
        self.add(syn::Error::new_spanned(tokens, message));
    }

    pub(crate) fn add(&mut self, error: syn::Error) {
        match &mut self.0 {
            None => self.0 = Some(error),
            Some(all) => all.combine(error),
        }
    }

    /// How many there are.
    pub(crate) fn count(&self) -> usize {
        self.0.as_ref().map_or(0, |errors| errors.into_iter().count())
    }

    /// The messages, one `compile_error!` each.
    pub(crate) fn into_tokens(self) -> TokenStream {
        self.0.map(shown).unwrap_or_default()
    }
}

/// A mistake as rustc is to show it.
pub(crate) fn shown(error: syn::Error) -> TokenStream {
    let tokens = error.into_compile_error();
    if names::paths_begin_at_the_root() { without_paths(tokens) } else { tokens }
}

/// `compile_error!` for `::core::compile_error!`, which edition 2015 looks for in the user's crate.
fn without_paths(tokens: TokenStream) -> TokenStream {
    let is_of_path = |token: &TokenTree| match token {
        TokenTree::Punct(punct) => punct.as_char() == ':',
        token => token.to_string() == "core",
    };
    tokens.into_iter().filter(|token| !is_of_path(token)).collect()
}
