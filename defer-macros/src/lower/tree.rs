//! Small questions and changes of trees that several parts of the lowering need.

use proc_macro2::{Ident, TokenStream};
use quote::ToTokens;
use syn::visit::{self, Visit};
use syn::visit_mut::{self, VisitMut};
use syn::{Block, Expr, ExprBlock, ExprParen, Item, Macro, Stmt};

use crate::look::plain_block;
use crate::read::{self, Arguments, tokens};
use crate::site::{Body, Site, SiteId};
use crate::variable::Variables;

pub(super) fn verbatim(tokens: TokenStream) -> Stmt {
    Stmt::Expr(Expr::Verbatim(tokens), None)
}

pub(super) fn block_of(stmts: Vec<Stmt>) -> Expr {
    let block = Block { brace_token: syn::token::Brace::default(), stmts };
    Expr::Block(ExprBlock { attrs: Vec::new(), label: None, block })
}

/// A closure's body as a block.
pub(super) fn as_block(body: &mut Expr) -> &mut Block {
    if plain_block(body).is_none() {
        let whole = std::mem::replace(body, Expr::PLACEHOLDER);
        // In parentheses, as a statement ends where an expression that begins with a block may go on.
        let paren_token = syn::token::Paren::default();
        let whole = match whole {
            Expr::Binary(_) | Expr::Cast(_) | Expr::Assign(_) => {
                Expr::Paren(ExprParen { attrs: Vec::new(), paren_token, expr: Box::new(whole) })
            }
            whole => whole,
        };
        *body = block_of(vec![Stmt::Expr(whole, None)]);
    }
    match body {
        Expr::Block(body) => &mut body.block,
        _ => unreachable!("it was just made one"),
    }
}

/// The sites of the statement's own frame, and of those that are still in it.
pub(super) fn markers_in(stmt: &Stmt) -> Vec<SiteId> {
    let mut markers = Markers(Vec::new());
    markers.visit_stmt(stmt);
    markers.0
}

/// Whether a closure's body has a site in it.
pub(super) fn holds_a_site(body: &Expr) -> bool {
    let mut markers = Markers(Vec::new());
    markers.visit_expr(body);
    !markers.0.is_empty()
}

struct Markers(Vec<SiteId>);

impl<'ast> Visit<'ast> for Markers {
    fn visit_stmt(&mut self, stmt: &'ast Stmt) {
        match read::marker(stmt) {
            Some(id) => self.0.push(id),
            None => visit::visit_stmt(self, stmt),
        }
    }

    fn visit_item(&mut self, _: &'ast Item) {}
    fn visit_macro(&mut self, _: &'ast Macro) {}
    fn visit_type(&mut self, _: &'ast syn::Type) {}
}

/// What a deferred block's tail yields is dropped like any other unused value.
pub(super) fn drop_tail(block: &mut Block) {
    if let Some(Stmt::Expr(tail, semi @ None)) = block.stmts.last_mut() {
        // Lints of the statement are at the tail then; behind a brace, it would seem to be needless.
        let tail = tail.to_token_stream();
        let at = tokens::end(tail.clone()).filter(|_| !tokens::end_with_brace(tail));
        *semi = Some(syn::Token![;](at.unwrap_or_else(proc_macro2::Span::mixed_site)));
    }
}

/// Gives names back as the user wrote them, and macros their arguments.
pub(super) struct Restore<'a> {
    pub(super) variables: &'a Variables,
    pub(super) arguments: &'a mut [Arguments],
}

impl Restore<'_> {
    pub(super) fn site(&mut self, site: &mut Site) {
        for evaluated in &mut site.now {
            self.visit_expr_mut(&mut evaluated.value);
            self.visit_ident_mut(&mut evaluated.name);
        }
        match &mut site.body {
            Body::Call(call, _) => self.visit_expr_mut(call),
            Body::Block(block) => self.visit_block_mut(block),
            Body::Outcome(closure) => self.visit_expr_closure_mut(closure),
        }
    }
}

impl VisitMut for Restore<'_> {
    fn visit_ident_mut(&mut self, name: &mut Ident) {
        if let Some(restored) = self.variables.unmarked(name) {
            *name = restored;
        }
    }

    fn visit_macro_mut(&mut self, mac: &mut Macro) {
        let Some(number) = read::arguments_of(mac) else { return };
        let mut arguments = std::mem::replace(&mut self.arguments[number], Arguments::empty());
        // What is inside may have been changed without this having been.
        if arguments.changed {
            arguments.visit_mut(self);
            mac.tokens = match arguments.read {
                read::Read::Tokens(tokens) => self.variables.unmark(tokens),
                _ => arguments.into_tokens(),
            };
        } else {
            mac.tokens = arguments.into_tokens();
        }
    }

    fn visit_item_mut(&mut self, _: &mut Item) {}

    fn visit_stmt_mut(&mut self, stmt: &mut Stmt) {
        if read::marker(stmt).is_none() {
            visit_mut::visit_stmt_mut(self, stmt);
        }
    }
}
