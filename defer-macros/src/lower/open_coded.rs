//! The open-coded mechanism: exit code at the exits, what the site captured in a plain local.
//!
//! ```text
//! // Input                          // Output
//! if c {                            let mut deferred0 = None;
//!     defer!(release(x));           … || { if c { deferred0 = Some((x,)); } rest } …
//! }                                 leave(ended, &mut slot, deferred0, |(arg0,)| { release(arg0); })
//! rest
//! ```

use proc_macro2::TokenStream;
use quote::{ToTokens, quote, quote_spanned};

use super::level::Exit;
use super::member::Member;
use super::unsafe_code::witnessed;
use crate::names::{self, Names};

/// The site's exit code.
pub(super) fn exit(member: &Member<'_>, names: &Names) -> Exit {
    let is_armed = member.is_armed_from_the_start();
    let slot = names::slot(member.id, member.site.span).to_token_stream();
    let found = member.captures().found_out(&slot, is_armed);
    let declare =
        if is_armed && found.is_some() { member.bare_captures() } else { declare(member, names) };
    member.exit_once(declare, found.unwrap_or(slot))
}

/// The slot, ahead of the statement that holds the site.
pub(super) fn declare(member: &Member<'_>, names: &Names) -> TokenStream {
    let slot = names::slot(member.id, member.site.span);
    if !member.is_armed_from_the_start() {
        let none = names.private("None");
        return quote_spanned!(names::ahead(member.site.span)=> let mut #slot = #none;);
    }
    let (some, captures) = (names.private("Some"), member.captures().values());
    let attributes = member.attributes();
    quote!(#(#attributes)* let #slot = #some(#captures);)
}

/// The statement that makes the site pending.
pub(super) fn arm(member: &Member<'_>, names: &Names) -> TokenStream {
    let slot = names::slot(member.id, member.site.span);
    let some = names.private_at("Some", member.site.span);
    let (witness, captures) = witnessed(member, member.captures().values());
    let keeps = member.captures().keeps();
    quote_spanned!(member.site.span=> #witness #keeps #slot = #some(#captures);)
}
