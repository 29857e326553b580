//! The open-coded mechanism: exit code at the exits, what the site captured in a plain local.
//!
//! ```text
//! // Input                          // Output
//! if c {                            let mut deferred0 = None;
//!     defer!(release(x));           open_coded(
//! }                                     run(|| { if c { deferred0 = Some((x,)); } rest }),
//! rest                                  deferred0,
//!                                       |(arg0,)| { release(arg0); },
//!                                   )
//! ```

use proc_macro2::TokenStream;
use quote::{ToTokens, quote, quote_spanned};

use super::level::Exit;
use super::member::Member;
use crate::names::{self, Names};

/// The site's exit code.
pub(super) fn exit(member: &Member<'_>, names: &Names) -> Exit {
    let open_coded = member.sight().function("open_coded", names);
    let (ended, closure) = (names::local("ended"), member.exit_closure());
    let (declare, slot) = if member.is_armed_from_the_start() && member.captures_nothing() {
        let some = names.private("Some");
        (TokenStream::new(), quote!(#some(())))
    } else {
        let slot = names::slot(member.id, member.site.span);
        (declare(member, names), slot.to_token_stream())
    };
    member.exit(declare, quote!(#open_coded(#ended, #slot, #closure)))
}

/// The slot, ahead of the statement that holds the site.
pub(super) fn declare(member: &Member<'_>, names: &Names) -> TokenStream {
    let slot = names::slot(member.id, member.site.span);
    if !member.is_armed_from_the_start() {
        let none = names.private("None");
        return quote_spanned!(member.site.span=> let mut #slot = #none;);
    }
    let (some, captures) = (names.private("Some"), member.captures());
    let attributes = member.attributes();
    quote!(#(#attributes)* let #slot = #some(#captures);)
}

/// The statement that makes the site pending.
pub(super) fn arm(member: &Member<'_>, names: &Names) -> TokenStream {
    let slot = names::slot(member.id, member.site.span);
    let (some, captures) = (names.private_at("Some", member.site.span), member.captures());
    quote_spanned!(member.site.span=> #slot = #some(#captures);)
}
