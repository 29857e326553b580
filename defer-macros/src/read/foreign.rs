//! Sites in code that is not the function's to run: nested items, constants and types, and the arguments
//! of other macros. Takes such code, refuses each site at its token, and gives the code without it.

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use syn::spanned::Spanned;
use syn::visit_mut::{self, VisitMut};
use syn::{Attribute, Expr, ImplItemFn, Item, Macro, Stmt, TraitItemFn, parse_quote};

use super::known::is_deferrable;
use super::markers::which;
use super::tokens::{is_site, with_stream};
use crate::error::Errors;

const IN_A_MACRO: &str = "`#[deferrable]` cannot see a `defer!` in another macro's arguments: \
    take it out of them, or into a function of its own";

/// Empties the sites of code that is not the function's to run.
pub(crate) struct Foreign<'a> {
    pub(crate) errors: &'a mut Errors,
    pub(crate) whose: &'a str,
}

impl Foreign<'_> {
    fn refuse(&mut self, mac: &Macro) -> bool {
        if which(mac).is_none() {
            return false;
        }
        let whose = self.whose;
        let message = format!(
            "this `defer!` is in {whose}, which the `#[deferrable]` around it does not cover: \
            it takes a function with the attribute"
        );
        self.errors.at(mac.path.span(), message);
        true
    }
}

impl VisitMut for Foreign<'_> {
    fn visit_stmt_mut(&mut self, stmt: &mut Stmt) {
        match stmt {
            Stmt::Macro(written) if self.refuse(&written.mac) => *stmt = parse_quote!({}),
            _ => visit_mut::visit_stmt_mut(self, stmt),
        }
    }

    fn visit_expr_mut(&mut self, expr: &mut Expr) {
        match expr {
            Expr::Macro(call) if self.refuse(&call.mac) => *expr = parse_quote!({}),
            _ => visit_mut::visit_expr_mut(self, expr),
        }
    }

    // Those with the attribute have it to say what is wrong in them.
    fn visit_item_mut(&mut self, item: &mut Item) {
        if !is_covered(item) {
            visit_mut::visit_item_mut(self, item);
        }
    }

    fn visit_impl_item_fn_mut(&mut self, item: &mut ImplItemFn) {
        if !item.attrs.iter().any(is_deferrable) {
            visit_mut::visit_impl_item_fn_mut(self, item);
        }
    }

    fn visit_trait_item_fn_mut(&mut self, item: &mut TraitItemFn) {
        if !item.attrs.iter().any(is_deferrable) {
            visit_mut::visit_trait_item_fn_mut(self, item);
        }
    }
}

/// Whether the item has an attribute of its own.
pub(crate) fn is_covered(item: &Item) -> bool {
    let attributes: &[Attribute] = match item {
        Item::Fn(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        Item::Trait(item) => &item.attrs,
        Item::Mod(item) => &item.attrs,
        _ => &[],
    };
    attributes.iter().any(is_deferrable)
}

/// Refuses the sites that are another macro's arguments, and empties them.
pub(crate) fn without_hidden(tokens: TokenStream, errors: &mut Errors) -> TokenStream {
    let mut kept: Vec<TokenTree> = Vec::new();
    for token in tokens {
        match (&*kept, token) {
            (
                [before @ .., TokenTree::Ident(name), TokenTree::Punct(bang)],
                TokenTree::Group(_),
            ) if bang.as_char() == '!' && is_site(name) && !ends_with_colon(before) => {
                errors.at(name.span(), IN_A_MACRO);
                kept.truncate(kept.len() - 2);
                kept.push(Group::new(Delimiter::Brace, TokenStream::new()).into());
            }
            (_, TokenTree::Group(group)) => {
                kept.push(with_stream(&group, without_hidden(group.stream(), errors)));
            }
            (_, token) => kept.push(token),
        }
    }
    kept.into_iter().collect()
}

/// Behind a path, it is another crate's.
fn ends_with_colon(tokens: &[TokenTree]) -> bool {
    matches!(tokens.last(), Some(TokenTree::Punct(colon)) if colon.as_char() == ':')
}
