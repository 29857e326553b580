//! How a site is known, as it was written and once a marker stands for it.
//!
//! A marker's number is in a group that nobody sees. `fragments` leaves none of these, so nobody else has
//! written it.

use proc_macro2::{Delimiter, Group, Literal, Span, TokenStream, TokenTree};
use quote::ToTokens;
use syn::token::Paren;
use syn::{Ident, Macro, MacroDelimiter, Stmt, StmtMacro, Token};

use super::{known, tokens};
use crate::site::{SiteId, When};

/// The path of the macro that stands where a site was.
pub(super) const MARKER: &str = "__defer_site";

/// The site that stands here, if one does.
pub(crate) fn marker(stmt: &Stmt) -> Option<SiteId> {
    let Stmt::Macro(StmtMacro { mac, .. }) = stmt else { return None };
    if !mac.path.is_ident(MARKER) {
        return None;
    }
    hidden_number(mac.tokens.clone().into_iter().next()).map(SiteId)
}

/// What stands for a site.
pub(super) fn mark(id: SiteId) -> Macro {
    Macro {
        path: Ident::new(MARKER, Span::mixed_site()).into(),
        bang_token: Token![!](Span::mixed_site()),
        delimiter: MacroDelimiter::Paren(Paren::default()),
        tokens: TokenTree::from(hide(id.0)).into(),
    }
}

/// A number that no user writes.
pub(super) fn hide(number: usize) -> Group {
    let number = TokenTree::from(Literal::usize_unsuffixed(number));
    Group::new(Delimiter::None, TokenStream::from(number))
}

/// The same, read back.
pub(super) fn hidden_number(token: Option<TokenTree>) -> Option<usize> {
    match token {
        Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::None => {
            group.stream().into_iter().next()?.to_string().parse().ok()
        }
        _ => None,
    }
}

/// Where a statement ends. Of a marker only the semicolon is written.
pub(crate) fn end(stmt: &Stmt) -> Option<Span> {
    match stmt {
        Stmt::Macro(StmtMacro { semi_token: Some(end), .. }) if marker(stmt).is_some() => {
            Some(end.span)
        }
        stmt => tokens::end(stmt.to_token_stream()),
    }
}

/// Whether this is one of ours: `defer!` alone, or by the runtime crate's path. Another crate's
/// `defer!` is told apart by its path.
pub(crate) fn which(mac: &Macro) -> Option<When> {
    let ours = known::is_ours(&mac.path);
    match mac.path.segments.last()?.ident.to_string().as_str() {
        "defer" if ours => Some(When::Always),
        "errdefer" if ours => Some(When::OnFailure),
        _ => None,
    }
}
