//! How a site is known, as it was written and once a marker stands for it.

use proc_macro2::Span;
use quote::ToTokens;
use syn::{LitInt, Macro, Stmt, StmtMacro};

use super::{known, tokens};
use crate::site::{SiteId, When};

/// The path of the macro that stands where a site was.
pub(crate) const MARKER: &str = "__defer_site";

/// The site that stands here, if one does.
pub(crate) fn marker(stmt: &Stmt) -> Option<SiteId> {
    let Stmt::Macro(StmtMacro { mac, .. }) = stmt else { return None };
    if !mac.path.is_ident(MARKER) {
        return None;
    }
    syn::parse2::<LitInt>(mac.tokens.clone()).ok()?.base10_parse().ok().map(SiteId)
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
