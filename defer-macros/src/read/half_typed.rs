//! Code that is still being typed: tokens that are no function yet → tokens that are one, with a name where
//! one is missing. rustc has read the item before the attribute gets it, and has said what is wrong; the
//! names are taken out again, so that it finds the same mistake once more, and no other.
//!
//! What is deferred only the attribute reads. A compiler has nothing to do with what it cannot read; but an
//! editor completes by comparing what becomes of the code as it is with what becomes of it once there is a name
//! at the cursor, up to which both have to be the same.

use std::sync::LazyLock;

use proc_macro2::{Delimiter, Group, Ident, Punct, Spacing, Span, TokenStream, TokenTree};
use quote::{format_ident, quote};
use syn::{Macro, MacroDelimiter, Path};

use super::tokens::{is_hidden, is_punct, is_site, mention, with_stream};
use crate::site::When;

/// Stands for what is missing.
const MISSING: &str = "__defer_missing";

/// Words that go on with what is ahead of them.
const INFIX: [&str; 4] = ["as", "else", "in", "if"];
/// Words behind which an expression is not over.
const OPEN: [&str; 19] = [
    "as", "box", "break", "const", "dyn", "else", "fn", "for", "if", "impl", "in", "let", "loop",
    "match", "mut", "ref", "return", "static", "while",
];

/// Words behind which a value stands, and a block behind that.
const AHEAD_OF_BLOCKS: [&str; 4] = ["if", "in", "match", "while"];

/// Whether what is half typed is shown as it is: that an editor asks is told by its name alone.
pub(crate) fn is_shown() -> bool {
    static IS_SHOWN: LazyLock<bool> = LazyLock::new(|| {
        let program = std::env::current_exe().unwrap_or_default();
        program.file_name().is_some_and(|name| name.to_string_lossy().contains("rust-analyzer"))
    });
    *IS_SHOWN
}

/// What is deferred, made whole for who is shown it.
pub(super) fn to_show(mac: &Macro) -> Option<Macro> {
    let statements = matches!(mac.delimiter, MacroDelimiter::Brace(_));
    is_shown().then(|| Macro { tokens: whole(mac.tokens.clone(), statements), ..mac.clone() })
}

/// The item as it is shown, to who is shown it.
pub(crate) fn shown(item: TokenStream) -> TokenStream {
    if is_shown() { as_typed(item) } else { item }
}

/// With a name behind each `.` and operator that has none, and a `;` between statements.
pub(crate) fn made_whole(tokens: TokenStream) -> TokenStream {
    whole(tokens, false)
}

/// With a `;` between `x.` and a `defer!` on the next line, which is no field of `x`.
pub(super) fn apart(tokens: TokenStream) -> TokenStream {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let mut made: Vec<TokenTree> = Vec::new();
    let mut rest = &tokens[..];
    while let [token, behind @ ..] = rest {
        rest = behind;
        match (token, joined(token, behind)) {
            (_, Some(site)) => {
                if is_shown() {
                    made.extend([token.clone(), missing()]);
                }
                made.extend([Punct::new(';', Spacing::Alone).into(), behind[0].clone()]);
                rest = site;
            }
            (TokenTree::Group(group), None) => made.push(with_stream(group, apart(group.stream()))),
            (token, None) => made.push(token.clone()),
        }
    }
    made.into_iter().collect()
}

/// From the `!` on, the site whose word stands behind this `.`. What is made of it to be read has a `;` there.
fn joined<'a>(token: &TokenTree, behind: &'a [TokenTree]) -> Option<&'a [TokenTree]> {
    let (TokenTree::Ident(word), behind) = behind.split_first()? else { return None };
    let site = if is_punct(behind.first(), ';') { &behind[1..] } else { behind };
    let is_joined = is_punct(Some(token), '.') && is_site(word) && is_punct(site.first(), '!');
    (is_joined && matches!(site.get(1), Some(TokenTree::Group(_)))).then_some(site)
}

fn missing() -> TokenTree {
    Ident::new(MISSING, Span::mixed_site()).into()
}

fn whole(tokens: TokenStream, statements: bool) -> TokenStream {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let mut made: Vec<TokenTree> = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        if statements && made.last().is_some_and(ends) && begins(token) {
            made.push(Punct::new(';', Spacing::Alone).into());
        }
        let before = at.checked_sub(1).map(|before| &tokens[before]);
        made.push(match token {
            token if is_hidden(token) && before.is_some_and(is_ahead_of_a_block) => {
                hidden_block(token)
            }
            TokenTree::Group(group) => {
                let braces = group.delimiter() == Delimiter::Brace;
                with_stream(group, whole(group.stream(), braces))
            }
            token => token.clone(),
        });
        if lacks_a_name(&tokens, at) {
            made.push(missing());
        }
    }
    made.into_iter().collect()
}

/// Whether what is hidden behind this token is a block.
fn is_ahead_of_a_block(token: &TokenTree) -> bool {
    match token {
        TokenTree::Ident(word) => {
            !OPEN.iter().any(|it| word == it) || word == "else" || word == "loop"
        }
        TokenTree::Punct(punct) => punct.as_char() == '>',
        TokenTree::Group(_) | TokenTree::Literal(_) => true,
    }
}

/// A block in which something is hidden: `defer!`s may be, which nobody else takes care of.
fn hidden_block(hidden: &TokenTree) -> TokenTree {
    let words = [When::Always, When::OnFailure].map(|when| format_ident!("{}", when.word()));
    let block = quote!(
        #(
            #[allow(unused_macros)]
            macro_rules! #words { ($($deferred:tt)*) => { { let _ = || { $($deferred)* }; } } }
        )*
        #hidden
    );
    TokenTree::Group(Group::new(Delimiter::Brace, block))
}

fn lacks_a_name(tokens: &[TokenTree], at: usize) -> bool {
    match &tokens[at] {
        TokenTree::Punct(punct) => lacks_an_operand(punct, tokens, at),
        TokenTree::Ident(word) => lacks_behind_a_word(word, &tokens[at + 1..]),
        TokenTree::Group(_) | TokenTree::Literal(_) => false,
    }
}

/// `let = 3`, `if { … }`.
fn lacks_behind_a_word(word: &Ident, behind: &[TokenTree]) -> bool {
    if word == "let" {
        return is_punct(behind.first(), '=') || is_punct(behind.first(), ';');
    }
    let is_block = |token: Option<&TokenTree>| match token {
        Some(TokenTree::Group(group)) => group.delimiter() == Delimiter::Brace,
        _ => false,
    };
    let is_ahead = AHEAD_OF_BLOCKS.iter().any(|it| word == it);
    is_ahead && is_block(behind.first()) && !is_block(behind.get(1))
}

fn lacks_an_operand(punct: &Punct, tokens: &[TokenTree], at: usize) -> bool {
    let next = tokens.get(at + 1);
    let is_over = next.is_none() || is_punct(next, ';') || is_punct(next, ',');
    match punct.as_char() {
        '.' => {
            let before = at.checked_sub(1).map(|before| &tokens[before]);
            let is_range = is_punct(before, '.') || is_punct(next, '.');
            !is_range && !matches!(next, Some(TokenTree::Ident(_) | TokenTree::Literal(_)))
        }
        ':' if is_punct(next, '=') => true,
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

/// Without the names. At the end of a group or of an argument the operator goes as well, unless it is shown: the
/// place behind it, where the mistake was found, is lost with the copy of the group, or is not the user's.
pub(crate) fn as_typed(tokens: TokenStream) -> TokenStream {
    let is_missing = |token: &TokenTree| matches!(token, TokenTree::Ident(word) if word == MISSING);
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let mut typed: Vec<TokenTree> = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        let behind = tokens.get(at + 1);
        match token {
            token if is_missing(token) => {
                if !is_shown() && (behind.is_none() || is_punct(behind, ',')) {
                    while matches!(typed.last(), Some(TokenTree::Punct(_))) {
                        typed.pop();
                    }
                }
            }
            TokenTree::Group(group) if mention(group.stream(), MISSING) => {
                typed.push(with_stream(group, as_typed(group.stream())));
            }
            token => typed.push(token.clone()),
        }
    }
    typed.into_iter().collect()
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

#[cfg(test)]
mod tests {
    use super::*;

    fn check(change: fn(TokenStream) -> TokenStream, typed: TokenStream, expected: &TokenStream) {
        assert_eq!(change(typed).to_string(), expected.to_string());
    }

    fn statements(tokens: TokenStream) -> TokenStream {
        whole(tokens, true)
    }

    #[test]
    fn a_name_is_put_in_where_one_lacks() {
        check(statements, quote!(file.), &quote!(file.__defer_missing));
        check(statements, quote!(fs::), &quote!(fs::__defer_missing));
        check(statements, quote!(let = 3;), &quote!(let __defer_missing = 3;));
        check(statements, quote!(let n: = 3;), &quote!(let n: __defer_missing = 3;));
        check(
            statements,
            quote!(if { a() }),
            &quote!(if __defer_missing {
                a()
            }),
        );
        check(
            statements,
            quote!(match x { E:: => {} }),
            &quote!(match x {
                E::__defer_missing => {}
            }),
        );
    }

    #[test]
    fn what_was_put_in_goes_with_its_operator() {
        check(as_typed, quote!(f(a | __defer_missing)), &quote!(f(a)));
        check(as_typed, quote!(Some((a + __defer_missing,))), &quote!(Some((a,))));
        check(as_typed, quote!(a + __defer_missing; b), &quote!(a + ; b));
    }

    #[test]
    fn what_lacks_no_name_stays() {
        for typed in [
            quote!(for x in { a() } {
                b();
            }),
            quote!(let all = ..; let n: u32 = 3;),
            quote!(while let Some(x) = next() {
                x.0;
            }),
        ] {
            check(statements, typed.clone(), &typed);
        }
    }

    #[test]
    fn a_semicolon_is_put_between_statements() {
        check(statements, quote!(let n = x.len() f(n);), &quote!(let n = x.len(); f(n);));
    }

    #[test]
    fn a_site_is_no_field_of_what_is_on_the_line_ahead() {
        let apart_from_it = quote!({
            let n = x;
            defer!(f());
        });
        check(apart, quote!({ let n = x.defer!(f()); }), &apart_from_it);
        check(
            apart,
            quote!({
                let n = x.defer;
                !(f());
            }),
            &apart_from_it,
        );
        let a_field = quote!({
            x.defer;
            !done
        });
        check(apart, a_field.clone(), &a_field);
    }

    #[test]
    fn a_hidden_body_is_in_a_block_in_which_sites_are_known() {
        let whole = made_whole(quote!(fn f() -> Result<u32> __ra_fixup));
        let function: syn::ItemFn = syn::parse2(whole).expect("a function");
        assert_eq!(function.block.stmts.len(), 3);
        let operand = quote!(
            fn f() {
                a(1 + __ra_fixup)
            }
        );
        check(made_whole, operand.clone(), &operand);
    }
}
