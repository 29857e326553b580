//! What a site captures: takes its plan, gives the values where it stands, the pattern that gets them back, and
//! what is found out between the rest and the exit code: whether a variable was copied or is handed over,
//! and what is in the homes. That is done ahead of the exit code where that runs once, so that it borrows
//! nothing but what the user's code does; where it may run again, or waits, it is done in it.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote, quote_spanned};

use crate::lower::Decided;
use crate::names;
use crate::site::{AtHome, Evaluated, Kind, Mechanism, Plan, Site, SiteId};
use crate::variable::VarId;

/// The captures of one site.
pub(super) struct Captures<'a> {
    pub(super) id: SiteId,
    pub(super) site: &'a Site,
    pub(super) plan: &'a Plan,
    pub(super) decided: Decided<'a>,
    /// Everything is found out in the exit code.
    pub(super) in_place: bool,
}

/// Whether what a site captures is found out in its exit code.
pub(super) fn in_place(id: SiteId, decided: Decided<'_>) -> bool {
    let is_heap = decided.verdicts[id.0].mechanism == Mechanism::Heap;
    is_heap || decided.found.placements[id.0].awaits
}

impl Captures<'_> {
    pub(super) fn is_empty(&self) -> bool {
        let at_home = self.firsts().next().is_some() || self.owned().next().is_some();
        self.site.now.is_empty() && self.plan.taken.is_empty() && !at_home
    }

    /// What goes along, as it is where the site stands: values that are evaluated, variables, and of those in
    /// homes that others may keep too, whether this site is the first to do so.
    pub(super) fn values(&self) -> TokenStream {
        let values = self.site.now.iter().map(|evaluated| evaluated.value.to_token_stream());
        let taken = self.plan.taken.iter().map(|taken| {
            let name = &self.decided.found.variables.get(taken.variable).name;
            // Its `mut` is for the exit code: without this, it would seem idle where it was written.
            if taken.mutated {
                quote_spanned!(names::ahead(name.span())=> { let _ = &mut #name; #name })
            } else {
                quote!(#name)
            }
        });
        let firsts = self.firsts().map(|id| self.keep(id));
        tuple(values.chain(taken).chain(firsts))
    }

    /// The statements that keep what the site owns.
    pub(super) fn keeps(&self) -> TokenStream {
        let owned = self.owned().filter(|it| !it.outermost);
        owned.map(|it| self.keep(it.variable)).map(|keep| quote!(#keep;)).collect()
    }

    /// Keeps the variable in its home for the exit, and tells whether nothing did so before.
    fn keep(&self, variable: VarId) -> TokenStream {
        let (keep, kept) = (self.decided.names.private("keep"), names::kept(variable));
        quote!(#keep(#kept))
    }

    /// The variable in whose homes the records are.
    pub(super) fn records(&self) -> Option<VarId> {
        let is_heap = self.decided.verdicts[self.id.0].mechanism == Mechanism::Heap;
        self.plan.records.filter(|_| is_heap)
    }

    /// The pattern that the exit code gets them by.
    pub(super) fn pattern(&self) -> TokenStream {
        if let Some(variable) = self.records() {
            return self.variable(variable);
        }
        if self.in_place || !self.has_to_find_out() {
            return self.captured(true);
        }
        let left = self.site.now.iter().map(evaluated);
        let firsts = self.firsts().map(|id| names::first(id).into_token_stream());
        let owned = self.owned().map(|it| self.variable(it.variable));
        tuple(left.chain(self.taken(true)).chain(firsts).chain(owned))
    }

    /// The captures in the slot as the exit code gets them, if there is anything to find out of them.
    pub(super) fn found_out(&self, slot: &TokenStream, is_armed: bool) -> Option<TokenStream> {
        if self.in_place || !self.has_to_find_out() {
            return None;
        }
        let names = self.decided.names;
        let [some, none, and_then] =
            ["Some", "None", "Option::and_then"].map(|it| names.private(it));
        let captured = self.captured(false);
        let left = self.site.now.iter().map(|it| self.handed_over(it));
        let firsts = self.firsts().map(|id| names::first(id).into_token_stream());
        let owned = self.owned().map(|it| self.alias(it.variable).into_token_stream());
        let all = tuple(left.chain(self.taken(false)).chain(firsts).chain(owned));
        let found = quote!(#some(#all));
        let found = self.with_homes(&found, self.owned(), Some(&quote!(#none)));
        let hands_over = self.site.now.iter().any(|it| self.is_handed_over(it));
        Some(if is_armed {
            // As certain to be there as the site is to be reached.
            quote!(match #slot { #captured => { #found } })
        } else if hands_over {
            // Only where the site was reached is anything moved.
            quote!(match #slot { #some(#captured) => { #found } #none => #none })
        } else {
            quote!(#and_then(#slot, |#captured| { #found }))
        })
    }

    /// The exit code, with what is still to be found out in it.
    pub(super) fn finding_out(&self, code: &TokenStream) -> TokenStream {
        if self.records().is_some() {
            return code.clone();
        }
        let all = self.in_place || !self.has_to_find_out();
        let homes = self.plan.homes.iter().filter(|it| all || !it.owned);
        self.with_homes(code, homes, None)
    }

    /// Runs the code with what is in the homes. Where something was taken away, it is passed over.
    fn with_homes<'h>(
        &self,
        code: &TokenStream,
        homes: impl Iterator<Item = &'h AtHome>,
        otherwise: Option<&TokenStream>,
    ) -> TokenStream {
        let (mut lefts, mut patterns, mut values) = (TokenStream::new(), Vec::new(), Vec::new());
        let names = self.decided.names;
        let some = names.private("Some");
        for AtHome { variable: id, owned, outermost } in homes {
            let left = names::left(*id);
            let variable = self.decided.found.variables.get(*id);
            let home = if *outermost { names::lease(variable) } else { names::home(*id) };
            if *owned {
                let leave = names.private("Keeps::leave");
                lefts.extend(quote!(let #left = #leave(&mut #home);));
                values.push(quote!(#left));
                let variable = self.variable(*id);
                patterns.push(quote!(#some(#variable)));
            } else {
                let first = names::first(*id).into_token_stream();
                let last = if *outermost { quote!(false) } else { first };
                let visit = names.private("Keeps::visit");
                lefts.extend(quote!(let mut #left = #visit(&mut #home, #last);));
                values.push(quote!(#left.get()));
                let alias = self.alias(*id);
                patterns.push(quote!(#some(#alias)));
            }
        }
        if values.is_empty() {
            return code.clone();
        }
        let otherwise = otherwise.map(|otherwise| quote!(else { #otherwise }));
        let many = values.len() > 1;
        let (pattern, value) = if many {
            (quote!((#(#patterns),*)), quote!((#(#values),*)))
        } else {
            (quote!(#(#patterns)*), quote!(#(#values)*))
        };
        quote! {
            #lefts
            #[allow(unused_mut, unused_variables)]
            if let #pattern = #value { #code } #otherwise
        }
    }

    /// Whether anything has to be found out ahead of the exit code.
    fn has_to_find_out(&self) -> bool {
        let handed_over = |it: &Evaluated| matches!(it.kind, Kind::HandedOver(_));
        self.site.now.iter().any(handed_over) || self.owned().next().is_some()
    }

    /// The pattern of all that was captured.
    pub(super) fn captured(&self, to_be_used: bool) -> TokenStream {
        let mutable =
            |it: &Evaluated| if to_be_used { evaluated(it) } else { it.name.to_token_stream() };
        let values = self.site.now.iter().map(mutable);
        let firsts = self.firsts().map(|id| names::first(id).into_token_stream());
        tuple(values.chain(self.taken(to_be_used)).chain(firsts))
    }

    /// Declares the other variables that the exit code mentions, by what `of` makes of their places where the
    /// site stands.
    pub(super) fn others(&self, of: impl Fn(&TokenStream) -> TokenStream) -> TokenStream {
        let mentioned = self.decided.planned.mentioned[self.id.0].iter();
        let is_taken = |id: &VarId| self.plan.taken.iter().any(|taken| taken.variable == *id);
        let others =
            mentioned.filter(move |id| !is_taken(id) && self.alias(**id) != "__defer_self");
        let declare = others.map(|id| {
            let (variable, alias) = (self.variable(*id), self.alias(*id));
            let value = match self.plan.homes.iter().find(|it| it.variable == *id) {
                None => of(&quote!(#alias)),
                Some(it) if it.owned => of(&quote!(*#alias)),
                Some(_) => {
                    let value = of(&quote!(*#alias));
                    quote!(&mut #value)
                }
            };
            quote!(let #variable = #value;)
        });
        declare.collect()
    }

    fn taken(&self, to_be_used: bool) -> impl Iterator<Item = TokenStream> {
        self.plan.taken.iter().map(move |taken| {
            let id = taken.variable;
            if to_be_used { self.variable(id) } else { self.alias(id).into_token_stream() }
        })
    }

    /// An evaluated value; of a variable that is handed over, what the exit code gets.
    fn handed_over(&self, evaluated: &Evaluated) -> TokenStream {
        let name = &evaluated.name;
        match evaluated.kind {
            Kind::HandedOver(id) if !self.is_at_home(id) => {
                let handed = self.decided.names.private("handed_over");
                let variable = match &evaluated.place {
                    Some(place) => place.to_token_stream(),
                    // It is where it was.
                    None => self.decided.found.variables.get(id).name.to_token_stream(),
                };
                quote!(#handed(#name, #variable))
            }
            _ => name.to_token_stream(),
        }
    }

    /// What the exit code gets of each variable that is handed over, in a witness of it.
    pub(super) fn handed_over_to_a_witness(&self) -> TokenStream {
        let found_out = self.site.now.iter().filter(|it| !self.in_place && self.is_handed_over(it));
        let [handed, any] = ["handed_over", "any"].map(|it| self.decided.names.private(it));
        let declare = found_out.map(|it| {
            let name = &it.name;
            quote!(let #name = #handed(#name, #any());)
        });
        declare.collect()
    }

    fn is_handed_over(&self, evaluated: &Evaluated) -> bool {
        matches!(evaluated.kind, Kind::HandedOver(id) if !self.is_at_home(id))
    }

    fn is_at_home(&self, id: VarId) -> bool {
        self.plan.homes.iter().any(|it| it.variable == id)
    }

    fn owned(&self) -> impl Iterator<Item = &AtHome> {
        self.plan.homes.iter().filter(|it| it.owned)
    }

    /// The variables that other sites may keep in their homes as well.
    fn firsts(&self) -> impl Iterator<Item = VarId> {
        let shared = self.plan.homes.iter().filter(|it| !it.owned && !it.outermost);
        shared.map(|it| it.variable)
    }

    fn alias(&self, id: VarId) -> Ident {
        names::alias(self.decided.found.variables.get(id))
    }

    /// The variable as a pattern.
    fn variable(&self, id: VarId) -> TokenStream {
        let alias = self.alias(id);
        let mutable = self.decided.found.variables.get(id).mutable;
        let mutable = mutable.then(|| quote_spanned!(names::ahead(alias.span())=> mut));
        quote!(#mutable #alias)
    }
}

/// A copy of a variable, or the variable itself.
pub(super) fn copy_or(known: &Ident, variable: &TokenStream, decided: Decided<'_>) -> TokenStream {
    let [some, none, known_copy] =
        ["Some", "None", "Now::copy"].map(|it| decided.names.private(it));
    let copy = names::local("copy");
    quote!(match #known_copy(#known) { #some(#copy) => #copy, #none => #variable })
}

fn evaluated(evaluated: &Evaluated) -> TokenStream {
    let name = &evaluated.name;
    let mutable = evaluated.mutable.then(|| quote_spanned!(names::ahead(name.span())=> mut));
    quote!(#mutable #name)
}

fn tuple(elements: impl Iterator<Item = TokenStream>) -> TokenStream {
    let elements: Vec<_> = elements.collect();
    let comma = (elements.len() == 1).then(|| quote!(,));
    quote!((#(#elements),* #comma))
}
