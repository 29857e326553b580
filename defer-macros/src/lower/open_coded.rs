//! The open-coded mechanism: exit code at the exits, what the site captured in a plain local.
//!
//! ```text
//! // Input                          // Output
//! if c {                            let mut slot0 = None;
//!     defer!(release(x));           open_coded(
//! }                                     run(|| { if c { slot0 = Some((x,)); } rest }),
//! rest                                  slot0,
//!                                       |(arg0,)| { release(arg0); },
//!                                   )
//! ```

use proc_macro2::TokenStream;
use quote::{ToTokens, quote, quote_spanned};

use super::level::Level;
use super::member::Member;
use crate::names::{self, Names};

/// The level that the site opens around the rest of the frame.
pub(super) fn level(member: &Member<'_>, level: &Level<'_>) -> TokenStream {
    let open_coded = member.sight().function("open_coded", level.names);
    let exit = member.exit_closure();
    let idle = member.is_armed_from_the_start() && member.captures_nothing();
    let (declare, slot) = if idle {
        let some = level.names.private("Some");
        (TokenStream::new(), quote!(#some(())))
    } else {
        (declare(member, level.names), names::slot(member.id, member.site.span).to_token_stream())
    };
    level.finish(member, &declare, |ended| quote!(#open_coded(#ended, #slot, #exit)))
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
    let (some, captures) = (names.private("Some"), member.captures());
    quote_spanned!(member.site.span=> #slot = #some(#captures);)
}
