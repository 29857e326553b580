//! What can be told of code that is tokens only, the arguments of macros: the names it mentions, the
//! `{name}`s of its format strings, its `return`s and `?`s. Tells too much rather than too little.

use proc_macro2::{Delimiter, Ident, Span, TokenStream, TokenTree};
use syn::LitStr;
use syn::ext::IdentExt;
use syn::parse::Parser;

use crate::parse;

/// A name or an exit that the tokens seem to hold.
pub(crate) enum Mention {
    Name(Ident),
    Exit(Span),
    Await,
}

/// All that the tokens mention, in order.
pub(crate) fn mentions(tokens: TokenStream) -> Vec<Mention> {
    let mut found = Vec::new();
    collect(tokens, &mut found);
    found
}

fn collect(tokens: TokenStream, found: &mut Vec<Mention>) {
    // One dot means a field or a method, two a range.
    let mut dots = 0;
    for token in tokens {
        let after_dot = dots == 1;
        dots = if is_dot(&token) { dots + 1 } else { 0 };
        match token {
            TokenTree::Group(group) => collect(group.stream(), found),
            TokenTree::Ident(word) if word == "return" => found.push(Mention::Exit(word.span())),
            TokenTree::Ident(word) if !after_dot => found.push(Mention::Name(word)),
            TokenTree::Ident(word) if word == "await" => found.push(Mention::Await),
            TokenTree::Punct(punct) if punct.as_char() == '?' => {
                found.push(Mention::Exit(punct.span()));
            }
            TokenTree::Literal(_) => {
                if let Ok(text) = syn::parse2::<LitStr>(token.into()) {
                    found.extend(format_names(&text).into_iter().map(Mention::Name));
                }
            }
            TokenTree::Ident(_) | TokenTree::Punct(_) => {}
        }
    }
}

fn is_dot(token: &TokenTree) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == '.')
}

/// The names that a format string takes from around it: `{name}`, `{name:?}`, `{:width$}`.
pub(crate) fn format_names(text: &LitStr) -> Vec<Ident> {
    let unescaped = text.value().replace("{{", "").replace("}}", "");
    let mut names = Vec::new();
    for piece in unescaped.split('{').skip(1) {
        let Some((argument, _)) = piece.split_once('}') else { continue };
        let (name, spec) = argument.split_once(':').unwrap_or((argument, ""));
        let widths = spec.split_inclusive('$').filter_map(|part| part.strip_suffix('$'));
        let widths = widths.map(|part| part.rsplit(|c: char| !is_name(c)).next().unwrap_or(part));
        let all = std::iter::once(name.trim()).chain(widths);
        names.extend(all.filter_map(|name| identifier(name, text.span())));
    }
    names
}

fn is_name(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

fn identifier(text: &str, span: Span) -> Option<Ident> {
    let mut ident = Ident::parse_any.parse_str(text).ok()?;
    // `{type}` means `r#type`; what cannot be raw is no variable.
    if syn::parse_str::<Ident>(text).is_err() {
        if matches!(text, "self" | "Self" | "super" | "crate" | "_") {
            return None;
        }
        ident = Ident::new_raw(text, span);
    }
    ident.set_span(span);
    Some(ident)
}

/// Whether the word stands anywhere in the tokens.
pub(crate) fn mention(tokens: TokenStream, word: &str) -> bool {
    place_of(tokens, word).is_some()
}

/// Where these tokens mention the word first.
pub(crate) fn place_of(tokens: TokenStream, word: &str) -> Option<Span> {
    tokens.into_iter().find_map(|token| match token {
        TokenTree::Ident(ident) => (ident == word).then(|| ident.span()),
        TokenTree::Group(group) => place_of(group.stream(), word),
        TokenTree::Punct(_) | TokenTree::Literal(_) => None,
    })
}

/// Where the last of these tokens ends.
pub(crate) fn end(tokens: TokenStream) -> Option<Span> {
    tokens.into_iter().last().map(|token| match token {
        TokenTree::Group(group) => group.span_close(),
        token => token.span(),
    })
}

pub(crate) fn end_with_brace(tokens: TokenStream) -> bool {
    let is_brace =
        |token| matches!(token, TokenTree::Group(g) if g.delimiter() == Delimiter::Brace);
    tokens.into_iter().last().is_some_and(is_brace)
}

/// Where Go's `defer f(a)` or `defer { … }` stands, without the `!`.
pub(crate) fn words_of_go(tokens: TokenStream) -> Option<Span> {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let deferred = |token: &TokenTree| match token {
        TokenTree::Ident(_) => true,
        TokenTree::Group(group) => group.delimiter() == Delimiter::Brace,
        TokenTree::Punct(_) | TokenTree::Literal(_) => false,
    };
    // Elsewhere it may be a field's name, or an item's.
    let begins_statement = |at: usize| match at.checked_sub(1).map(|before| &tokens[before]) {
        None => true,
        Some(TokenTree::Punct(punct)) => punct.as_char() == ';',
        Some(TokenTree::Group(group)) => group.delimiter() == Delimiter::Brace,
        Some(TokenTree::Ident(_) | TokenTree::Literal(_)) => false,
    };
    tokens.iter().enumerate().find_map(|(at, token)| match token {
        TokenTree::Group(group) => words_of_go(group.stream()),
        TokenTree::Ident(word) if word == "defer" || word == "errdefer" => {
            let is_go = begins_statement(at) && tokens.get(at + 1).is_some_and(deferred);
            is_go.then(|| word.span())
        }
        _ => None,
    })
}

/// Whether these tokens seem to mutate the variable: `x.…`, `x[…]`, `&mut x`, `x = …`, `x += …`.
pub(crate) fn mutate(tokens: TokenStream, name: &Ident) -> bool {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let is =
        |at: usize, word: &str| matches!(tokens.get(at), Some(TokenTree::Ident(i)) if i == word);
    let punct = |at: usize| match tokens.get(at) {
        Some(TokenTree::Punct(p)) => Some(p.as_char()),
        _ => None,
    };
    tokens.iter().enumerate().any(|(at, token)| match token {
        TokenTree::Group(group) => mutate(group.stream(), name),
        // A site within deferred code: what it does is not among these tokens.
        TokenTree::Ident(ident) if ident == parse::MARKER => true,
        TokenTree::Ident(ident) if ident == name => {
            let lent = at > 0 && is(at - 1, "mut");
            let used = match (punct(at + 1), punct(at + 2)) {
                (Some('='), second) => second != Some('='),
                (Some('.'), _)
                | (Some('+' | '-' | '*' | '/' | '%' | '^' | '&' | '|'), Some('=')) => true,
                (Some('<' | '>'), Some('<' | '>')) => punct(at + 3) == Some('='),
                _ => matches!(tokens.get(at + 1), Some(TokenTree::Group(_))),
            };
            lent || used
        }
        _ => false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use quote::quote;

    fn names(tokens: TokenStream) -> Vec<String> {
        let name = |mention| match mention {
            Mention::Name(name) => Some(name.to_string()),
            Mention::Exit(_) | Mention::Await => None,
        };
        mentions(tokens).into_iter().filter_map(name).collect()
    }

    #[test]
    fn fields_and_methods_are_not_names() {
        assert_eq!(names(quote!(a.b.c(d), 0..e)), ["a", "d", "e"]);
    }

    #[test]
    fn format_strings_mention_names() {
        assert_eq!(
            names(quote!("{a} {b:?} {0} {{c}} {:w$.p$} {d:>n$}")),
            ["a", "b", "w", "p", "d", "n"]
        );
    }

    #[test]
    fn exits_are_seen() {
        let exits =
            |tokens| mentions(tokens).iter().filter(|m| matches!(m, Mention::Exit(_))).count();
        assert_eq!(exits(quote!(a? + { return b? })), 3);
    }

    #[test]
    fn mutation_is_told_from_use() {
        let x = quote::format_ident!("x");
        for yes in [
            quote!(x.f()),
            quote!(g(&mut x)),
            quote!({
                x = 1;
            }),
            quote!(x += 1),
            quote!(x[0] = 1),
        ] {
            assert!(mutate(yes.clone(), &x), "{yes}");
        }
        for no in [quote!(g(x)), quote!(x == 1), quote!(&x), quote!(x + 1), quote!(y.x)] {
            assert!(!mutate(no.clone(), &x), "{no}");
        }
    }
}
