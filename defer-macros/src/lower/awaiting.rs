//! Exit code that waits, in an async frame: takes the sites of a level, of any mechanism, gives a level
//! whose exit code is a future. In a future that is being dropped it is passed over.
//!
//! ```text
//! // Input                          // Output
//! defer!(close(x).await);           let deferred0 = Some((x,));
//! rest                              let ended = ended(…);
//!                                   let ended = {
//!                                       let mut ended = ended;
//!                                       let mut pending = deferred0;
//!                                       if let Some((arg0,)) = pending.next() {
//!                                           let exit = pin!(async { close(arg0).await; });
//!                                           settle(&mut ended, run_async(exit, &frame).await);
//!                                       }
//!                                       ended
//!                                   };
//!                                   return end(ended)
//! ```

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote};

use super::level::{Code, Exit, Extent, async_block};
use super::member::Group;
use super::{heap, open_coded, stack};
use crate::names::{self, Names};
use crate::site::Mechanism;

/// The exit code of the sites.
pub(super) fn exit(group: &Group<'_>, frame: Extent, names: &Names) -> Exit {
    let first = &group.sites[0];
    let slot = names::slot(first.id, first.site.span);
    let (declare, storage) = match first.mechanism {
        Mechanism::OpenCoded => (open_coded::declare(first, names), slot),
        Mechanism::Stack => (stack::declare(first, names), slot),
        Mechanism::Heap => (heap::declare(group, names), group.records()),
    };
    let span = if group.sites.len() == 1 { first.site.group } else { frame.block };
    let after = after(group, &storage.to_token_stream(), span, names);
    first.exit(declare, Code::Waiting(after))
}

/// `span`: what all of its code was written in.
fn after(group: &Group<'_>, storage: &TokenStream, span: Span, names: &Names) -> TokenStream {
    let [ended, pending, exit, site, outcome, frame] =
        ["ended", "pending", "exit", "site", "outcome", "frame"].map(names::local);
    let [some, next, pin, run, settle, look] =
        ["Some", "Pending::next", "pin", "run_async", "settle", "outcome"]
            .map(|item| names.private(item));
    let repeat = if group.in_loop { quote!(while) } else { quote!(if) };
    let code = heap::exit_of(group, &site);
    let code = quote! {
        #[allow(unused_variables, unused_mut)]
        let mut #outcome = #look(&mut #ended);
        #code
    };
    let future = async_block(&code, group.sites[0].site.span, span);
    quote! {{
        let mut #ended = #ended;
        let mut #pending = #storage;
        #repeat let #some(#site) = #next(&mut #pending) {
            let #exit = {
                let #exit = #pin!(#some(#future));
                let #exit = #run(#exit, &#frame).await;
                #exit
            };
            #settle(&mut #ended, #exit);
        }
        #ended
    }}
}
