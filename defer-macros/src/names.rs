//! Every name and path that generated code uses. Variables are `mixed_site`, so none can meet a name
//! of the user's; everything else is reached by the crate's absolute path, so no prelude is needed.

use std::sync::LazyLock;

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::{format_ident, quote};
use syn::Path;

use crate::site::SiteId;

/// The path of the runtime crate, as seen from the user's.
#[derive(Clone)]
pub(crate) struct Names {
    pub(crate) krate: Path,
}

impl Names {
    /// An item of the runtime's private module.
    pub(crate) fn private(&self, item: &str) -> TokenStream {
        let krate = &self.krate;
        let item = item.split("::").map(|name| Ident::new(name, Span::mixed_site()));
        quote!(#krate::__private #(::#item)*)
    }

    /// The same, with its errors reported at a token of the user's: all of it stands there, as an error
    /// about a call is shown from the first token of its path on.
    pub(crate) fn private_at(&self, item: &str, at: Span) -> TokenStream {
        let located = |mut token: TokenTree| {
            token.set_span(token.span().located_at(at));
            token
        };
        self.private(item).into_iter().map(located).collect()
    }
}

/// A value evaluated at the `defer!`: its role, and its place among those of the site.
/// Errors about its type are reported where it was written.
pub(crate) fn evaluated(role: &str, index: usize, at: Span) -> Ident {
    format_ident!("{role}{index}", span = Span::mixed_site().located_at(at))
}

/// Where a site keeps what it captured. Borrow errors speak of it by name, and at the user's token.
pub(crate) fn slot(site: SiteId, at: Span) -> Ident {
    format_ident!("deferred{}", site.0, span = Span::mixed_site().located_at(at))
}

/// The enum of the sites of one loop. An item's name has no hygiene, hence the underscores.
pub(crate) fn sites_enum(first: SiteId) -> Ident {
    format_ident!("__DeferSites{}", first.0, span = Span::mixed_site())
}

/// The variant of one site, and the type parameter for what it captures.
pub(crate) fn variant(site: SiteId) -> Ident {
    format_ident!("Site{}", site.0, span = Span::mixed_site())
}

pub(crate) fn captures_type(site: SiteId) -> Ident {
    format_ident!("Captures{}", site.0, span = Span::mixed_site())
}

/// A local of generated code.
pub(crate) fn local(name: &str) -> Ident {
    Ident::new(name, Span::mixed_site())
}

/// The same, where its type may not have what is asked of it: the outcome, or what deferred code that waits
/// ends with.
pub(crate) fn local_at(name: &str, at: Span) -> Ident {
    Ident::new(name, Span::mixed_site().located_at(at))
}

/// A place of the user's, for a closure or an async block of ours. What these capture is for the edition of
/// their span to say; where that would be whole variables, a field at a time is what they take in ours. Only
/// there, as rustc notes at each error in what is of our span that it is in an expansion.
pub(crate) fn capturing(at: Span) -> Span {
    // One compiler compiles one crate.
    static IS_OLD: LazyLock<bool> =
        LazyLock::new(|| std::env::args_os().any(|argument| argument == "--edition=2018"));
    if *IS_OLD { Span::mixed_site().located_at(at) } else { at }
}
