//! Deferred code that was written inside `unsafe { … }`: takes a site and what it captures, gives what stands
//! at the site, so that rustc judges the user's `unsafe` as if the exit code were in it.
//!
//! The exit code is in an `unsafe` of its own, of which nothing is said. Whether it needed one shows at the
//! site: it stands there once more, where it is never reached, on variables of the same types.

use proc_macro2::TokenStream;
use quote::quote;
use syn::visit::{self, Visit};

use super::member::Member;
use crate::names;
use crate::site::Body;

/// The captures by a name, and what keeps the user's `unsafe` from being called unnecessary.
pub(super) fn witnessed(member: &Member<'_>, values: TokenStream) -> (TokenStream, TokenStream) {
    if member.placement.is_unsafe.is_none() {
        return (TokenStream::new(), values);
    }
    let captured = names::local("captured");
    let declare = quote!(let #captured = #values;);
    let Some(witness) = witness(member) else { return (declare, quote!(#captured)) };
    (quote!(#declare #witness), quote!(#captured))
}

fn witness(member: &Member<'_>) -> Option<TokenStream> {
    let deferred = match &member.site.body {
        Body::Call(call, behind) if behind.awaits.is_none() => quote!(#call),
        Body::Block(block) if member.placement.joins.is_none() && !declares(block) => {
            quote!(#block)
        }
        _ => return None,
    };
    let [type_of, value_of] = ["type_of", "value_of"].map(|it| member.decided.names.private(it));
    let captured = names::local("captured");
    let pattern = member.captures().captured(true);
    let handed_over = member.captures().handed_over_to_a_witness();
    let others = member.captures().others(|place| quote!(#value_of(#type_of(&#place))));
    Some(quote! {
        #[allow(warnings, unused, clippy::all, clippy::pedantic)]
        loop {
            break;
            let #pattern = #value_of(#type_of(&#captured));
            #handed_over
            #others
            let _ = || { #deferred; };
        }
    })
}

/// Whether the block has items, of which there must not be two, or sites of its own.
fn declares(block: &syn::Block) -> bool {
    struct Items(bool);
    impl<'ast> Visit<'ast> for Items {
        fn visit_item(&mut self, _: &'ast syn::Item) {
            self.0 = true;
        }
        fn visit_expr(&mut self, expr: &'ast syn::Expr) {
            self.0 |= matches!(expr, syn::Expr::Verbatim(_));
            visit::visit_expr(self, expr);
        }
    }
    let mut items = Items(false);
    items.visit_block(block);
    items.0
}
