//! What runs at the exit: takes what is left of a site, gives it as statements, which ask the outcome what
//! they must, find the variables that are in homes, and see the items of inner blocks.

use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::{Attribute, ExprClosure, Pat, parse_quote};

use super::captures::{Captures, in_place};
use super::{Decided, joining};
use crate::names::{self, Names};
use crate::site::{Behind, Body, Placement, Site, SiteId, When};

/// The exit code of a site. `awaits`: it waits, and can.
pub(super) fn exit_code(
    id: SiteId,
    site: &Site,
    awaits: bool,
    decided: Decided<'_>,
) -> TokenStream {
    let (placement, names) = (&decided.found.placements[id.0], decided.names);
    let plan = &decided.planned.plans[id.0];
    let mut code = deferred(site, placement, awaits, names);
    if placement.is_unsafe.is_some() {
        code = quote!(#[allow(unused_unsafe)] unsafe { #code });
    }
    if site.when == When::OnFailure {
        let is_failure = names.private_at("is_failure", site.span);
        let asked = names::lent(&names::local("outcome"), site.span);
        let asks = quote_spanned!(site.span=> #is_failure(#asked));
        code = quote!(if #asks { #code });
    }
    if awaits {
        let frame = names::local("frame");
        code = quote!(if !#frame.is_dropped() { #code });
    }
    let lints: Vec<_> = site.attrs.iter().map(statement_attribute).collect();
    if !lints.is_empty() {
        code = quote!(#(#lints)* { #code });
    }
    let captures = Captures { id, site, plan, decided, in_place: in_place(id, decided) };
    let code = captures.finding_out(&code);
    // Each in a block of its own, as those of several blocks may have the same name.
    let items = plan.items.iter().rev();
    items.fold(code, |code, item| quote!({ #[allow(unused_imports, dead_code)] #item { #code } }))
}

fn deferred(site: &Site, placement: &Placement, awaits: bool, names: &Names) -> TokenStream {
    match (&site.body, placement.joins) {
        (Body::Call(call, Behind { awaits, joins }), _) => {
            let wait = awaits.map(|token| quote!(. #token));
            let call = quote!(#call #wait);
            match joins {
                None => quote_spanned!(Span::mixed_site()=> #call;),
                Some(question) => joining::call(&call, *question, names),
            }
        }
        (Body::Block(block), None) => {
            let stmts = &block.stmts;
            quote!(#(#stmts)*)
        }
        (Body::Block(block), Some(at)) => joining::block(None, block, at, awaits, names),
        (Body::Outcome(ExprClosure { inputs, body, .. }), joins) => {
            let handing = handing(site, inputs.first(), names);
            match joins {
                None => quote!(#handing #body;),
                Some(at) => joining::block(Some(&handing), body, at, awaits, names),
            }
        }
    }
}

/// Hands the outcome to a deferred closure: that of the function, where a turn or a block ends.
fn handing(site: &Site, parameter: Option<&Pat>, names: &Names) -> TokenStream {
    let (outcome, handed) = (names::local("outcome"), names::local("handed"));
    if site.marked.is_none() {
        return quote!(let #parameter = #outcome;);
    }
    let hand = names.private("Handed::new");
    quote!(let mut #handed = #hand(#outcome); let #parameter = #handed.outcome();)
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
