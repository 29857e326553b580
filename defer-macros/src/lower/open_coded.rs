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

use super::level::Exit;
use super::member::Member;
use crate::names::{self, Names};

/// The site's exit code.
pub(super) fn exit(member: &Member<'_>, names: &Names) -> Exit {
    let function = member.sight().function("open_coded", names);
    let (closure, quiet) = (member.exit_closure(), member.is_quiet());
    if member.is_armed_from_the_start() && member.captures_nothing() {
        let some = names.private("Some");
        return Exit { declare: quote!(), function, storage: quote!(#some(())), closure, quiet };
    }
    let storage = names::slot(member.id, member.site.span).to_token_stream();
    Exit { declare: declare(member, names), function, storage, closure, quiet }
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
