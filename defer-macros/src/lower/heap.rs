//! The heap-allocated mechanism: a record for each time a site is reached, the sites of one loop told
//! apart by a local enum. No boxed closure, and no allocation per record.
//!
//! ```text
//! // Input                          // Output
//! for x in xs {                     let mut records0 = HeapRecords::new();
//!     defer!(release(x));           heap_allocated(
//! }                                     run(|| { for x in xs { records0.push((x,)); } rest }),
//! rest                                  &mut records0,
//!                                       |(arg0,), _| { release(arg0); },
//!                                   )
//! ```

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::{Group, Member, finish, outcome_parameter};
use crate::names::{self, Names};

/// The level that the loop, or the one forced site, opens around the rest of the frame.
pub(super) fn level(group: &Group<'_>, rest: &TokenStream, names: &Names) -> TokenStream {
    if group.in_loop { looped(group, rest, names) } else { once(group, rest, names) }
}

fn looped(group: &Group<'_>, rest: &TokenStream, names: &Names) -> TokenStream {
    let (heap_allocated, kind) = (names.private("heap_allocated"), names.private("HeapRecords"));
    let records = group.records();
    let (sites, exit) = (declare_sites(group), exit_closure(group));
    quote! {
        #sites
        let mut #records = #kind::new();
        #heap_allocated(#rest, &mut #records, #exit)
    }
}

fn once(group: &Group<'_>, rest: &TokenStream, names: &Names) -> TokenStream {
    let (heap_allocated, kind) =
        (names.private("heap_allocated_once"), names.private("HeapRecords"));
    let site = &group.sites[0];
    let (records, exit) = (group.records(), site.exit_closure());
    let declare = quote!(let mut #records = #kind::new(););
    let finish_with = |rest: &TokenStream| quote!(#heap_allocated(#rest, &mut #records, #exit));
    if site.is_armed_from_the_start() {
        let (attributes, arm, level) = (site.attributes(), arm(group, site), finish_with(rest));
        return quote!(#declare #(#attributes)* { #arm } #level);
    }
    finish(site, names, &declare, rest, finish_with)
}

/// The statement that makes the site pending once more.
pub(super) fn arm(group: &Group<'_>, member: &Member<'_>) -> TokenStream {
    let (records, captures) = (group.records(), member.captures());
    let record = wrap(group, member, captures);
    quote!(#records.push(#record);)
}

/// A variant for each site of the loop, where there are several. Its payload's type is inferred.
///
/// A site that `#[cfg]` may leave out needs the enum too, and a variant that is always there: the
/// records would have no type without it.
fn declare_sites(group: &Group<'_>) -> TokenStream {
    let Some(sites) = sites_enum(group) else { return TokenStream::new() };
    let cfgs: Vec<_> = group.sites.iter().map(|member| &member.placement.cfgs).collect();
    let variants: Vec<_> = group.sites.iter().map(|member| names::variant(member.id)).collect();
    let captures: Vec<_> =
        group.sites.iter().map(|member| names::captures_type(member.id)).collect();
    let always = may_be_left_out(group).then(|| quote!(Never,));
    quote! {
        #[allow(dead_code)]
        enum #sites<#(#(#cfgs)* #captures),*> {
            #always
            #(#(#cfgs)* #variants(#captures),)*
        }
    }
}

fn exit_closure(group: &Group<'_>) -> TokenStream {
    let Some(sites) = sites_enum(group) else { return group.sites[0].exit_closure() };
    let arms = group.sites.iter().map(|member| {
        let (cfgs, variant) = (&member.placement.cfgs, names::variant(member.id));
        let captures = names::local("captures");
        let (unpack, exit) = (member.unpack(&captures), &member.exit);
        quote! {
            #(#cfgs)*
            #sites::#variant(#captures) => { #unpack #exit }
        }
    });
    let always = may_be_left_out(group).then(|| quote!(#sites::Never => {}));
    let site = names::local("site");
    let outcome = outcome_parameter(group.sites.iter().any(Member::sees_outcome));
    quote!(|#site, #outcome| match #site { #(#arms)* #always })
}

/// The captures as the site's variant, where the loop has several.
fn wrap(group: &Group<'_>, member: &Member<'_>, captures: TokenStream) -> TokenStream {
    let Some(sites) = sites_enum(group) else { return captures };
    let variant = names::variant(member.id);
    quote!(#sites::#variant(#captures))
}

fn sites_enum(group: &Group<'_>) -> Option<Ident> {
    let needed = group.sites.len() > 1 || (group.in_loop && may_be_left_out(group));
    needed.then(|| names::sites_enum(group.sites[0].id))
}

fn may_be_left_out(group: &Group<'_>) -> bool {
    group.sites.iter().any(|member| !member.placement.cfgs.is_empty())
}
