//! The sites of one level, with their parts ready to be put in place: takes a site and its plan, gives
//! what is captured where it stands, the pattern that gets it back, and the exit code as a closure.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::{Attribute, Expr, parse_quote};

use super::level::Exit;
use crate::names::{self, Names};
use crate::site::{Body, Mechanism, Placement, Reached, Site, SiteId, When};

/// The sites that open one level: one site, or all those of one outermost loop.
pub(super) struct Group<'a> {
    pub(super) sites: Vec<Member<'a>>,
    pub(super) in_loop: bool,
}

impl Group<'_> {
    /// What `#[cfg]`s leave out of a loop are the variants of single sites, not the records.
    pub(super) fn exit(&self, declare: TokenStream, after: TokenStream) -> Exit {
        let exit = self.sites[0].exit(declare, after);
        if self.in_loop { Exit { cfgs: Vec::new(), ..exit } } else { exit }
    }

    /// The name of its records.
    pub(super) fn records(&self) -> Ident {
        names::slot(self.sites[0].id, self.sites[0].site.span)
    }
}

/// A site of a group, with its parts ready to be put in place.
pub(super) struct Member<'a> {
    pub(super) id: SiteId,
    pub(super) site: &'a Site,
    pub(super) placement: &'a Placement,
    pub(super) mechanism: Mechanism,
    /// The exit code waits.
    pub(super) awaits: bool,
    /// The exit code, its own sites lowered.
    pub(super) exit: TokenStream,
}

impl Member<'_> {
    /// The values that go along, as they are evaluated where the site stands.
    pub(super) fn captures(&self) -> TokenStream {
        let plan = &self.placement.plan;
        let values = plan.now.iter().map(|evaluated| evaluated.value.to_token_stream());
        let taken = plan.taken.iter().map(|taken| {
            let name = &taken.name;
            // Its `mut` is for the exit code: without this, it would seem idle where it was written.
            if taken.mutated {
                quote_spanned!(name.span()=> { let _ = &mut #name; #name })
            } else {
                quote!(#name)
            }
        });
        tuple(values.chain(taken))
    }

    pub(super) fn captures_nothing(&self) -> bool {
        let plan = &self.placement.plan;
        plan.now.is_empty() && plan.taken.is_empty()
    }

    /// How a level ends after the exit code, and what keeps the captures until then.
    pub(super) fn exit(&self, declare: TokenStream, after: TokenStream) -> Exit {
        Exit { declare, after, cfgs: self.placement.cfgs.clone(), quiet: self.is_quiet() }
    }

    /// No code of the user's runs where the captures are declared: a name or a literal at most.
    fn is_quiet(&self) -> bool {
        let is_quiet = |value: &Expr| matches!(value, Expr::Path(_) | Expr::Lit(_));
        !self.is_armed_from_the_start()
            || self.placement.plan.now.iter().all(|evaluated| is_quiet(&evaluated.value))
    }

    /// The pattern that the exit code gets them by.
    pub(super) fn pattern(&self) -> TokenStream {
        let plan = &self.placement.plan;
        let mutable = |yes: bool, name: &Ident| yes.then(|| quote_spanned!(name.span()=> mut));
        let evaluated = plan.now.iter().map(|evaluated| {
            let (name, mutable) = (&evaluated.name, mutable(evaluated.mutable, &evaluated.name));
            quote!(#mutable #name)
        });
        let taken = plan.taken.iter().map(|taken| {
            let mut name = taken.name.clone();
            name.set_span(name.span().located_at(taken.bound));
            let mutable = mutable(taken.mutable, &name);
            quote!(#mutable #name)
        });
        tuple(evaluated.chain(taken))
    }

    /// Not every name taken along is used after all, and not every `mut` is needed again; and a variable that
    /// keeps its name is meant to hide itself.
    pub(super) fn allowance(&self) -> Option<TokenStream> {
        let plan = &self.placement.plan;
        let idle = !plan.taken.is_empty() || plan.now.iter().any(|evaluated| evaluated.mutable);
        let own = plan.now.iter().any(|evaluated| evaluated.own);
        let idle = idle.then(|| quote!(#[allow(unused_mut, unused_variables)]));
        let own = own.then(|| quote!(#[allow(clippy::shadow_unrelated)]));
        (idle.is_some() || own.is_some()).then(|| quote!(#idle #own))
    }

    /// The statement that takes the captures apart.
    pub(super) fn unpack(&self, captures: &Ident) -> TokenStream {
        let (allowance, pattern) = (self.allowance(), self.pattern());
        quote!(#allowance let #pattern = #captures;)
    }

    /// `|captures, outcome| exit code`.
    pub(super) fn exit_closure(&self) -> TokenStream {
        let (allowance, pattern, exit) = (self.allowance(), self.pattern(), &self.exit);
        let outcome = self.sight().parameter().map(|outcome| quote!(, #outcome));
        quote_spanned!(names::capturing(self.site.span)=> |#allowance #pattern #outcome| { #exit })
    }

    /// What the exit code asks to see.
    pub(super) fn sight(&self) -> Sight {
        let asks = match &self.placement.plan.exit {
            Body::Call(_, behind) => behind.joins.is_some(),
            Body::Block(_) => self.placement.joins.is_some(),
            Body::Outcome(_) => return Sight::Handles,
        };
        if asks || self.site.when == When::OnFailure { Sight::Sees } else { Sight::Blind }
    }

    pub(super) fn is_armed_from_the_start(&self) -> bool {
        matches!(self.placement.reached, Reached::Directly) && self.placement.cfgs.is_empty()
    }

    /// The attributes that belong on each statement made of the site.
    pub(super) fn attributes(&self) -> Vec<Attribute> {
        self.site.attrs.iter().map(statement_attribute).collect()
    }
}

/// How much exit code sees of the outcome.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Sight {
    Blind,
    Sees,
    Handles,
}

impl Sight {
    /// The mechanism's function for it.
    pub(super) fn function(self, mechanism: &str, names: &Names) -> TokenStream {
        names.private(&match self {
            Sight::Blind => mechanism.to_owned(),
            Sight::Sees => format!("{mechanism}_seeing"),
            Sight::Handles => format!("{mechanism}_handling"),
        })
    }

    /// The exit code's parameter.
    pub(super) fn parameter(self) -> Option<TokenStream> {
        let outcome = names::local("outcome");
        (self != Sight::Blind).then(|| quote!(#[allow(unused_mut)] mut #outcome))
    }
}

/// An expectation would be checked once for each statement, so it is an `allow` there.
pub(super) fn statement_attribute(attribute: &Attribute) -> Attribute {
    match &attribute.meta {
        syn::Meta::List(list) if attribute.path().is_ident("expect") => {
            let lints = &list.tokens;
            parse_quote!(#[allow(#lints)])
        }
        _ => attribute.clone(),
    }
}

fn tuple(elements: impl Iterator<Item = TokenStream>) -> TokenStream {
    let elements: Vec<_> = elements.collect();
    let comma = (elements.len() == 1).then(|| quote!(,));
    quote!((#(#elements),* #comma))
}
