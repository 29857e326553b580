//! Tests of the attribute as a whole, on functions that nobody wrote for it.

mod corpus;
mod fuzz;
mod snapshots;

use proc_macro2::TokenStream;
use quote::quote;
use syn::parse::{ParseStream, Parser};
use syn::{Attribute, Meta};

/// What comes out in the end. If the compiler is asked for conditions, every other one holds.
fn expand(options: &TokenStream, item: &TokenStream) -> TokenStream {
    let expanded = crate::expand(options, item.clone());
    asked.parse2(expanded.clone()).unwrap_or(expanded)
}

fn asked(input: ParseStream) -> syn::Result<TokenStream> {
    let attributes = input.call(Attribute::parse_outer)?;
    let item: TokenStream = input.parse()?;
    let options = match attributes.first().map(|attribute| &attribute.meta) {
        Some(Meta::List(list)) if list.tokens.to_string().starts_with("__decided") => &list.tokens,
        _ => return Err(input.error("nothing is asked")),
    };
    let holding = (0..attributes.len()).step_by(2).map(proc_macro2::Literal::usize_unsuffixed);
    let rest = attributes.iter().filter(|attribute| {
        let tokens = quote!(#attribute).to_string();
        !tokens.contains("__decided") && !tokens.contains("__defer_holds")
    });
    Ok(crate::expand(options, quote!(#(#[__defer_holds(#holding)])* #(#rest)* #item)))
}
