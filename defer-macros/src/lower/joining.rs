//! `?` in deferred code: takes a call or a block that may fail, gives exit code that lets the failure
//! join the frame's result.
//!
//! ```text
//! // Input                          // Output
//! defer!(f(a)?);                    join_call(f(arg0), &mut outcome)
//! defer! { f()?; }                  join_block(&mut outcome, || { f()?; return done() })
//! ```

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::visit_mut::{self, VisitMut};
use syn::{Block, Expr, ExprAsync, ExprClosure, ExprReturn, Item, Stmt, Token, parse_quote};

use super::tree::drop_tail;
use crate::look::{diverges, innermost, simple_path};
use crate::names::{self, Names};
use crate::read::Arguments;

/// The call's failure joins. The call comes first: what it yields is not to be inferred from the result.
pub(super) fn call(call: &TokenStream, question: Token![?], names: &Names) -> TokenStream {
    let at = question.span;
    let join = names.private_at("join_call", at);
    let outcome = names::lent(&names::local("outcome"), at);
    quote_spanned!(at=> #join(#call, #outcome);)
}

/// What the block ends with joins. It may be handed the outcome meanwhile, by a statement, and it may wait.
pub(super) fn block(
    handing: Option<&TokenStream>,
    block: &impl ToTokens,
    at: Span,
    awaits: bool,
    names: &Names,
) -> TokenStream {
    let outcome = names::local_at("outcome", at);
    if awaits {
        let (join, exit) = (names.private_at("join_exit", at), names::local_at("exit", at));
        let handing = handing.map(|handing| quote!(let #outcome = &mut *#outcome; #handing));
        let future = quote_spanned!(names::capturing(at)=> async { #handing #block });
        return quote_spanned! {at=>
            let #exit = #future.await;
            #join(&mut #outcome, #exit);
        };
    }
    let (name, exit) = match handing {
        Some(handing) => {
            ("join_closure", quote_spanned!(names::capturing(at)=> |#outcome| { #handing #block }))
        }
        None => ("join_block", quote_spanned!(names::capturing(at)=> || #block)),
    };
    let join = names.private_at(name, at);
    let outcome = names::lent(&outcome, at);
    quote_spanned!(at=> #join(#outcome, #exit);)
}

/// Lets the block end with a result that says it did not fail, where it says nothing else.
pub(super) fn end(block: &mut Block, at: Span, arguments: &[Arguments], names: &Names) {
    let done = names.private_at("done", at);
    let done: Expr = parse_quote!(#done());
    Returns(&done).visit_block_mut(block);
    let block = innermost(block);
    match block.stmts.last_mut() {
        Some(Stmt::Expr(tail, None)) if is_result(tail) => return,
        Some(stmt) if diverges(stmt, arguments) => return,
        _ => drop_tail(block),
    }
    // Only rustc knows whether the call that is last returns.
    block.stmts.push(parse_quote!(#[allow(unreachable_code)] return #done;));
}

/// `return;` leaves the block, so it returns what the end of the block would.
struct Returns<'a>(&'a Expr);

impl VisitMut for Returns<'_> {
    fn visit_expr_return_mut(&mut self, ret: &mut ExprReturn) {
        match &mut ret.expr {
            None => ret.expr = Some(Box::new(self.0.clone())),
            Some(value) => visit_mut::visit_expr_mut(self, value),
        }
    }

    // Frames of their own.
    fn visit_expr_closure_mut(&mut self, _: &mut ExprClosure) {}
    fn visit_expr_async_mut(&mut self, _: &mut ExprAsync) {}
    fn visit_item_mut(&mut self, _: &mut Item) {}
}

/// Whether a tail is what the block ends with, as at the end of a closure that returns a result.
fn is_result(tail: &Expr) -> bool {
    let name = match tail {
        Expr::Call(call) => simple_path(&call.func),
        _ => simple_path(tail),
    };
    name.is_some_and(|name| ["Ok", "Err", "Some", "None"].iter().any(|known| name == known))
}
