//! The stack-allocated mechanism: a record in the frame, one copy of the exit code for all exits.
//!
//! ```text
//! // Input                          // Output
//! if c {                            let mut deferred0 = StackRecord::empty();
//!     defer!(release(x));           … || { if c { deferred0.arm((x,)); } rest } …
//! }                                 leave(ended, &mut slot, deferred0.into_captures(),
//! rest                                  |(arg0,)| { release(arg0); })
//! ```

use proc_macro2::TokenStream;
use quote::{ToTokens, quote, quote_spanned};

use super::level::Exit;
use super::member::Member;
use super::unsafe_code::witnessed;
use crate::names::{self, Names};

/// The site's exit code.
pub(super) fn exit(member: &Member<'_>, names: &Names) -> Exit {
    let record = names::slot(member.id, member.site.span);
    let is_armed = member.is_armed_from_the_start();
    let captures = quote!(#record.into_captures());
    let held = if is_armed { record.to_token_stream() } else { captures.clone() };
    let Some(found) = member.captures().found_out(&held, is_armed) else {
        return member.exit_once(declare(member, names), captures);
    };
    let declare = if is_armed { member.bare_captures() } else { declare(member, names) };
    member.exit_once(declare, found)
}

/// The record, ahead of the statement that holds the site.
pub(super) fn declare(member: &Member<'_>, names: &Names) -> TokenStream {
    let record = names::slot(member.id, member.site.span);
    let kind = names.private("StackRecord");
    if !member.is_armed_from_the_start() {
        return quote_spanned!(names::ahead(member.site.span)=> let mut #record = #kind::empty(););
    }
    let (attributes, captures) = (member.attributes(), member.captures().values());
    quote!(#(#attributes)* let #record = #kind::armed(#captures);)
}

/// The statement that makes the site pending.
pub(super) fn arm(member: &Member<'_>) -> TokenStream {
    let record = names::slot(member.id, member.site.span);
    let (witness, captures) = witnessed(member, member.captures().values());
    let keeps = member.captures().keeps();
    quote_spanned!(member.site.span=> #witness #keeps #record.arm(#captures);)
}
