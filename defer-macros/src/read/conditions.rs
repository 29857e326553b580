//! What `#[cfg]` leaves out of a function: only the compiler knows, so it is asked. Takes a function, or what
//! has functions, with `#[cfg]`s in their bodies; gives it once more with the attribute, and with an
//! attribute for each condition, which the compiler keeps where that holds. The second time the attribute
//! is called, it leaves out what is not compiled, and no later pass knows of conditions.

use std::collections::BTreeSet;

use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::{ToTokens, quote};
use syn::parse::Parser;
use syn::punctuated::Punctuated;
use syn::visit::{self, Visit};
use syn::visit_mut::{self, VisitMut};
use syn::{
    Attribute, Block, Expr, ExprMatch, ExprStruct, Item, LitInt, Macro, Meta, PatStruct, Path,
    Stmt, TraitItemFn, parse_quote,
};

use super::markers::which;
use super::options::DECIDED;
use super::tokens::{is_punct, mention};

/// The attribute that the compiler keeps where a condition holds.
const HOLDS: &str = "__defer_holds";
/// What stands for a condition that does not, while the tree is being changed.
const FAILS: &str = "__defer_fails";

/// The conditions in the bodies of the item's functions, in order.
pub(super) fn of(item: &TokenStream) -> Vec<TokenStream> {
    let mut conditions = Conditions::default();
    if let Ok(item) = syn::parse2::<Item>(item.clone()) {
        conditions.visit_item(&item);
    } else if let Ok(function) = syn::parse2::<TraitItemFn>(item.clone()) {
        conditions.visit_trait_item_fn(&function);
    }
    conditions.found
}

/// The item with these conditions for the compiler to decide.
pub(super) fn ask(
    attribute: &Path,
    options: &TokenStream,
    item: &TokenStream,
    conditions: &[TokenStream],
) -> TokenStream {
    let [decided, holds] = [DECIDED, HOLDS].map(|name| Ident::new(name, Span::call_site()));
    let asked = conditions.iter().enumerate().map(|(number, condition)| {
        let number = Literal::usize_unsuffixed(number);
        quote!(#[cfg_attr(#condition, #holds(#number))])
    });
    quote!(#[#attribute(#decided, #options)] #(#asked)* #item)
}

/// The item without what is not compiled, once the compiler has decided.
pub(super) fn decided(item: TokenStream) -> TokenStream {
    let parts = |input: syn::parse::ParseStream| {
        Ok((input.call(Attribute::parse_outer)?, input.parse::<TokenStream>()?))
    };
    let Ok((attributes, rest)) = parts.parse2(item.clone()) else { return item };
    let (answers, others): (Vec<_>, Vec<_>) =
        attributes.into_iter().partition(|attribute| attribute.path().is_ident(HOLDS));
    let number = |answer: &Attribute| answer.parse_args::<LitInt>().ok()?.base10_parse().ok();
    let holding = answers.iter().filter_map(number).collect();
    let item = quote!(#(#others)* #rest);
    let mut answers = Answers { in_body: false, holding, next: 0 };
    if let Ok(mut item) = syn::parse2::<Item>(item.clone()) {
        answers.visit_item_mut(&mut item);
        Compiled.visit_item_mut(&mut item);
        item.into_token_stream()
    } else if let Ok(mut function) = syn::parse2::<TraitItemFn>(item.clone()) {
        answers.visit_trait_item_fn_mut(&mut function);
        Compiled.visit_trait_item_fn_mut(&mut function);
        function.into_token_stream()
    } else {
        item
    }
}

/// Looks in the bodies of functions, and not at items in them.
#[derive(Default)]
struct Conditions {
    in_body: bool,
    found: Vec<TokenStream>,
}

impl<'ast> Visit<'ast> for Conditions {
    fn visit_attribute(&mut self, attribute: &'ast Attribute) {
        if self.in_body
            && let Some(condition) = condition(attribute)
        {
            self.found.push(condition.clone());
        }
    }

    fn visit_block(&mut self, block: &'ast Block) {
        let outside = std::mem::replace(&mut self.in_body, true);
        visit::visit_block(self, block);
        self.in_body = outside;
    }

    fn visit_item(&mut self, item: &'ast Item) {
        if !self.in_body {
            visit::visit_item(self, item);
        }
    }

    fn visit_macro(&mut self, mac: &'ast Macro) {
        if let Some(deferred) = deferred(mac) {
            // It does not live as long as the tree.
            let mut inside = Conditions { in_body: true, found: Vec::new() };
            inside.visit_block(&deferred);
            self.found.extend(inside.found);
        }
    }
}

/// What is deferred, as a block.
fn deferred(mac: &Macro) -> Option<Block> {
    which(mac)?;
    let stmts = Block::parse_within.parse2(mac.tokens.clone()).ok()?;
    Some(Block { brace_token: syn::token::Brace::default(), stmts })
}

/// Changes what is deferred.
fn change(visitor: &mut impl VisitMut, mac: &mut Macro) {
    if let Some(mut deferred) = deferred(mac) {
        visitor.visit_block_mut(&mut deferred);
        let stmts = deferred.stmts;
        mac.tokens = quote!(#(#stmts)*);
    }
}

fn condition(attribute: &Attribute) -> Option<&TokenStream> {
    match &attribute.meta {
        Meta::List(list) if list.path.is_ident("cfg") => Some(&list.tokens),
        _ => None,
    }
}

/// Puts the answers where the conditions were, in the same order.
struct Answers {
    in_body: bool,
    holding: BTreeSet<usize>,
    next: usize,
}

impl VisitMut for Answers {
    fn visit_attributes_mut(&mut self, attributes: &mut Vec<Attribute>) {
        if !self.in_body {
            return;
        }
        let mut holds = true;
        attributes.retain(|attribute| {
            let is_condition = condition(attribute).is_some();
            if is_condition {
                holds &= self.holding.contains(&self.next);
                self.next += 1;
            }
            !is_condition
        });
        if !holds {
            let fails = Ident::new(FAILS, Span::call_site());
            attributes.push(parse_quote!(#[#fails]));
        }
    }

    fn visit_block_mut(&mut self, block: &mut Block) {
        let outside = std::mem::replace(&mut self.in_body, true);
        visit_mut::visit_block_mut(self, block);
        self.in_body = outside;
    }

    fn visit_item_mut(&mut self, item: &mut Item) {
        if !self.in_body {
            visit_mut::visit_item_mut(self, item);
        }
    }

    fn visit_macro_mut(&mut self, mac: &mut Macro) {
        change(self, mac);
    }
}

/// Leaves out what is not compiled.
struct Compiled;

impl VisitMut for Compiled {
    fn visit_block_mut(&mut self, block: &mut Block) {
        block.stmts.retain(|stmt| !match stmt {
            Stmt::Local(local) => fails(&local.attrs),
            Stmt::Macro(written) => fails(&written.attrs),
            Stmt::Expr(expr, _) => begins_with_failure(expr),
            Stmt::Item(_) => false,
        });
        visit_mut::visit_block_mut(self, block);
    }

    fn visit_expr_match_mut(&mut self, choice: &mut ExprMatch) {
        choice.arms.retain(|arm| !fails(&arm.attrs));
        visit_mut::visit_expr_match_mut(self, choice);
    }

    fn visit_expr_struct_mut(&mut self, literal: &mut ExprStruct) {
        retain(&mut literal.fields, |field| !fails(&field.attrs));
        visit_mut::visit_expr_struct_mut(self, literal);
    }

    /// The elements of lists.
    fn visit_expr_mut(&mut self, expr: &mut Expr) {
        let list = match expr {
            Expr::Array(it) => Some(&mut it.elems),
            Expr::Tuple(it) => Some(&mut it.elems),
            Expr::Call(it) => Some(&mut it.args),
            Expr::MethodCall(it) => Some(&mut it.args),
            _ => None,
        };
        if let Some(list) = list {
            retain(list, |element| !begins_with_failure(element));
        }
        visit_mut::visit_expr_mut(self, expr);
    }

    fn visit_pat_struct_mut(&mut self, pat: &mut PatStruct) {
        retain(&mut pat.fields, |field| !fails(&field.attrs));
        visit_mut::visit_pat_struct_mut(self, pat);
    }

    fn visit_macro_mut(&mut self, mac: &mut Macro) {
        change(self, mac);
    }
}

fn retain<T, P: Default>(all: &mut Punctuated<T, P>, keep: impl Fn(&T) -> bool) {
    if !all.iter().all(&keep) {
        *all = std::mem::take(all).into_iter().filter(keep).collect();
        // A `..` may follow.
        if !all.empty_or_trailing() {
            all.push_punct(P::default());
        }
    }
}

fn fails(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| attribute.path().is_ident(FAILS))
}

/// The attributes of a statement are at what it begins with.
fn begins_with_failure(expr: &Expr) -> bool {
    let mut tokens = expr.to_token_stream().into_iter();
    while is_punct(tokens.next().as_ref(), '#') {
        let attribute = tokens.next().into_iter().collect();
        if mention(attribute, FAILS) {
            return true;
        }
    }
    false
}
