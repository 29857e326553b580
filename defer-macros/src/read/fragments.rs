//! What `macro_rules` hands on: `$e:expr`, `$t:ty`, `$p:pat` come as groups that nobody sees, and that rustc
//! drops when they are emitted again. Takes tokens as they came, gives them with parentheses where such a
//! group held more than one thing together, and without the group where it did not. This is the one place
//! that knows of these groups.

use proc_macro2::{Delimiter, Group, Span, TokenStream, TokenTree};
use syn::parse::Parser;
use syn::{Expr, Pat, Path, Type};

use super::tokens::{is_punct, with_stream};

/// The tokens without groups that nobody sees.
pub(super) fn visible(tokens: TokenStream) -> TokenStream {
    let all: Vec<TokenTree> = tokens.into_iter().collect();
    let visible = all.iter().enumerate().map(|(at, token)| match token {
        TokenTree::Group(group) if group.delimiter() == Delimiter::None => {
            as_a_block(held_together(group), &all[..at])
        }
        TokenTree::Group(group) if is_attribute(&all, at) => {
            with_stream(group, bare(group.stream())).into()
        }
        TokenTree::Group(group) => with_stream(group, visible(group.stream())).into(),
        token => token.clone().into(),
    });
    visible.collect()
}

/// The same for those that stand in no other group: what is in groups that are not opened stays as it is.
pub(super) fn visible_outside(tokens: TokenStream) -> TokenStream {
    let visible = tokens.into_iter().map(|token| match &token {
        TokenTree::Group(group) if group.delimiter() == Delimiter::None => held_together(group),
        _ => token.into(),
    });
    visible.collect()
}

/// `#[…]` and `#![…]`.
fn is_attribute(all: &[TokenTree], at: usize) -> bool {
    let before = |distance: usize| at.checked_sub(distance).map(|at| &all[at]);
    is_punct(before(1), '#') || (is_punct(before(1), '!') && is_punct(before(2), '#'))
}

/// What stands in an attribute is in no need of being held together.
fn bare(tokens: TokenStream) -> TokenStream {
    let bare = tokens.into_iter().map(|token| match token {
        TokenTree::Group(group) if group.delimiter() == Delimiter::None => bare(group.stream()),
        TokenTree::Group(group) => with_stream(&group, bare(group.stream())).into(),
        token => token.into(),
    });
    bare.collect()
}

fn held_together(hidden: &Group) -> TokenStream {
    let tokens = visible(hidden.stream());
    if is_one_thing(&tokens) || !holds_together(&tokens) {
        return tokens;
    }
    let mut group = Group::new(Delimiter::Parenthesis, tokens);
    // Of the macro's, so that no lint asks why they are there.
    group.set_span(Span::mixed_site().located_at(hidden.span()));
    TokenTree::from(group).into()
}

/// A block alone is one thing, but for two places: behind `..` it would be the body of a `for`, and as a value
/// a lint would ask why its braces are there.
fn as_a_block(tokens: TokenStream, before: &[TokenTree]) -> TokenStream {
    let mut all = tokens.clone().into_iter();
    let (Some(TokenTree::Group(mut block)), None) = (all.next(), all.next()) else { return tokens };
    if block.delimiter() != Delimiter::Brace {
        return tokens;
    }
    if is_behind_dots(before) {
        return TokenTree::from(Group::new(Delimiter::Parenthesis, tokens)).into();
    }
    if is_of_one_expression(&block) && is_place_of_a_value(before.last()) {
        block.set_span(Span::mixed_site().located_at(block.span()));
    }
    TokenTree::from(block).into()
}

/// `..` and `..=`.
fn is_behind_dots(before: &[TokenTree]) -> bool {
    let ahead = match before {
        [ahead @ .., last] if is_punct(Some(last), '=') => ahead,
        all => all,
    };
    ahead.windows(2).next_back().is_some_and(is_range)
}

/// Whether it holds an expression and nothing else, as far as tokens tell.
fn is_of_one_expression(block: &Group) -> bool {
    !block.stream().into_iter().any(|token| is_punct(Some(&token), ';'))
}

/// Whether what comes next is a statement, an argument or what is returned, and no function's body.
fn is_place_of_a_value(before: Option<&TokenTree>) -> bool {
    match before {
        None => true,
        Some(TokenTree::Punct(punct)) => matches!(punct.as_char(), ';' | ','),
        Some(TokenTree::Group(group)) => group.delimiter() == Delimiter::Brace,
        Some(TokenTree::Ident(word)) => word == "return",
        Some(TokenTree::Literal(_)) => false,
    }
}

/// Whether it is an expression, a type or a pattern at all.
fn holds_together(tokens: &TokenStream) -> bool {
    syn::parse2::<Expr>(tokens.clone()).is_ok()
        || syn::parse2::<Type>(tokens.clone()).is_ok()
        || Pat::parse_multi_with_leading_vert.parse2(tokens.clone()).is_ok()
}

/// Whether what stands around cannot tear it apart: a token, a path, a block, what is behind a dot, or a
/// statement or item, which nothing stands around.
fn is_one_thing(tokens: &TokenStream) -> bool {
    let all: Vec<TokenTree> = tokens.clone().into_iter().collect();
    let is_brace = |token: &TokenTree| matches!(token, TokenTree::Group(group) if group.delimiter() == Delimiter::Brace);
    match &*all {
        [] | [_] => true,
        [TokenTree::Ident(word), ..] if begins_an_item(&word.to_string()) => true,
        [TokenTree::Punct(hash), ..] if hash.as_char() == '#' => true,
        [TokenTree::Punct(quote), TokenTree::Ident(_)] if quote.as_char() == '\'' => true,
        [TokenTree::Ident(_), TokenTree::Punct(bang), TokenTree::Group(_)]
        | [TokenTree::Ident(_), TokenTree::Punct(bang), TokenTree::Group(_), TokenTree::Punct(_)]
            if bang.as_char() == '!' =>
        {
            true
        }
        all if all.iter().any(is_brace) || all.windows(2).any(is_range) => false,
        all => syn::parse2::<Path>(tokens.clone()).is_ok() || all.iter().all(binds_closest),
    }
}

fn is_range(two: &[TokenTree]) -> bool {
    two.iter().all(|token| is_punct(Some(token), '.'))
}

/// `f(x).y[0]?`: nothing binds closer than what these are made of.
fn binds_closest(token: &TokenTree) -> bool {
    const KEYWORDS: &[&str] =
        &["as", "async", "break", "const", "dyn", "move", "mut", "ref", "return", "unsafe"];
    match token {
        TokenTree::Ident(word) => !KEYWORDS.iter().any(|keyword| word == keyword),
        TokenTree::Punct(punct) => matches!(punct.as_char(), '.' | '?' | ':'),
        TokenTree::Literal(_) | TokenTree::Group(_) => true,
    }
}

fn begins_an_item(word: &str) -> bool {
    const WORDS: &[&str] = &[
        "crate",
        "enum",
        "extern",
        "fn",
        "impl",
        "let",
        "macro_rules",
        "mod",
        "pub",
        "static",
        "struct",
        "trait",
        "type",
        "union",
        "use",
    ];
    WORDS.contains(&word)
}
