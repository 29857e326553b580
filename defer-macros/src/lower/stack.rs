//! The stack-allocated mechanism: a record in the frame, one copy of the exit code for all exits.
//!
//! ```text
//! // Input                          // Output
//! if c {                            let mut slot0 = StackRecord::empty();
//!     defer!(release(x));           stack_allocated(
//! }                                     run(|| { if c { slot0.arm((x,)); } rest }),
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
    let (stack_allocated, exit) = (names.private("stack_allocated"), member.exit_closure());
    let (record, attributes) = (names::slot(member.id, member.site.span), member.attributes());
    let kind = names.private("StackRecord");
    if member.is_armed_from_the_start() {
        let captures = member.captures();
        return quote! {
            #(#attributes)*
            let #record = #kind::armed(#captures);
            #stack_allocated(#rest, #record, #exit)
        };
    }
    let declare = quote!(let mut #record = #kind::empty(););
    finish(member, names, &declare, rest, |rest| quote!(#stack_allocated(#rest, #record, #exit)))
}

/// The statement that makes the site pending.
pub(super) fn arm(member: &Member<'_>) -> TokenStream {
    let (record, captures) = (names::slot(member.id, member.site.span), member.captures());
    quote!(#record.arm(#captures);)
}
