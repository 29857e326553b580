//! What a variable is seen to be: takes the type or the value that it is declared with, gives its nature.

use syn::{Expr, Local, Pat, Stmt, Type};

use super::scopes::Scopes;
use super::simple_path;
use crate::read::known;
use crate::variable::{Nature, Variables};

/// What is known of the variables so far.
#[derive(Clone, Copy)]
pub(super) struct Natures<'a> {
    pub(super) scopes: &'a Scopes,
    pub(super) variables: &'a Variables,
}

impl Natures<'_> {
    pub(super) fn of_local(self, local: &Local) -> Nature {
        let Some(init) = &local.init else { return Nature::Late };
        match (&local.pat, &*init.expr) {
            (Pat::Type(_), _) => Nature::Plain,
            (_, value) if self.is_reference(value) => Nature::Reference,
            (_, Expr::Call(call)) if is_box(&call.func) => Nature::Boxed,
            (Pat::Ident(_), value) if self.is_closure(value) => Nature::Closure,
            (Pat::Ident(_), value) if is_open(value) => Nature::Open,
            _ => Nature::Plain,
        }
    }

    /// Whether the value is seen to be a closure that is made here, or a copy of one.
    fn is_closure(self, value: &Expr) -> bool {
        match value {
            Expr::Closure(_) => true,
            Expr::Paren(paren) => self.is_closure(&paren.expr),
            Expr::Block(it) => match it.block.stmts.last() {
                Some(Stmt::Expr(tail, None)) => self.is_closure(tail),
                _ => false,
            },
            Expr::MethodCall(call) if call.method == "clone" => self.is_closure(&call.receiver),
            value => self.of_value(value) == Some(Nature::Closure),
        }
    }

    /// What a value that is a variable is known to be.
    fn of_value(self, value: &Expr) -> Option<Nature> {
        let id = self.scopes.find(simple_path(value)?)?;
        Some(self.variables.get(id).nature)
    }

    /// Whether the value is seen to be a reference that is moved, not copied.
    fn is_reference(self, value: &Expr) -> bool {
        match value {
            Expr::Reference(borrow) => borrow.mutability.is_some(),
            Expr::Paren(paren) => self.is_reference(&paren.expr),
            value => self.of_value(value) == Some(Nature::Reference),
        }
    }
}

pub(super) fn of_type(ty: &Type) -> Nature {
    let is_box =
        |path: &syn::TypePath| path.path.segments.last().is_some_and(|it| it.ident == "Box");
    match ty {
        ty if is_mutable_reference(ty) => Nature::Reference,
        Type::Path(path) if is_box(path) => Nature::Boxed,
        _ => Nature::Plain,
    }
}

/// Whether later code may have to say the value's type.
fn is_open(value: &Expr) -> bool {
    match value {
        Expr::Paren(it) => is_open(&it.expr),
        Expr::Try(it) => is_open(&it.expr),
        Expr::Path(it) => it.path.is_ident("None"),
        Expr::Call(it) => known::constructs(&it.func) || known::defaults(&it.func),
        Expr::MethodCall(it) if it.turbofish.is_some() => false,
        Expr::MethodCall(it) => {
            known::converts(&it.method) || known::unwraps(&it.method) && is_open(&it.receiver)
        }
        _ => false,
    }
}

/// `Box::new`
fn is_box(callee: &Expr) -> bool {
    let Expr::Path(path) = callee else { return false };
    let mut names = path.path.segments.iter().rev().map(|segment| segment.ident.to_string());
    names.next().is_some_and(|it| it == "new") && names.next().is_some_and(|it| it == "Box")
}

fn is_mutable_reference(ty: &Type) -> bool {
    match ty {
        Type::Reference(it) => it.mutability.is_some(),
        Type::Paren(it) => is_mutable_reference(&it.elem),
        Type::Group(it) => is_mutable_reference(&it.elem),
        _ => false,
    }
}
