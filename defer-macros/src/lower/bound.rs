//! The variables that patterns bind: takes a pattern, a condition or a function's parameters, gives those.

use syn::visit::{self, Visit};
use syn::{Expr, Pat, PatIdent, Signature};

use crate::variable::VarId;

/// The variables of a function's parameters, without `self`.
pub(super) fn by_signature(signature: &Signature) -> Vec<VarId> {
    declared(|declared| signature.inputs.iter().for_each(|input| declared.visit_fn_arg(input)))
}

/// The variables of a closure's parameters.
pub(super) fn by_closure(closure: &syn::ExprClosure) -> Vec<VarId> {
    declared(|declared| closure.inputs.iter().for_each(|input| declared.visit_pat(input)))
}

/// The variables that a pattern binds.
pub(super) fn by_pattern(pat: &Pat) -> Vec<VarId> {
    declared(|declared| declared.visit_pat(pat))
}

fn declared(look: impl FnOnce(&mut Declared)) -> Vec<VarId> {
    let mut declared = Declared(Vec::new());
    look(&mut declared);
    declared.0
}

struct Declared(Vec<VarId>);

impl<'ast> Visit<'ast> for Declared {
    fn visit_pat_ident(&mut self, pat: &'ast PatIdent) {
        if let Some(id) = VarId::of(&pat.ident)
            && !self.0.contains(&id)
        {
            self.0.push(id);
        }
        visit::visit_pat_ident(self, pat);
    }

    fn visit_expr(&mut self, _: &'ast Expr) {}
    fn visit_type(&mut self, _: &'ast syn::Type) {}
}

/// The variables of the `let`s in a condition.
pub(super) fn by_condition(condition: &Expr) -> Vec<VarId> {
    match condition {
        Expr::Let(it) => by_pattern(&it.pat),
        Expr::Binary(it) => [by_condition(&it.left), by_condition(&it.right)].concat(),
        Expr::Paren(it) => by_condition(&it.expr),
        _ => Vec::new(),
    }
}
