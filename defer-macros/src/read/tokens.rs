//! What can be told of code that is tokens only.

use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};
use syn::LitStr;
use syn::ext::IdentExt;
use syn::parse::Parser;

/// Whether the token is this one.
pub(crate) fn is_punct(token: Option<&TokenTree>, punct: char) -> bool {
    matches!(token, Some(TokenTree::Punct(it)) if it.as_char() == punct)
}

/// Whether this is what sites are called.
pub(super) fn is_site(word: &Ident) -> bool {
    is_site_name(&word.to_string())
}

pub(super) fn is_site_name(word: &str) -> bool {
    matches!(word, "defer" | "errdefer")
}

/// A group of the same kind at the same place.
pub(super) fn with_stream(group: &Group, stream: TokenStream) -> TokenTree {
    let mut new = Group::new(group.delimiter(), stream);
    new.set_span(group.span());
    new.into()
}

/// The names that a format string takes from around it: `{name}`, `{name:?}`, `{:width$}`.
pub(crate) fn format_names(text: &LitStr) -> Vec<Ident> {
    let mut names = Vec::new();
    for (name, spec) in placeholders(&text.value()) {
        let widths = spec.split_inclusive('$').filter_map(|part| part.strip_suffix('$'));
        let widths = widths.map(|part| part.rsplit(|c: char| !is_name(c)).next().unwrap_or(part));
        let all = std::iter::once(&*name).chain(widths);
        names.extend(all.filter_map(|name| identifier(name, text.span())));
    }
    names
}

/// The names of which it shows where they point: `{name:p}`.
pub(super) fn pointer_names(text: &LitStr) -> Vec<Ident> {
    let pointers =
        placeholders(&text.value()).into_iter().filter(|(_, spec)| spec.trim_end().ends_with('p'));
    pointers.filter_map(|(name, _)| identifier(&name, text.span())).collect()
}

/// What stands ahead of the colon and behind it.
fn placeholders(text: &str) -> Vec<(String, String)> {
    let unescaped = text.replace("{{", "").replace("}}", "");
    let pieces = unescaped.split('{').skip(1).filter_map(|piece| piece.split_once('}'));
    let parts = pieces.map(|(whole, _)| whole.split_once(':').unwrap_or((whole, "")));
    parts.map(|(name, spec)| (name.trim().to_owned(), spec.to_owned())).collect()
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

/// Whether a `?` stands here as an operator: behind an operand, and nothing begins directly behind it. Elsewhere it
/// is a sigil: `took = ?x`, `x:? = y`, `?Sized`.
pub(crate) fn is_operator(tokens: &[TokenTree], at: usize) -> bool {
    let is_operand = match at.checked_sub(1).map(|before| &tokens[before]) {
        Some(TokenTree::Ident(word)) => !KEYWORDS.contains(&&*word.to_string()),
        Some(TokenTree::Literal(_) | TokenTree::Group(_)) => true,
        Some(TokenTree::Punct(punct)) => punct.as_char() == '?',
        None => false,
    };
    let goes_on = match tokens.get(at + 1) {
        Some(TokenTree::Ident(word)) => word == "as" || word == "else",
        Some(TokenTree::Literal(_)) => false,
        Some(TokenTree::Group(_) | TokenTree::Punct(_)) | None => true,
    };
    is_punct(tokens.get(at), '?') && is_operand && goes_on
}

/// Words that no operand ends with.
const KEYWORDS: &[&str] =
    &["as", "else", "if", "in", "let", "match", "mut", "ref", "return", "while"];

/// Where something in these tokens may leave the function or a loop around them.
pub(crate) fn leaves(tokens: TokenStream) -> Option<Span> {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let words = ["return", "break", "continue"];
    tokens.iter().enumerate().find_map(|(at, token)| match token {
        TokenTree::Ident(word) => words.iter().any(|it| word == it).then(|| word.span()),
        TokenTree::Group(group) => leaves(group.stream()),
        TokenTree::Punct(punct) => is_operator(&tokens, at).then(|| punct.span()),
        TokenTree::Literal(_) => None,
    })
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

/// What an editor puts where it cannot read what is written, and takes out again, with all that has its place.
pub(crate) const HIDDEN: &str = "__ra_fixup";

/// Whether the token is that.
pub(super) fn is_hidden(token: &TokenTree) -> bool {
    matches!(token, TokenTree::Ident(word) if word == HIDDEN)
}

/// Where the last of these tokens ends that is surely written: a semicolon need not be.
pub(crate) fn end(tokens: TokenStream) -> Option<Span> {
    let is_written = |token: &TokenTree| !is_punct(Some(token), ';') && !is_hidden(token);
    tokens.into_iter().filter(is_written).last().map(|token| match token {
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
        TokenTree::Ident(word) if is_site(word) => {
            let is_go = begins_statement(at) && tokens.get(at + 1).is_some_and(deferred);
            is_go.then(|| word.span())
        }
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn format_strings_mention_names() {
        let text = syn::parse_quote!("{a} {b:?} {0} {{c}} {:w$.p$} {d:>n$}");
        let names: Vec<_> = format_names(&text).iter().map(Ident::to_string).collect();
        assert_eq!(names, ["a", "b", "w", "p", "d", "n"]);
    }

    #[test]
    fn the_end_is_written() {
        for text in ["x.len()", "x.len();", "x.len() __ra_fixup;"] {
            let tokens: TokenStream = text.parse().expect("tokens");
            assert_eq!(end(tokens).expect("an end").start().column, 6, "{text}");
        }
    }
}
