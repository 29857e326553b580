//! By what code reaches a variable: takes a mention, gives what stands for it; moves a variable into its home.
//!
//! Behind its first site a variable is reached by a `&mut`. One that is not `mut` can change no more than what
//! it refers to itself, if it is a `&mut`: ahead of the first statement by which rustc has to know its type,
//! the type decides whether a `&` will do. Where fields of it are used, nobody can tell whether these are
//! `&mut`s.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::visit::{self, Visit};
use syn::{Expr, Item, Macro, Stmt, UnOp, parse_quote, parse_quote_spanned};

use super::Leases;
use crate::error;
use crate::look::simple_path;
use crate::names;
use crate::read::{self, Arguments};
use crate::variable::{Nature, VarId};

/// How code reaches a variable.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Reached {
    /// By its name, as before.
    Itself,
    /// By a reference of that name.
    ByReference,
    /// In a home of the frame's outermost block, at the site by which it moves in: there is no reference yet.
    InHome,
}

impl Leases<'_> {
    /// Moves a variable into its home.
    pub(super) fn moved_in(&self, id: VarId) -> TokenStream {
        let (variable, names) = (self.variable(id), self.tenants.decided.names);
        let (name, alias, lease) = (&variable.name, names::alias(variable), names::lease(variable));
        // Its `mut` is for those that use it: without this, it would seem idle where it was written.
        let value = if variable.mutable {
            quote_spanned!(names::ahead(name.span())=> { let _ = &mut #name; #name })
        } else {
            quote!(#name)
        };
        if self.homes()[&id].outermost {
            let full = names.private("full");
            return quote!(#[allow(unused_mut)] let mut #lease = #full(#value););
        }
        let (move_in, kept) = (names.private_at("move_in", name.span()), names::kept(id));
        let lease = names::lent(&lease, name.span());
        quote! {
            #[allow(unused_variables, clippy::shadow_unrelated, clippy::shadow_reuse)]
            let (#alias, #kept) = #move_in(#lease, #value);
        }
    }

    /// From here on, the types decide what can be done by the reference.
    pub(super) fn decided(&self, id: VarId) -> TokenStream {
        let (variable, names) = (self.variable(id), self.tenants.decided.names);
        let alias = names::alias(variable);
        let [by, seen] =
            ["Through::by", "Seen"].map(|item| names.private_at(item, variable.name.span()));
        quote! {
            #[allow(unused_variables, clippy::shadow_unrelated, clippy::shadow_reuse)]
            let #alias = #by(#seen(&*#alias).__defer_through(), #alias);
        }
    }

    /// Whether there is anything to decide.
    pub(super) fn is_undecided(&self, id: VarId) -> bool {
        let outermost = self.homes()[&id].outermost;
        !outermost && !self.variable(id).mutable && !self.by_fields.contains(&id)
    }

    /// What stands for a mention of the variable.
    pub(super) fn mention(&self, id: VarId, name: &Ident) -> Option<Expr> {
        let reached = self.reached.get(&id)?;
        let variable = self.variable(id);
        let (mut alias, at) = (names::alias(variable), name.span());
        alias.set_span(at);
        let here = Span::mixed_site().located_at(at);
        match reached {
            Reached::Itself if variable.name == "self" => Some(parse_quote!(#alias)),
            Reached::Itself => None,
            Reached::ByReference => {
                let place = quote_spanned!(names::ahead(here)=> *#alias);
                Some(parse_quote_spanned!(here=> (#place)))
            }
            Reached::InHome => {
                let lease = names::lease(variable);
                let place = quote_spanned!(names::ahead(here)=> *#lease.get());
                Some(parse_quote_spanned!(here=> (#place)))
            }
        }
    }

    /// What stands for a variable that is given another value, or lent to be changed: a message, if it is not
    /// `mut`.
    pub(super) fn changed(&mut self, place: &mut Expr) -> bool {
        let Some(name) = simple_path(place) else { return false };
        let Some(id) = VarId::of(name) else { return false };
        let variable = self.variable(id);
        let may = variable.mutable || variable.name == "self" || variable.nature == Nature::Late;
        if may || self.reached.get(&id) != Some(&Reached::ByReference) {
            return false;
        }
        let message = format!(
            "`{0}` is not declared as mutable: write `mut {0}` where it is declared",
            variable.name
        );
        let shown = error::shown(syn::Error::new(name.span(), message));
        *place = parse_quote!(#shown);
        true
    }
}

/// Whether rustc has to know the variable's type to make sense of the statement.
pub(super) fn asks_for_type(stmt: &Stmt, id: VarId, arguments: &[Arguments]) -> bool {
    let mut roots = Roots { arguments, fields: false, found: Vec::new() };
    roots.visit_stmt(stmt);
    roots.found.contains(&id)
}

/// The variables that fields are used of, anywhere.
pub(super) fn by_fields(block: &syn::Block, arguments: &[Arguments]) -> Vec<VarId> {
    let mut roots = Roots { arguments, fields: true, found: Vec::new() };
    roots.visit_block(block);
    roots.found
}

/// The variables at the root of `x.field`, or of what else asks for a type: `x.method()`, `x[…]`, `*x`, `x()`.
struct Roots<'a> {
    arguments: &'a [Arguments],
    fields: bool,
    found: Vec<VarId>,
}

impl<'ast> Visit<'ast> for Roots<'_> {
    fn visit_expr(&mut self, expr: &'ast Expr) {
        let root = match expr {
            Expr::Field(it) if self.fields => Some(&it.base),
            Expr::MethodCall(it) if !self.fields => Some(&it.receiver),
            Expr::Index(it) if !self.fields => Some(&it.expr),
            Expr::Call(it) if !self.fields => Some(&it.func),
            Expr::Unary(it) if !self.fields && matches!(it.op, UnOp::Deref(_)) => Some(&it.expr),
            _ => None,
        };
        self.found.extend(root.and_then(|root| simple_path(root)).and_then(VarId::of));
        visit::visit_expr(self, expr);
    }

    fn visit_macro(&mut self, mac: &'ast Macro) {
        let Some(number) = read::arguments_of(mac) else { return };
        let arguments = self.arguments;
        arguments[number].visit(self);
    }

    fn visit_item(&mut self, _: &'ast Item) {}
    fn visit_type(&mut self, _: &'ast syn::Type) {}
}
