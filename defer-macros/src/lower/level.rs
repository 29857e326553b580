//! One level: takes what comes behind a site, gives it run by the runtime, and the way out of the level
//! behind the exit code. It knows whether the frame is async; the mechanisms need not.
//!
//! ```text
//! // Sync                           // Async
//! run::<R, _>(|| { rest })          ended({ let rest = pin!(async { rest });
//!                                           run_async(rest, &frame).await })
//! ```

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::Lifetime;

use super::member::Member;
use super::result::FrameResult;
use crate::names::{self, Names};

/// The rest of a frame, as it was run.
pub(super) struct Level<'a> {
    pub(super) names: &'a Names,
    result: &'a FrameResult,
    /// How the rest ended.
    ended: TokenStream,
}

impl<'a> Level<'a> {
    /// Errors about what the rest borrows or moves are reported at the user's own token.
    pub(super) fn new(
        body: &TokenStream,
        at: Span,
        result: &'a FrameResult,
        names: &'a Names,
    ) -> Self {
        let ended = if result.waits {
            ended_async(body, at, result, names)
        } else {
            ended(body, at, result, names)
        };
        Self { names, result, ended }
    }

    /// The end of the level: the exit code's call, unless `#[cfg]` leaves the site out.
    pub(super) fn finish(
        &self,
        member: &Member<'_>,
        declare: &TokenStream,
        exit: impl FnOnce(&TokenStream) -> TokenStream,
    ) -> TokenStream {
        let cfgs = &member.placement.cfgs;
        if cfgs.is_empty() {
            return self.finish_always(declare, exit);
        }
        let predicates = cfgs.iter().filter_map(|cfg| cfg.meta.require_list().ok());
        let predicates = predicates.map(|list| &list.tokens);
        let predicates = quote!(all(#(#predicates),*));
        let (outcome, end) = (names::local("outcome"), self.names.private("Ended::end"));
        let with = self.leave(&exit(&outcome.to_token_stream()));
        let without = self.leave(&quote!(#end(#outcome)));
        let ended = &self.ended;
        quote! {
            #[cfg(#predicates)]
            #declare
            let #outcome = #ended;
            #[cfg(#predicates)]
            { #with }
            #[cfg(not(#predicates))]
            { #without }
        }
    }

    /// The same for what no `#[cfg]` can leave out whole.
    pub(super) fn finish_always(
        &self,
        declare: &TokenStream,
        exit: impl FnOnce(&TokenStream) -> TokenStream,
    ) -> TokenStream {
        let leave = self.leave(&exit(&self.ended));
        quote!(#declare #leave)
    }

    /// Out of the level. In a future that is being dropped that way ends here, without a result.
    fn leave(&self, left: &TokenStream) -> TokenStream {
        if !self.result.waits {
            return left.clone();
        }
        let (ok, err) = (self.names.private("Ok"), self.names.private("Err"));
        let (result, dropped) = (names::local("result"), names::local("dropped"));
        let level = Lifetime::new("'level", Span::mixed_site());
        // The result must not be alive at the `await`: it need not be `Send`.
        quote! {
            #level: {
                let #dropped = match #left {
                    #ok(#result) => break #level #result,
                    #err(#dropped) => #dropped,
                };
                match #dropped.await {}
            }
        }
    }
}

fn ended(body: &TokenStream, at: Span, result: &FrameResult, names: &Names) -> TokenStream {
    let (run, turbofish, annotation) =
        (names.private("run"), result.turbofish(), result.annotation());
    let rest = quote_spanned!(at=> || #annotation { #body });
    let ended = quote!(#run #turbofish(#rest));
    if !result.keeps {
        return ended;
    }
    let (keeping, kept) = (names.private("keeping"), names::local("kept"));
    quote!(#keeping(#ended, &mut #kept))
}

fn ended_async(body: &TokenStream, at: Span, result: &FrameResult, names: &Names) -> TokenStream {
    let (pin, run) = (names.private("pin"), names.private("run_async"));
    let (rest, outcome, frame) =
        (names::local("rest"), names::local("outcome"), names::local("frame"));
    let returns = result.returns(names);
    let future = quote_spanned!(at=> async { #returns #body });
    let wait = quote_spanned!(at=> .await);
    let outcome = quote! {{
        let #rest = #pin!(#future);
        let #outcome = #run(#rest, &#frame) #wait;
        #outcome
    }};
    let (ended, kept) = (names.private("ended"), names::local("kept"));
    if !result.keeps {
        return quote!(#ended(#outcome));
    }
    let ended = names.private("ended_keeping");
    quote!(#ended(#outcome, &mut #kept))
}

/// The whole body of an async frame, driven so that it can run exit code when it is dropped.
pub(super) fn drive(body: &TokenStream, result: &FrameResult, names: &Names) -> TokenStream {
    let (pin, drive, kind) =
        (names.private("pin"), names.private("drive"), names.private("AsyncFrame"));
    let (frame, future, end) = (names::local("frame"), names::local("body"), names::local("end"));
    let returns = result.returns(names);
    quote! {
        let #frame = #kind::new();
        let #future = #pin!(async { #returns #body });
        let #end = #drive(#future, &#frame).await;
        #end
    }
}
