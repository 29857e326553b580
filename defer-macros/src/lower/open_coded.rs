//! The open-coded mechanism: exit code at the exits, what the site captured in a plain local.
//!
//! ```text
//! // Input                          // Output
//! if c {                            let mut slot0 = None;
//!     defer!(release(x));           open_coded(
//! }                                     run(|| { if c { slot0 = Some((x,)); } rest }),
//! rest                                  slot0,
//!                                       |(arg0,), _| { release(arg0); },
//!                                   )
//! ```

use proc_macro2::TokenStream;
use quote::quote;

use super::{Member, finish};
use crate::names::{self, Names};

/// The level that the site opens around the rest of the frame.
pub(super) fn level(member: &Member<'_>, rest: &TokenStream, names: &Names) -> TokenStream {
    let (open_coded, exit) = (names.private("open_coded"), member.exit_closure());
    let (slot, attributes) = (names::slot(member.id, member.site.span), member.attributes());
    let (some, none) = (names.private("Some"), names.private("None"));
    if !member.is_armed_from_the_start() {
        let declare = quote!(let mut #slot = #none;);
        return finish(
            member,
            names,
            &declare,
            rest,
            |rest| quote!(#open_coded(#rest, #slot, #exit)),
        );
    }
    if member.captures_nothing() {
        return quote!(#open_coded(#rest, #some(()), #exit));
    }
    let captures = member.captures();
    quote! {
        #(#attributes)*
        let #slot = #some(#captures);
        #open_coded(#rest, #slot, #exit)
    }
}

/// The statement that makes the site pending.
pub(super) fn arm(member: &Member<'_>, names: &Names) -> TokenStream {
    let (slot, some, captures) =
        (names::slot(member.id, member.site.span), names.private("Some"), member.captures());
    quote!(#slot = #some(#captures);)
}
