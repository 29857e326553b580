//! Every name and path that generated code uses. Variables are `mixed_site`, so none can meet a name
//! of the user's; everything else is reached by the crate's absolute path, so no prelude is needed.

use std::borrow::Cow;
use std::sync::LazyLock;

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, TokenStreamExt, format_ident, quote, quote_spanned};
use syn::{Expr, Lifetime, Path, Token, parse_quote_spanned};

use crate::site::{Site, SiteId};
use crate::variable::{Nature, VarId, Variable};

/// The path of the runtime crate, as seen from the user's.
#[derive(Clone)]
pub(crate) struct Names {
    pub(crate) krate: Path,
    /// The path of its private module.
    private: Vec<TokenTree>,
}

impl Names {
    /// What is known of a variable at this place: a copy, if its type has them. Of a closure, nothing.
    pub(crate) fn now(&self, place: &Expr, nature: Nature, at: Span) -> Expr {
        if nature == Nature::Closure {
            let later = self.private_at("later", at);
            return parse_quote_spanned!(at=> #later(&#place));
        }
        let (now, arg) = (self.private_at("How::now", at), self.private_at("Arg", at));
        let how = Ident::new("__defer_how", Span::mixed_site());
        parse_quote_spanned!(at=> #now(#arg(&#place).#how(), &#place))
    }

    /// What the sites are called, where they were written: an editor tells by it what that is.
    pub(crate) fn words(&self, sites: &[Site]) -> TokenStream {
        let krate = &self.krate;
        let words = sites.iter().map(|site| Ident::new(site.when.word(), site.span));
        quote!(#[allow(unused_imports)] const _: () = { #({ use #krate::#words; })* };)
    }

    pub(crate) fn of(krate: Path) -> Self {
        let private = quote!(#krate::__private).into_iter().collect();
        Self { krate, private }
    }

    /// An item of the runtime's private module.
    pub(crate) fn private<'a>(&'a self, item: impl Into<Cow<'a, str>>) -> Private<'a> {
        Private { module: &self.private, item: item.into(), at: None }
    }

    /// The same, with its errors reported at a token of the user's: all of it stands there, as an error
    /// about a call is shown from the first token of its path on.
    pub(crate) fn private_at<'a>(&'a self, item: &'a str, at: Span) -> Private<'a> {
        self.private(item).at(at)
    }

    /// A macro of it, for which the user's place is where it is called.
    pub(crate) fn as_if_written(&self, name: &str, at: Span) -> Path {
        let (krate, name) = (&self.krate, Ident::new(name, at));
        let here = |mut token: TokenTree| {
            token.set_span(at);
            token
        };
        let path = quote!(#krate::__private::#name).into_iter().map(here);
        syn::parse_quote!(#(#path)*)
    }
}

/// A path of the runtime's. Token by token, as a stream that is put into another is copied by the compiler.
pub(crate) struct Private<'a> {
    module: &'a [TokenTree],
    item: Cow<'a, str>,
    at: Option<Span>,
}

impl Private<'_> {
    pub(crate) fn at(self, at: Span) -> Self {
        Self { at: Some(at), ..self }
    }
}

impl ToTokens for Private<'_> {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let ours = Span::mixed_site();
        let edges = self.at.map(|at| [ahead(at), behind(at)].map(|edge| ours.located_at(edge)));
        let [ahead, behind] = edges.unwrap_or([ours, ours]);
        for mut token in self.module.iter().cloned() {
            if edges.is_some() {
                token.set_span(token.span().located_at(ahead));
            }
            tokens.append(token);
        }
        let mut names = self.item.split("::").peekable();
        while let Some(name) = names.next() {
            Token![::](ahead).to_tokens(tokens);
            tokens.append(Ident::new(name, if names.peek().is_some() { ahead } else { behind }));
        }
    }
}

/// The place ahead of a token, which has no width. Code of ours from there to [`behind`] the token is shown at
/// the token by a compiler, and none of it is what an editor takes the token for: so it must not have the
/// token's own place, unless it is a group.
pub(crate) fn ahead(at: Span) -> Span {
    edge(at, proc_macro::Span::start)
}

/// The place behind a token.
pub(crate) fn behind(at: Span) -> Span {
    edge(at, proc_macro::Span::end)
}

/// Tests of the macro run where there are no places.
fn edge(at: Span, edge: fn(&proc_macro::Span) -> proc_macro::Span) -> Span {
    if proc_macro::is_available() { edge(&at.unwrap()).into() } else { at }
}

/// A name of ours where a token of the user's stands: in a group, which no tool takes for the token.
pub(crate) fn standing(name: &Ident, at: Span) -> TokenStream {
    let mut name = name.clone();
    name.set_span(name.span().located_at(ahead(at)));
    quote_spanned!(Span::mixed_site().located_at(at)=> (#name))
}

/// `&mut name`, to be shown at a token of the user's.
pub(crate) fn lent(name: &Ident, at: Span) -> TokenStream {
    let name = standing(name, at);
    quote_spanned!(Span::mixed_site().located_at(ahead(at))=> &mut #name)
}

/// A value evaluated at the `defer!`: its role, and its place among those of the site.
/// Errors about its type are reported where it was written.
pub(crate) fn evaluated(role: &str, index: usize, at: Span) -> Ident {
    format_ident!("__defer_{role}{index}", span = Span::mixed_site().located_at(at))
}

/// Where a site keeps what it captured. Borrow errors speak of it by name, and at the user's token.
pub(crate) fn slot(site: SiteId, at: Span) -> Ident {
    format_ident!("__deferred{}", site.0, span = Span::mixed_site().located_at(at))
}

/// Where a variable of an inner block lives from its first site on.
pub(crate) fn home(variable: VarId) -> Ident {
    format_ident!("__defer_home{}", variable.0, span = Span::mixed_site())
}

/// Whether its value stays there for the exit.
pub(crate) fn kept(variable: VarId) -> Ident {
    format_ident!("__defer_kept{}", variable.0, span = Span::mixed_site())
}

/// Whether a site was the first to keep the variable.
pub(crate) fn first(variable: VarId) -> Ident {
    format_ident!("__defer_first{}", variable.0, span = Span::mixed_site())
}

/// What the exit code finds in the variable's home.
pub(crate) fn left(variable: VarId) -> Ident {
    format_ident!("__defer_left{}", variable.0, span = Span::mixed_site())
}

/// By what the code behind reaches it. Errors speak of it as of the variable.
pub(crate) fn lease(variable: &Variable) -> Ident {
    let at = Span::mixed_site().located_at(variable.name.span());
    let mut lease = alias(variable);
    lease.set_span(at);
    lease
}

/// What stands for the variable in its home: its own name, which `self` cannot be.
pub(crate) fn alias(variable: &Variable) -> Ident {
    if variable.name == "self" {
        return Ident::new("__defer_self", variable.name.span());
    }
    variable.name.clone()
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

/// A type that stands for a place.
pub(crate) fn here() -> Ident {
    Ident::new("__DeferHere", Span::mixed_site())
}

/// A local of generated code.
pub(crate) fn local(name: &str) -> Ident {
    local_at(name, Span::mixed_site())
}

/// The same, where its type may not have what is asked of it: the outcome, or what deferred code that waits
/// ends with.
pub(crate) fn local_at(name: &str, at: Span) -> Ident {
    Ident::new(&format!("__defer_{name}"), Span::mixed_site().located_at(at))
}

/// A place of the user's, for a closure or an async block of ours. What these capture is for the edition of
/// their span to say; where that would be whole variables, a field at a time is what they take in ours. Only
/// there, as rustc notes at each error in what is of our span that it is in an expansion.
pub(crate) fn capturing(at: Span) -> Span {
    if captures_fields(at) { at } else { Span::mixed_site().located_at(at) }
}

/// A label that may stay unused.
pub(crate) fn label(role: &str, at: Span) -> Lifetime {
    Lifetime::new(&format!("'__defer_{role}"), ahead(at))
}

/// A block from this token of the user's to that one, which no two tokens of a group's own could say.
pub(crate) fn spanning(from: Span, to: Span, body: &TokenStream) -> TokenStream {
    let label = label("written", from);
    let block = quote_spanned!(to=> { #body });
    quote!(#label: #block)
}

/// Whether closures of this place are known to capture fields. There is no way to ask a place for its
/// edition: that of the crate is on the command line, and a macro may be of another crate.
fn captures_fields(at: Span) -> bool {
    edition().is_some_and(|edition| !matches!(edition, "2015" | "2018")) && is_written_here(at)
}

/// Whether `::core` may be nothing: paths began at the crate's root, and no edition said is this one.
pub(crate) fn paths_begin_at_the_root() -> bool {
    edition().is_none_or(|edition| edition == "2015")
}

/// The crate's edition, if it was said.
fn edition() -> Option<&'static str> {
    // One compiler compiles one crate.
    static EDITION: LazyLock<Option<String>> = LazyLock::new(|| {
        let mut arguments = std::env::args();
        let mut edition = None;
        while let Some(argument) = arguments.next() {
            match argument.strip_prefix("--edition") {
                Some("") => edition = arguments.next(),
                Some(value) => edition = value.strip_prefix('=').map(str::to_owned),
                None => {}
            }
        }
        edition
    });
    EDITION.as_deref()
}

/// Whether a token is the user's, and no macro's.
fn is_written_here(at: Span) -> bool {
    format!("{at:?}").starts_with("#0 ")
}
