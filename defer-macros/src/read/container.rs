//! `#[deferrable]` on an `impl`, a `trait` or a `mod`: takes the item, gives it with every function in it
//! that defers lowered, recursively. The options are inherited; a function, or an inner item, may have
//! an attribute of its own that adds to them. An item in which nothing defers comes out as it went in.

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use syn::visit_mut::{self, VisitMut};
use syn::{Attribute, Block, ImplItem, Item, Meta, TraitItem};

use super::known::is_deferrable;
use super::options::Options;
use crate::error::Errors;

/// What lowers a function, if it defers.
type Lower = fn(&Options, TokenStream, &mut Errors) -> Option<TokenStream>;

/// The item with its functions lowered, if it is one that has functions.
pub(crate) fn functions(
    tokens: &TokenStream,
    options: &Options,
    lower: Lower,
    errors: &mut Errors,
) -> Option<TokenStream> {
    if !may_have_functions(tokens) {
        return None;
    }
    let mut item = syn::parse2::<Item>(tokens.clone()).ok()?;
    let mut changed = false;
    let mut functions = Functions { options, lower, errors, changed: &mut changed };
    match &mut item {
        Item::Impl(item) => visit_mut::visit_item_impl_mut(&mut functions, item),
        Item::Trait(item) => visit_mut::visit_item_trait_mut(&mut functions, item),
        Item::Mod(item) if item.content.is_some() => {
            visit_mut::visit_item_mod_mut(&mut functions, item);
        }
        _ => return None,
    }
    Some(if changed { item.into_token_stream() } else { tokens.clone() })
}

/// Whether the first word that says what the item is may be one of these: what is a function itself need
/// not be parsed twice.
fn may_have_functions(tokens: &TokenStream) -> bool {
    let kind = |token| match token {
        TokenTree::Ident(word) => ["fn", "impl", "trait", "mod"].into_iter().find(|k| word == k),
        _ => None,
    };
    tokens.clone().into_iter().find_map(kind).is_some_and(|kind| kind != "fn")
}

struct Functions<'a> {
    options: &'a Options,
    lower: Lower,
    errors: &'a mut Errors,
    changed: &'a mut bool,
}

impl Functions<'_> {
    /// The options with those of an attribute further in, which is taken away.
    fn own(&mut self, attributes: &mut Vec<Attribute>) -> Options {
        let own = attributes.iter().position(is_deferrable).map(|at| attributes.remove(at));
        *self.changed |= own.is_some();
        let tokens = match own.map(|own| own.meta) {
            Some(Meta::List(list)) => list.tokens,
            _ => TokenStream::new(),
        };
        self.options.with(tokens, self.errors)
    }

    /// The function lowered, if it defers.
    fn function(&mut self, own: &Options, function: &impl ToTokens) -> Option<TokenStream> {
        let lowered = (self.lower)(own, function.to_token_stream(), self.errors);
        *self.changed |= lowered.is_some();
        lowered
    }

    fn with<'b>(&'b mut self, options: &'b Options) -> Functions<'b> {
        Functions { options, lower: self.lower, errors: self.errors, changed: self.changed }
    }
}

impl VisitMut for Functions<'_> {
    fn visit_item_mut(&mut self, item: &mut Item) {
        match item {
            Item::Fn(function) => {
                let own = self.own(&mut function.attrs);
                if let Some(lowered) = self.function(&own, function) {
                    *item = Item::Verbatim(lowered);
                }
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
            if let Some(lowered) = self.function(&own, function) {
                *item = ImplItem::Verbatim(lowered);
            }
        }
    }

    fn visit_trait_item_mut(&mut self, item: &mut TraitItem) {
        if let TraitItem::Fn(function) = item
            && function.default.is_some()
        {
            let own = self.own(&mut function.attrs);
            if let Some(lowered) = self.function(&own, function) {
                *item = TraitItem::Verbatim(lowered);
            }
        }
    }

    // Of a function, only its own attribute covers what is inside.
    fn visit_block_mut(&mut self, _: &mut Block) {}
}
