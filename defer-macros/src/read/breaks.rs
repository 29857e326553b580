//! `break` and `continue` in deferred code that mean a loop around it: takes a deferred block, refuses
//! each at its token, and gives the block with a `return` there, so that nothing else seems wrong.

use proc_macro2::Span;
use syn::visit_mut::{self, VisitMut};
use syn::{Block, Expr, ExprAsync, ExprClosure, Item, Label, Lifetime, parse_quote_spanned};

use crate::error::Errors;

/// Refuses what would leave the block for a loop around it.
pub(crate) fn refuse(block: &mut Block, errors: &mut Errors) {
    Breaks { loops: Vec::new(), errors }.visit_block_mut(block);
}

/// The same for the body of a deferred closure.
pub(crate) fn refuse_in_closure(body: &mut Expr, errors: &mut Errors) {
    Breaks { loops: Vec::new(), errors }.visit_expr_mut(body);
}

struct Breaks<'a> {
    /// What can be left here, from the outside in: loops and labelled blocks.
    loops: Vec<Left>,
    errors: &'a mut Errors,
}

struct Left {
    label: Option<Lifetime>,
    is_loop: bool,
}

impl Breaks<'_> {
    fn within(&mut self, label: Option<&Label>, is_loop: bool, expr: &mut Expr) {
        self.loops.push(Left { label: label.map(|label| label.name.clone()), is_loop });
        visit_mut::visit_expr_mut(self, expr);
        self.loops.pop();
    }

    /// Whether deferred code has what is left: the loop of this name, or any loop.
    fn has(&self, label: Option<&Lifetime>) -> bool {
        self.loops.iter().any(|left| match label {
            Some(name) => left.label.as_ref() == Some(name),
            None => left.is_loop,
        })
    }

    fn refuse(&mut self, at: Span, word: &str, expr: &mut Expr) {
        let message = format!(
            "deferred code runs when the loops around it are over, so it cannot `{word}` them: \
            `return` leaves a deferred block"
        );
        self.errors.at(at, message);
        *expr = parse_quote_spanned!(at=> return);
    }
}

impl VisitMut for Breaks<'_> {
    fn visit_expr_mut(&mut self, expr: &mut Expr) {
        match expr {
            Expr::ForLoop(it) => {
                // What is iterated over is not in the loop.
                self.visit_expr_mut(&mut it.expr);
                self.within(it.label.clone().as_ref(), true, expr);
            }
            Expr::While(it) => self.within(it.label.clone().as_ref(), true, expr),
            Expr::Loop(it) => self.within(it.label.clone().as_ref(), true, expr),
            Expr::Block(it) => self.within(it.label.clone().as_ref(), false, expr),
            Expr::Break(it) if !self.has(it.label.as_ref()) => {
                self.refuse(it.break_token.span, "break", expr);
            }
            Expr::Continue(it) if !self.has(it.label.as_ref()) => {
                self.refuse(it.continue_token.span, "continue", expr);
            }
            _ => visit_mut::visit_expr_mut(self, expr),
        }
    }

    // What cannot leave these is rustc's to refuse.
    fn visit_expr_closure_mut(&mut self, _: &mut ExprClosure) {}
    fn visit_expr_async_mut(&mut self, _: &mut ExprAsync) {}
    fn visit_item_mut(&mut self, _: &mut Item) {}
}
