//! Exit code that waits, in an async frame: takes the sites of a level, of any mechanism, gives a level
//! whose exit code is a future. In a future that is being dropped it is passed over.
//!
//! ```text
//! // Input                          // Output
//! defer!(close(x).await);           let slot0 = Some((x,));
//! rest                              let mut ended = ended(…);
//!                                   let mut pending = slot0;
//!                                   if let Some((arg0,)) = pending.next() {
//!                                       let exit = pin!(async { close(arg0).await; });
//!                                       settle(&mut ended, run_async(exit, &frame).await);
//!                                   }
//!                                   end(ended)
//! ```

use proc_macro2::TokenStream;
use quote::{ToTokens, quote, quote_spanned};

use super::level::Level;
use super::member::Group;
use super::{heap, open_coded, stack};
use crate::names;
use crate::site::Mechanism;

/// The level that the sites open around the rest of the frame.
pub(super) fn level(group: &Group<'_>, level: &Level<'_>) -> TokenStream {
    let first = &group.sites[0];
    let slot = names::slot(first.id, first.site.span);
    let (declare, storage) = match first.mechanism {
        Mechanism::OpenCoded => (open_coded::declare(first, level.names), slot),
        Mechanism::Stack => (stack::declare(first, level.names), slot),
        Mechanism::Heap => (heap::declare(group, level.names), group.records()),
    };
    let cfgs: &[_] = if group.in_loop { &[] } else { &first.placement.cfgs };
    level.close_around(cfgs, &declare, |ended| run(group, level, ended, &storage.to_token_stream()))
}

fn run(
    group: &Group<'_>,
    level: &Level<'_>,
    how: &TokenStream,
    storage: &TokenStream,
) -> TokenStream {
    let private = |item| level.names.private(item);
    let (ended, pending, exit) =
        (names::local("ended"), names::local("pending"), names::local("exit"));
    let (site, outcome) = (names::local("site"), names::local("outcome"));
    let frame = names::local("frame");
    let (some, next, pin, run) =
        (private("Some"), private("Pending::next"), private("pin"), private("run_async"));
    let (settle, end, look) =
        (private("settle"), private("Ended::end"), private("Changeable::outcome"));
    let repeat = if group.in_loop { quote!(while) } else { quote!(if) };
    let code = heap::exit_of(group, &site);
    let future = quote_spanned! {group.sites[0].site.span=>
        async {
            #[allow(unused_variables, unused_mut)]
            let mut #outcome = #look(&mut #ended);
            #code
        }
    };
    quote! {{
        let mut #ended = #how;
        let mut #pending = #storage;
        #repeat let #some(#site) = #next(&mut #pending) {
            let #exit = {
                let #exit = #pin!(#future);
                let #exit = #run(#exit, &#frame).await;
                #exit
            };
            #settle(&mut #ended, #exit);
        }
        #end(#ended)
    }}
}
