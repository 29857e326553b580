//! A first look at an item's tokens: what of the rest is needed at all.

use proc_macro2::{Delimiter, TokenStream, TokenTree};

use super::tokens::is_site_name;

/// What stands somewhere among the tokens.
#[derive(Default)]
pub(super) struct Seen {
    /// `defer` or `errdefer`.
    pub(super) defers: bool,
    /// A group that nobody sees.
    pub(super) hidden_groups: bool,
    /// The word `cfg`.
    pub(super) conditions: bool,
}

impl Seen {
    pub(super) fn of(tokens: &TokenStream) -> Self {
        let mut seen = Self::default();
        seen.look(tokens.clone());
        seen
    }

    fn look(&mut self, tokens: TokenStream) {
        for token in tokens {
            match token {
                TokenTree::Ident(word) => {
                    let word = word.to_string();
                    self.defers |= is_site_name(&word);
                    self.conditions |= word == "cfg";
                }
                TokenTree::Group(group) => {
                    self.hidden_groups |= group.delimiter() == Delimiter::None;
                    self.look(group.stream());
                }
                TokenTree::Punct(_) | TokenTree::Literal(_) => {}
            }
        }
    }
}
