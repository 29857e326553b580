//! A first look at an item's tokens: what of the rest is needed at all.

use proc_macro2::{Delimiter, TokenStream, TokenTree};

use super::tokens::{is_punct, is_site_name};

/// What stands somewhere among the tokens.
#[derive(Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is found for itself")]
pub(super) struct Seen {
    /// `defer` or `errdefer`.
    pub(super) defers: bool,
    /// One of these behind a `.`.
    pub(super) joined: bool,
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
        let mut behind_dot = false;
        for token in tokens {
            let is_dot = is_punct(Some(&token), '.');
            match token {
                TokenTree::Ident(word) => {
                    let word = word.to_string();
                    let is_site = is_site_name(&word);
                    self.defers |= is_site;
                    self.joined |= behind_dot && is_site;
                    self.conditions |= word == "cfg";
                }
                TokenTree::Group(group) => {
                    self.hidden_groups |= group.delimiter() == Delimiter::None;
                    self.look(group.stream());
                }
                TokenTree::Punct(_) | TokenTree::Literal(_) => {}
            }
            behind_dot = is_dot;
        }
    }
}
