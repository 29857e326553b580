//! The heap-allocated mechanism: a record for each time a site is reached, the sites of one loop told
//! apart by a local enum. No boxed closure, and no allocation per record.
//!
//! ```text
//! // Input                          // Output
//! for x in xs {                     let mut deferred0 = HeapRecords::new();
//!     defer!(release(x));           … || { for x in xs { deferred0.push((x,)); } rest } …
//! }                                 let ended = after_each(caught(ended, &mut slot), &mut deferred0,
//! rest                                  |(arg0,)| { release(arg0); });
//! ```

use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, quote_spanned};

use super::level::{Code, Exit};
use super::member::{Group, Member};
use super::sight::Sight;
use super::unsafe_code::witnessed;
use crate::names::{self, Names};
use crate::tell;

/// The exit code of the loop's sites, or of the one forced site.
pub(super) fn exit(group: &Group<'_>, names: &Names) -> Exit {
    let (first, records) = (&group.sites[0], group.records());
    if !group.in_loop {
        let next = names.private("Pending::next");
        return first.exit_once(declare(group, names), quote!(#next(&mut #records)));
    }
    let (sight, closure) = (sight(group), exit_closure(group));
    let code = Code::Each { sight, records: quote!(#records), closure };
    first.exit(declare(group, names), code)
}

/// The records, ahead of the statement that holds the loop.
pub(super) fn declare(group: &Group<'_>, names: &Names) -> TokenStream {
    let (records, kind) = (group.records(), names.private("HeapRecords"));
    let sites = declare_sites(group);
    let site = &group.sites[0];
    let new = quote_spanned!(names::ahead(site.site.span)=> let mut #records = #kind::new(););
    let new = site.captures().records().is_none().then_some(new);
    let told = tell::bytes_are_wanted().then(|| tell_bytes(group, names));
    let declare = quote!(#sites #new #told);
    if !site.is_armed_from_the_start() {
        return declare;
    }
    let (attributes, arm) = (site.attributes(), arm(group, site));
    quote!(#declare #(#attributes)* { #arm })
}

/// What has the program tell how many bytes a record has.
fn tell_bytes(group: &Group<'_>, names: &Names) -> TokenStream {
    let (records, here) = (group.records(), names::here());
    let (place, tell) = (names.private("Place"), names.private("tell_bytes"));
    let told = group.sites.iter().map(|member| {
        let text = tell::place(member.site.span);
        let homes = member.homes_of_its_own().filter(|home| *home != records);
        let held = homes.fold(quote!(#records), |held, home| quote!((&#held, &#home)));
        quote! {{
            #[allow(dead_code)]
            struct #here;
            impl #place for #here {
                const PLACE: &'static str = #text;
            }
            #tell::<#here, _>(&#held);
        }}
    });
    quote!(#(#told)*)
}

/// The statement that makes the site pending once more.
pub(super) fn arm(group: &Group<'_>, member: &Member<'_>) -> TokenStream {
    let records = group.records();
    let (witness, captures) = witnessed(member, member.captures().values());
    let keeps = member.captures().keeps();
    if member.captures().records().is_some() {
        return quote_spanned!(member.site.span=> #witness #keeps);
    }
    let record = wrap(group, member, captures);
    let push = Ident::new("push", Span::mixed_site());
    quote_spanned!(member.site.span=> #witness #keeps #records.#push(#record);)
}

/// A variant for each site of the loop, where there are several. Its payload's type is inferred.
fn declare_sites(group: &Group<'_>) -> TokenStream {
    let Some(sites) = sites_enum(group) else { return TokenStream::new() };
    let variants: Vec<_> = group.sites.iter().map(|member| names::variant(member.id)).collect();
    let captures: Vec<_> =
        group.sites.iter().map(|member| names::captures_type(member.id)).collect();
    quote! {
        #[allow(dead_code)]
        enum #sites<#(#captures),*> {
            #(#variants(#captures),)*
        }
    }
}

fn exit_closure(group: &Group<'_>) -> TokenStream {
    if sites_enum(group).is_none() {
        return group.sites[0].exit_closure();
    }
    let site = names::local("site");
    let outcome = sight(group).parameter().map(|outcome| quote!(, #outcome));
    let (first, last) = (&group.sites[0].site, &group.sites[group.sites.len() - 1].site);
    let exit = names::spanning(first.span, last.group, &exit_of(group, &site));
    quote!(|#site #outcome| #exit)
}

/// What the most curious of the sites asks to see.
fn sight(group: &Group<'_>) -> Sight {
    group.sites.iter().map(Member::sight).max().unwrap_or(Sight::Blind)
}

/// The exit code for a record, whichever site of the loop it is from.
pub(super) fn exit_of(group: &Group<'_>, record: &Ident) -> TokenStream {
    let code = |member: &Member<'_>, captures: &Ident| {
        let (unpack, exit) = (member.unpack(captures), &member.exit);
        quote!({ #unpack #exit })
    };
    let Some(sites) = sites_enum(group) else { return code(&group.sites[0], record) };
    let arms = group.sites.iter().map(|member| {
        let variant = names::variant(member.id);
        let captures = names::local("captures");
        let code = code(member, &captures);
        quote!(#sites::#variant(#captures) => #code)
    });
    quote!(match #record { #(#arms)* })
}

/// The captures as the site's variant, where the loop has several.
fn wrap(group: &Group<'_>, member: &Member<'_>, captures: TokenStream) -> TokenStream {
    let Some(sites) = sites_enum(group) else { return captures };
    let variant = names::variant(member.id);
    quote!(#sites::#variant(#captures))
}

fn sites_enum(group: &Group<'_>) -> Option<Ident> {
    (group.sites.len() > 1).then(|| names::sites_enum(group.sites[0].id))
}
