//! The stack-allocated mechanism: a record in the frame, one copy of the exit code for all exits.
//!
//! ```text
//! // Input                          // Output
//! if c {                            let mut deferred0 = StackRecord::empty();
//!     defer!(release(x));           stack_allocated(
//! }                                     run(|| { if c { deferred0.arm((x,)); } rest }),
//! rest                                  deferred0,
//!                                       |(arg0,)| { release(arg0); },
//!                                   )
//! ```

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};

use super::level::Exit;
use super::member::Member;
use super::unsafe_code::witnessed;
use crate::names::{self, Names};

/// The site's exit code.
pub(super) fn exit(member: &Member<'_>, names: &Names) -> Exit {
    let stack_allocated = member.sight().function("stack_allocated", names);
    let (ended, closure) = (names::local("ended"), member.exit_closure());
    let record = names::slot(member.id, member.site.span);
    let is_armed = member.is_armed_from_the_start();
    let held = if is_armed { quote!(#record) } else { quote!(#record.into_captures()) };
    let Some(found) = member.captures().found_out(&held, is_armed) else {
        let after = quote!(#stack_allocated(#ended, #record, #closure));
        return member.exit(declare(member, names), after);
    };
    let declare = if is_armed { member.bare_captures() } else { declare(member, names) };
    let holding = names.private("StackRecord::holding");
    member.exit(declare, quote!(#stack_allocated(#ended, #holding(#found), #closure)))
}

/// The record, ahead of the statement that holds the site.
pub(super) fn declare(member: &Member<'_>, names: &Names) -> TokenStream {
    let record = names::slot(member.id, member.site.span);
    let kind = names.private("StackRecord");
    if !member.is_armed_from_the_start() {
        return quote_spanned!(member.site.span=> let mut #record = #kind::empty(););
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
