//! `#[deferrable]` on an `impl`, a `trait` or a `mod`: takes the item, gives it with every function in it
//! that defers lowered, recursively. The options are inherited; a function, or an inner item, may have
//! an attribute of its own that adds to them. A function without a site comes out as it went in.

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::visit_mut::{self, VisitMut};
use syn::{Attribute, Block, ImplItem, Item, Meta, TraitItem};

use crate::error::Errors;
use crate::options::Options;
use crate::parse::is_deferrable;

/// The item with its functions lowered, if it is one that has functions.
pub(crate) fn functions(
    tokens: &TokenStream,
    options: &Options,
    errors: &mut Errors,
) -> Option<TokenStream> {
    let mut item = syn::parse2::<Item>(tokens.clone()).ok()?;
    let mut functions = Functions { options, errors };
    match &mut item {
        Item::Impl(item) => visit_mut::visit_item_impl_mut(&mut functions, item),
        Item::Trait(item) => visit_mut::visit_item_trait_mut(&mut functions, item),
        Item::Mod(item) if item.content.is_some() => {
            visit_mut::visit_item_mod_mut(&mut functions, item);
        }
        _ => return None,
    }
    Some(item.into_token_stream())
}

struct Functions<'a> {
    options: &'a Options,
    errors: &'a mut Errors,
}

impl Functions<'_> {
    /// The options with those of an attribute further in, which is taken away.
    fn own(&mut self, attributes: &mut Vec<Attribute>) -> Options {
        let own = attributes.iter().position(is_deferrable).map(|at| attributes.remove(at));
        let tokens = match own.map(|own| own.meta) {
            Some(Meta::List(list)) => list.tokens,
            _ => TokenStream::new(),
        };
        self.options.with(tokens, self.errors)
    }

    fn function(&mut self, own: &Options, function: &impl ToTokens) -> TokenStream {
        crate::function(own, function.to_token_stream(), self.errors)
    }

    fn with<'b>(&'b mut self, options: &'b Options) -> Functions<'b> {
        Functions { options, errors: self.errors }
    }
}

impl VisitMut for Functions<'_> {
    fn visit_item_mut(&mut self, item: &mut Item) {
        match item {
            Item::Fn(function) => {
                let own = self.own(&mut function.attrs);
                *item = Item::Verbatim(self.function(&own, function));
            }
            Item::Impl(inner) => {
                let own = self.own(&mut inner.attrs);
                visit_mut::visit_item_impl_mut(&mut self.with(&own), inner);
            }
            Item::Trait(inner) => {
                let own = self.own(&mut inner.attrs);
                visit_mut::visit_item_trait_mut(&mut self.with(&own), inner);
            }
            Item::Mod(inner) => {
                let own = self.own(&mut inner.attrs);
                visit_mut::visit_item_mod_mut(&mut self.with(&own), inner);
            }
            _ => {}
        }
    }

    fn visit_impl_item_mut(&mut self, item: &mut ImplItem) {
        if let ImplItem::Fn(function) = item {
            let own = self.own(&mut function.attrs);
            *item = ImplItem::Verbatim(self.function(&own, function));
        }
    }

    fn visit_trait_item_mut(&mut self, item: &mut TraitItem) {
        if let TraitItem::Fn(function) = item
            && function.default.is_some()
        {
            let own = self.own(&mut function.attrs);
            *item = TraitItem::Verbatim(self.function(&own, function));
        }
    }

    // Of a function, only its own attribute covers what is inside.
    fn visit_block_mut(&mut self, _: &mut Block) {}
}
