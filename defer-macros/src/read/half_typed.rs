//! Code that is still being typed: tokens that are no function yet → tokens that are one, with a name where
//! one is missing. rustc has read the item before the attribute gets it, and has said what is wrong; the
//! names are taken out again, so that it finds the same mistake once more, and no other.

use proc_macro2::{Delimiter, Ident, Punct, Spacing, Span, TokenStream, TokenTree};
use quote::quote;
use syn::Path;

use super::tokens::{is_punct, is_site, mention, with_stream};

/// Stands for what is missing.
const MISSING: &str = "__defer_missing";

/// Words that go on with what is ahead of them.
const INFIX: [&str; 4] = ["as", "else", "in", "if"];
/// Words behind which an expression is not over.
const OPEN: [&str; 19] = [
    "as", "box", "break", "const", "dyn", "else", "fn", "for", "if", "impl", "in", "let", "loop",
    "match", "mut", "ref", "return", "static", "while",
];

/// With a name behind each `.` and operator that has none, and a `;` between statements.
pub(crate) fn made_whole(tokens: TokenStream) -> TokenStream {
    whole(tokens, false)
}

fn whole(tokens: TokenStream, statements: bool) -> TokenStream {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let mut made: Vec<TokenTree> = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        if joins_a_site(&tokens[at..]) {
            made.push(Punct::new(';', Spacing::Alone).into());
            continue;
        }
        if statements && made.last().is_some_and(ends) && begins(token) {
            made.push(Punct::new(';', Spacing::Alone).into());
        }
        made.push(match token {
            TokenTree::Group(group) => {
                let braces = group.delimiter() == Delimiter::Brace;
                with_stream(group, whole(group.stream(), braces))
            }
            token => token.clone(),
        });
        if lacks_a_name(&tokens, at) {
            made.push(Ident::new(MISSING, Span::mixed_site()).into());
        }
    }
    made.into_iter().collect()
}

/// `x.` at the end of a line, and a `defer!` on the next.
fn joins_a_site(tokens: &[TokenTree]) -> bool {
    is_punct(tokens.first(), '.')
        && matches!(tokens.get(1), Some(TokenTree::Ident(word)) if is_site(word))
        && is_punct(tokens.get(2), '!')
}

fn lacks_a_name(tokens: &[TokenTree], at: usize) -> bool {
    let TokenTree::Punct(punct) = &tokens[at] else { return false };
    let next = tokens.get(at + 1);
    let is_over = next.is_none() || is_punct(next, ';') || is_punct(next, ',');
    match punct.as_char() {
        '.' => {
            let before = at.checked_sub(1).map(|before| &tokens[before]);
            let is_range = is_punct(before, '.') || is_punct(next, '.');
            !is_range && !matches!(next, Some(TokenTree::Ident(_) | TokenTree::Literal(_)))
        }
        ':' | '=' | '&' | '+' | '-' | '*' | '/' | '!' | '<' | '|' => is_over,
        // The arm of a `match`.
        '>' => is_over && at.checked_sub(1).is_some_and(|before| is_punct(tokens.get(before), '=')),
        _ => false,
    }
}

/// Whether a statement may end here.
fn ends(token: &TokenTree) -> bool {
    match token {
        TokenTree::Ident(word) => !OPEN.iter().any(|open| word == open),
        TokenTree::Literal(_) => true,
        TokenTree::Group(group) => group.delimiter() != Delimiter::Brace,
        TokenTree::Punct(_) => false,
    }
}

/// Whether a statement may begin here, and nothing goes on.
fn begins(token: &TokenTree) -> bool {
    matches!(token, TokenTree::Ident(word) if !INFIX.iter().any(|infix| word == infix))
}

/// Without the names. At the end of a group the operator goes as well: the place of the brace behind it, where
/// the mistake was found, is lost with the copy of the group.
pub(crate) fn as_typed(tokens: TokenStream) -> TokenStream {
    let is_missing = |token: &TokenTree| matches!(token, TokenTree::Ident(word) if word == MISSING);
    let mut typed: Vec<TokenTree> = tokens.into_iter().collect();
    if typed.last().is_some_and(is_missing) {
        typed.pop();
        while matches!(typed.last(), Some(TokenTree::Punct(_))) {
            typed.pop();
        }
    }
    let typed = typed.into_iter().filter(|token| !is_missing(token)).map(|token| match token {
        TokenTree::Group(group) if mention(group.stream(), MISSING) => {
            with_stream(&group, as_typed(group.stream()))
        }
        token => token,
    });
    typed.collect()
}

/// With nothing in place of each `defer!`: no mistake of its own is to be seen in what cannot be read.
pub(crate) fn without_sites(tokens: TokenStream, krate: &Path) -> TokenStream {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let mut left = TokenStream::new();
    let mut rest = &tokens[..];
    while let [token, behind @ ..] = rest {
        rest = behind;
        match (token, behind) {
            (TokenTree::Ident(word), [bang, TokenTree::Group(_), ..])
                if is_site(word) && is_punct(Some(bang), '!') =>
            {
                rest = &behind[2..];
                left.extend(quote!(#krate::__private::unread!{}));
            }
            (TokenTree::Group(group), _) => {
                left.extend([with_stream(group, without_sites(group.stream(), krate))]);
            }
            _ => left.extend([token.clone()]),
        }
    }
    left
}
