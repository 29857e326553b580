//! The stack-allocated mechanism: a record in the frame, one copy of the exit code for all exits.
//!
//! ```text
//! // Input                          // Output
//! if c {                            let mut slot0 = StackRecord::empty();
//!     defer!(release(x));           stack_allocated(
//! }                                     run(|| { if c { slot0.arm((x,)); } rest }),
//! rest                                  slot0,
//!                                       |(arg0,)| { release(arg0); },
//!                                   )
//! ```

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};

use super::level::Level;
use super::member::Member;
use crate::names::{self, Names};

/// The level that the site opens around the rest of the frame.
pub(super) fn level(member: &Member<'_>, level: &Level<'_>) -> TokenStream {
    let stack_allocated = member.sight().function("stack_allocated", level.names);
    let (record, exit) = (names::slot(member.id, member.site.span), member.exit_closure());
    let declare = declare(member, level.names);
    level.finish(member, &declare, |ended| quote!(#stack_allocated(#ended, #record, #exit)))
}

/// The record, ahead of the statement that holds the site.
pub(super) fn declare(member: &Member<'_>, names: &Names) -> TokenStream {
    let record = names::slot(member.id, member.site.span);
    let kind = names.private("StackRecord");
    if !member.is_armed_from_the_start() {
        return quote_spanned!(member.site.span=> let mut #record = #kind::empty(););
    }
    let (attributes, captures) = (member.attributes(), member.captures());
    quote!(#(#attributes)* let #record = #kind::armed(#captures);)
}

/// The statement that makes the site pending.
pub(super) fn arm(member: &Member<'_>) -> TokenStream {
    let record = names::slot(member.id, member.site.span);
    let captures = member.captures();
    quote_spanned!(member.site.span=> #record.arm(#captures);)
}
