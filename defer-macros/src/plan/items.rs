//! Items of inner blocks: takes those in scope at a site and the code that is left for the exit, gives
//! those that the code gets a copy of, as it would not see them otherwise. What it cannot need is left
//! where it is, so that lints tell of it. Tells too much rather than too little: an import may be of a
//! trait, whose methods are called without its name, and a macro may mention anything.

use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::ext::IdentExt;
use syn::visit::{self, Visit};
use syn::{Item, ItemStatic, UseTree};

use crate::error::Errors;
use crate::look::Tables;
use crate::read::{known, tokens, without_markers};
use crate::site::Body;

/// The items that a site's exit code may need.
pub(super) fn needed(tables: Tables<'_>, items: &[Item], body: &Body) -> Vec<Item> {
    if items.is_empty() {
        return Vec::new();
    }
    needed_by(items, without_markers(body.to_token_stream(), tables.sites, tables.arguments))
}

/// Those, and the ones that these may need in turn.
fn needed_by(items: &[Item], mut code: TokenStream) -> Vec<Item> {
    let mut left: Vec<(usize, &Item)> = items.iter().enumerate().collect();
    let mut needed = Vec::new();
    while !left.is_empty() {
        let seen = Seen::of(&code);
        let Some(at) = left.iter().position(|(_, item)| seen.may_need(item)) else { break };
        let (place, item) = left.remove(at);
        code.extend(code_of(item));
        needed.push((place, item.clone()));
    }
    needed.sort_by_key(|(place, _)| *place);
    needed.into_iter().map(|(_, item)| item).collect()
}

/// Refuses an item whose copy would have a `static` of its own.
pub(super) fn refuse_statics(item: &Item, errors: &mut Errors) {
    struct Statics(bool);
    impl<'ast> Visit<'ast> for Statics {
        fn visit_item_static(&mut self, _: &'ast ItemStatic) {
            self.0 = true;
        }
    }
    let mut statics = Statics(false);
    visit::visit_item(&mut statics, item);
    let name = match item {
        Item::Fn(item) => &item.sig.ident,
        Item::Const(item) => &item.ident,
        _ => return,
    };
    if statics.0 {
        let message = format!(
            "deferred code gets a copy of `{name}`, which would have a `static` of its own: \
            put `{name}` into the function's outermost block"
        );
        errors.at(name.span(), message);
    }
}

/// What may need other items in an item. An import needs none.
fn code_of(item: &Item) -> TokenStream {
    match item {
        Item::Use(_) => TokenStream::new(),
        Item::Const(item) => {
            let (ty, value) = (&item.ty, &item.expr);
            quote!(#ty #value)
        }
        item => item.to_token_stream(),
    }
}

/// What can be seen of the code.
#[derive(Default)]
struct Seen {
    names: Vec<Ident>,
    /// A method may be called, by whatever syntax.
    methods: bool,
    /// A macro may mention names that are not among its arguments.
    unknown: bool,
}

impl Seen {
    fn of(code: &TokenStream) -> Self {
        let mut seen = Self::default();
        seen.look(code.clone());
        seen
    }

    fn look(&mut self, code: TokenStream) {
        let mut before = None;
        for token in code {
            match (&token, before) {
                (TokenTree::Group(group), _) => self.look(group.stream()),
                (TokenTree::Punct(punct), Some(TokenTree::Ident(name)))
                    if punct.as_char() == '!' =>
                {
                    self.methods = true;
                    self.unknown |= !known::mentions_arguments_only(&name);
                }
                (TokenTree::Punct(punct), _) if matches!(punct.as_char(), '.' | ':') => {
                    self.methods = true;
                }
                (TokenTree::Ident(name), _) => self.names.push(name.clone()),
                (TokenTree::Literal(_), _) => {
                    if let Ok(text) = syn::parse2(token.clone().into()) {
                        self.names.extend(tokens::format_names(&text));
                    }
                }
                _ => {}
            }
            before = Some(token);
        }
    }

    fn may_need(&self, item: &Item) -> bool {
        self.unknown
            || match item {
                Item::Use(item) => self.may_need_import(&item.tree),
                Item::Const(item) => self.mentions(&item.ident),
                Item::Fn(item) => self.mentions(&item.sig.ident),
                _ => true,
            }
    }

    fn may_need_import(&self, tree: &UseTree) -> bool {
        match tree {
            UseTree::Path(path) => self.may_need_import(&path.tree),
            UseTree::Name(name) => self.may_need_imported(&name.ident),
            UseTree::Rename(name) => self.may_need_imported(&name.rename),
            UseTree::Glob(_) => true,
            UseTree::Group(group) => group.items.iter().any(|tree| self.may_need_import(tree)),
        }
    }

    /// A trait is known by its capital letter, or is imported without a name.
    fn may_need_imported(&self, name: &Ident) -> bool {
        let text = name.unraw().to_string();
        let bare = text.trim_start_matches('_');
        let may_be_trait = bare.is_empty() || bare.starts_with(char::is_uppercase);
        name == "self" || self.mentions(name) || (self.methods && may_be_trait)
    }

    fn mentions(&self, name: &Ident) -> bool {
        self.names.iter().any(|seen| seen.unraw() == name.unraw())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use syn::parse_quote;

    fn items() -> Vec<Item> {
        vec![
            parse_quote!(
                use std::mem::swap;
            ),
            parse_quote!(
                use std::fmt::Write as _Write;
            ),
            parse_quote!(
                const TWICE: u32 = 2 * ONCE;
            ),
            parse_quote!(
                const ONCE: u32 = 1;
            ),
            parse_quote!(
                fn shown<T: Debug>(value: T) -> String {
                    format!("{value:?}")
                }
            ),
        ]
    }

    /// The numbers of those that are needed.
    fn needed_by(code: TokenStream) -> Vec<usize> {
        let (all, needed) = (items(), super::needed_by(&items(), code));
        (0..all.len()).filter(|&at| needed.contains(&all[at])).collect()
    }

    #[test]
    fn what_is_not_mentioned_is_not_needed() {
        assert_eq!(needed_by(quote!(f(x))), [0; 0]);
        assert_eq!(needed_by(quote!(swap(a, b))), [0]);
        assert_eq!(needed_by(quote!(f("{ONCE}"))), [3]);
    }

    #[test]
    fn what_is_needed_may_need_more() {
        assert_eq!(needed_by(quote!(f(TWICE))), [2, 3]);
        assert_eq!(needed_by(quote!(shown(x))), [1, 4]);
    }

    #[test]
    fn a_method_may_be_of_a_trait_and_a_macro_may_mention_anything() {
        assert_eq!(needed_by(quote!(x.f())), [1]);
        assert_eq!(needed_by(quote!(X::f())), [1]);
        assert_eq!(needed_by(quote!(println!())), [1]);
        assert_eq!(needed_by(quote!(mine!())), [0, 1, 2, 3, 4]);
        assert_eq!(needed_by(quote!(std::format!("{}", mine!()))), [0, 1, 2, 3, 4]);
    }
}
