//! The sites of one level, with their parts ready to be put in place: takes a site and its plan, gives
//! what is captured where it stands, the pattern that gets it back, and the exit code as a closure.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::{Attribute, Expr};

use super::Decided;
use super::captures::{Captures, in_place};
use super::exit_code::{exit_code, statement_attribute};
use super::level::{Code, Exit};
use super::sight::Sight;
use crate::names::{self, Names};
use crate::site::{
    AtHome, Body, Evaluated, Kind, Mechanism, Placement, Plan, Reached, Site, SiteId, When,
};

/// The sites that open one level: one site, or all those of one outermost loop.
pub(super) struct Group<'a> {
    pub(super) sites: Vec<Member<'a>>,
    pub(super) in_loop: bool,
}

impl Group<'_> {
    /// The name of its records.
    pub(super) fn records(&self) -> Ident {
        let first = &self.sites[0];
        first
            .captures()
            .records()
            .map_or_else(|| names::slot(first.id, first.site.span), names::home)
    }
}

/// A site of a group, with its parts ready to be put in place.
pub(super) struct Member<'a> {
    pub(super) id: SiteId,
    pub(super) site: Site,
    pub(super) placement: &'a Placement,
    pub(super) plan: &'a Plan,
    pub(super) decided: Decided<'a>,
    pub(super) mechanism: Mechanism,
    /// The exit code waits.
    pub(super) awaits: bool,
    /// The exit code, its own sites lowered.
    pub(super) exit: TokenStream,
}

impl<'a> Member<'a> {
    /// The homes of the variables that its records are the first to keep.
    pub(super) fn homes_of_its_own(&self) -> impl Iterator<Item = Ident> {
        let first = |at_home: &&AtHome| {
            let home = &self.decided.planned.homes[&at_home.variable];
            !home.outermost && home.sites[0] == self.id
        };
        self.plan.homes.iter().filter(first).map(|at_home| names::home(at_home.variable))
    }

    pub(super) fn new(id: SiteId, site: Site, waits: bool, decided: Decided<'a>) -> Self {
        let placement = &decided.found.placements[id.0];
        let plan = &decided.planned.plans[id.0];
        let mechanism = decided.verdicts[id.0].mechanism;
        // An `.await` where nothing can wait is rustc's to refuse.
        let awaits = waits && placement.awaits;
        let exit = exit_code(id, &site, awaits, decided);
        Self { id, site, placement, plan, decided, mechanism, awaits, exit }
    }
}

impl Member<'_> {
    /// What it captures.
    pub(super) fn captures(&self) -> Captures<'_> {
        let (site, plan, decided) = (&self.site, self.plan, self.decided);
        Captures { id: self.id, site, plan, decided, in_place: in_place(self.id, decided) }
    }

    /// What is captured for certain, on its own.
    pub(super) fn bare_captures(&self) -> TokenStream {
        let slot = names::slot(self.id, self.site.span);
        let (values, attributes) = (self.captures().values(), self.attributes());
        quote!(#(#attributes)* let #slot = #values;)
    }

    /// The exit code, and what keeps the captures until then.
    pub(super) fn exit(&self, declare: TokenStream, code: Code) -> Exit {
        Exit { declare, code, quiet: self.is_quiet() }
    }

    /// Exit code that is given what was captured, if the site was reached.
    pub(super) fn exit_once(&self, declare: TokenStream, captures: TokenStream) -> Exit {
        let (sight, closure) = (self.sight(), self.exit_closure());
        self.exit(declare, Code::Once { sight, captures, closure })
    }

    /// Whether the site is reached for certain, and captures nothing.
    pub(super) fn keeps_nothing(&self) -> bool {
        self.is_armed_from_the_start() && self.captures().is_empty()
    }

    /// Exit code of a site that keeps nothing.
    pub(super) fn exit_for_certain(&self, names: &Names) -> Exit {
        if self.sight() == Sight::Blind {
            let code = Code::Certain { bars: self.bars(), body: self.exit_body() };
            return self.exit(TokenStream::new(), code);
        }
        let some = names.private("Some");
        self.exit_once(TokenStream::new(), quote!(#some(())))
    }

    /// No code of the user's runs where the captures are declared: a name or a literal at most.
    fn is_quiet(&self) -> bool {
        let is_quiet = |it: &Evaluated| {
            matches!(it.kind, Kind::HandedOver(_))
                || matches!(it.value, Expr::Path(_) | Expr::Lit(_))
        };
        !self.is_armed_from_the_start() || self.site.now.iter().all(is_quiet)
    }

    /// Not every name taken along is used after all, and not every `mut` is needed again; and a variable that
    /// keeps its name is meant to hide itself.
    pub(super) fn allowance(&self) -> Option<TokenStream> {
        let mutable = self.site.now.iter().any(|evaluated| evaluated.mutable);
        let idle = mutable || !self.plan.taken.is_empty() || !self.plan.homes.is_empty();
        let own = self.site.now.iter().any(|evaluated| evaluated.kind == Kind::Own);
        let idle = idle.then(|| quote!(#[allow(unused_mut, unused_variables)]));
        let own = own.then(|| quote!(#[allow(clippy::shadow_unrelated)]));
        (idle.is_some() || own.is_some()).then(|| quote!(#idle #own))
    }

    /// The statement that takes the captures apart.
    pub(super) fn unpack(&self, captures: &Ident) -> TokenStream {
        let (allowance, pattern) = (self.allowance(), self.captures().pattern());
        quote!(#allowance let #pattern = #captures;)
    }

    /// `|captures, outcome| exit code`.
    pub(super) fn exit_closure(&self) -> TokenStream {
        let (allowance, pattern) = (self.allowance(), self.captures().pattern());
        let outcome = self.sight().parameter().map(|outcome| quote!(, #outcome));
        let body = self.exit_body();
        quote_spanned!(self.bars()=> |#allowance #pattern #outcome| #body)
    }

    /// Where the bars of the exit code's closure stand.
    fn bars(&self) -> Span {
        names::capturing(self.site.span)
    }

    fn exit_body(&self) -> TokenStream {
        let exit = &self.exit;
        // What joins is in a closure of its own, with these braces.
        let joins = matches!(self.site.body, Body::Block(_)) && self.placement.joins.is_some();
        let span = if joins { Span::mixed_site() } else { self.site.group };
        quote_spanned!(span=> { #exit })
    }

    /// What the exit code asks to see.
    pub(super) fn sight(&self) -> Sight {
        let asks = match &self.site.body {
            Body::Call(_, behind) => behind.joins.is_some(),
            Body::Block(_) => self.placement.joins.is_some(),
            Body::Outcome(_) => return Sight::Handles,
        };
        if asks || self.site.when == When::OnFailure { Sight::Sees } else { Sight::Blind }
    }

    pub(super) fn is_armed_from_the_start(&self) -> bool {
        matches!(self.placement.reached, Reached::Directly)
    }

    /// The attributes that belong on each statement made of the site.
    pub(super) fn attributes(&self) -> Vec<Attribute> {
        self.site.attrs.iter().map(statement_attribute).collect()
    }
}
