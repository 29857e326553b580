//! Tokens of macros that nobody could read as code: takes them with their variables marked, puts in place of
//! each what is now to be written for it, where an expression can stand for sure.

mod bound;

use proc_macro2::{Delimiter, Group, Ident, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::Expr;

use self::bound::Hidden;
use crate::read::tokens::is_punct;
use crate::variable::VarId;

/// What is to be written for a variable.
pub(super) type Mention<'a> = &'a dyn Fn(VarId, &Ident) -> Option<Expr>;

/// The tokens with the variables replaced, if there was any.
pub(super) fn rewrite(tokens: TokenStream, mention: Mention<'_>) -> Option<TokenStream> {
    rewritten(tokens, mention, Within::Code, &Hidden::new())
}

/// What a list of tokens is.
#[derive(Clone, Copy, PartialEq)]
enum Within {
    Code,
    Struct,
    Match,
}

fn rewritten(
    tokens: TokenStream,
    mention: Mention<'_>,
    within: Within,
    outside: &Hidden,
) -> Option<TokenStream> {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let hidden = bound::hidden(&tokens, within == Within::Match, outside);
    let mut changed = false;
    let mut rewritten = TokenStream::new();
    for (at, token) in tokens.iter().enumerate() {
        let new = match token {
            TokenTree::Group(group) => {
                let within = match () {
                    () if is_struct(&tokens, at) => Within::Struct,
                    () if bound::are_arms(&tokens, at) => Within::Match,
                    () => Within::Code,
                };
                let inner = self::rewritten(group.stream(), mention, within, &hidden[at]);
                inner.map(|inner| {
                    let mut new = Group::new(group.delimiter(), inner);
                    new.set_span(group.span());
                    TokenTree::from(new).into_token_stream()
                })
            }
            TokenTree::Ident(name) if stands_alone(&tokens, at) => {
                let id = VarId::of(name).filter(|_| !hidden[at].contains(&VarId::plain(name)));
                let place = id.and_then(|id| mention(id, name));
                let key =
                    (within == Within::Struct && is_element(&tokens, at)).then(|| quote!(#name:));
                place.map(|place| quote!(#key #place))
            }
            _ => None,
        };
        changed |= new.is_some();
        rewritten.extend(new.unwrap_or_else(|| token.clone().into()));
    }
    changed.then_some(rewritten)
}

/// `Point { … }`, but not `if Point { … }`.
fn is_struct(tokens: &[TokenTree], at: usize) -> bool {
    let before = |distance| at.checked_sub(distance).map(|at| &tokens[at]);
    let is_brace =
        matches!(&tokens[at], TokenTree::Group(it) if it.delimiter() == Delimiter::Brace);
    let is_type = matches!(before(1), Some(TokenTree::Ident(name))
        if name.to_string().starts_with(char::is_uppercase));
    let is_condition = matches!(before(2), Some(TokenTree::Ident(word))
        if ["if", "while", "match", "in"].iter().any(|keyword| word == keyword));
    is_brace && is_type && !is_condition
}

/// Between commas, alone.
fn is_element(tokens: &[TokenTree], at: usize) -> bool {
    let ends = |token: Option<&TokenTree>| token.is_none() || is_punct(token, ',');
    ends(at.checked_sub(1).map(|at| &tokens[at])) && ends(tokens.get(at + 1))
}

/// A sigil ahead of a name means the name.
fn stands_alone(tokens: &[TokenTree], at: usize) -> bool {
    let before = at.checked_sub(1).map(|at| &tokens[at]);
    let is_sigil = is_punct(before, '?') || is_punct(before, '%');
    // Behind an operand, it is an operator.
    let operand = at.checked_sub(2).is_some_and(|at| !matches!(tokens[at], TokenTree::Punct(_)));
    !is_sigil || operand
}
