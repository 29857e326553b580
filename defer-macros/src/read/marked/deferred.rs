//! What deferred code asks of the frame around it: takes the body of a site, says whether it has a `?` or waits, and
//! gives the sites in it.

use quote::ToTokens;
use syn::visit::{self, Visit};
use syn::{Block, Item, Stmt};

use super::super::markers::marker;
use super::super::tokens;
use crate::site::{Body, SiteId};

/// Whether a deferred body has a `?`, or returns a value, or defers code that does.
pub(super) fn carries(body: &Body, bodies: &[Body]) -> bool {
    struct Carries(bool);
    impl<'ast> Visit<'ast> for Carries {
        fn visit_expr_return(&mut self, it: &'ast syn::ExprReturn) {
            self.0 |= it.expr.is_some();
            visit::visit_expr_return(self, it);
        }
        fn visit_expr_try(&mut self, _: &'ast syn::ExprTry) {
            self.0 = true;
        }
        fn visit_expr_closure(&mut self, _: &'ast syn::ExprClosure) {}
        fn visit_expr_async(&mut self, _: &'ast syn::ExprAsync) {}
        fn visit_item(&mut self, _: &'ast Item) {}
    }
    let mut carries = Carries(matches!(body, Body::Call(_, behind) if behind.joins.is_some()));
    within(body, &mut carries);
    carries.0 || deferred_in(body).iter().any(|id| self::carries(&bodies[id.0], bodies))
}

/// Whether a deferred body waits, or defers code that does.
pub(super) fn waits(body: &Body, bodies: &[Body]) -> bool {
    let own = matches!(body, Body::Call(_, behind) if behind.awaits.is_some())
        || tokens::mention(body.to_token_stream(), "await");
    own || deferred_in(body).iter().any(|id| waits(&bodies[id.0], bodies))
}

/// The sites of a deferred body's frame.
fn deferred_in(body: &Body) -> Vec<SiteId> {
    let mut sites = Sites(Vec::new());
    within(body, &mut sites);
    sites.0
}

/// Visits what a deferred body's frame does.
fn within<'ast>(body: &'ast Body, visitor: &mut impl Visit<'ast>) {
    match body {
        Body::Call(..) => {}
        Body::Block(block) => visitor.visit_block(block),
        Body::Outcome(closure) => visitor.visit_expr(&closure.body),
    }
}

/// The sites of a body, and not of closures in it.
pub(super) fn sites_of(body: &Block) -> Vec<SiteId> {
    let mut sites = Sites(Vec::new());
    sites.visit_block(body);
    sites.0
}

struct Sites(Vec<SiteId>);

impl<'ast> Visit<'ast> for Sites {
    fn visit_stmt(&mut self, stmt: &'ast Stmt) {
        match marker(stmt) {
            Some(id) => self.0.push(id),
            None => visit::visit_stmt(self, stmt),
        }
    }
    fn visit_expr_closure(&mut self, _: &'ast syn::ExprClosure) {}
    fn visit_expr_async(&mut self, _: &'ast syn::ExprAsync) {}
    fn visit_item(&mut self, _: &'ast Item) {}
}
