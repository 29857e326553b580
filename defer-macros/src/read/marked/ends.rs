//! The end of a turn or a block that is a frame: takes its body, lets it end with what says that it was left there.

use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::{Block, Expr, Stmt, parse_quote};

use super::super::known;
use super::super::markers::{self, marker};
use crate::names::{self, Names};

/// What a body yields at its end.
#[derive(Clone, Copy)]
pub(super) enum Value {
    Unit,
    Any,
}

/// Lets the body end with what says so. That ends where the body did: coverage asks how far a body goes.
pub(super) fn end(body: &mut Block, value: Value, names: &Names) {
    let close = body.brace_token.span.close();
    let last = body.stmts.last().and_then(markers::end);
    let done = names.private("Left::Done");
    let end = End { done: quote!(#done), at: last.unwrap_or(close), value };
    match body.stmts.pop() {
        Some(Stmt::Expr(tail, None)) => body.stmts.extend(end.with(&tail)),
        Some(Stmt::Macro(mut last)) if last.semi_token.is_none() && !is_site(&last) => {
            if matches!(last.mac.delimiter, syn::MacroDelimiter::Brace(_)) {
                body.stmts.extend([Stmt::Macro(last), end.with_nothing()]);
            } else {
                let (attrs, mac) = (std::mem::take(&mut last.attrs), last.mac);
                body.stmts.extend(end.with(&parse_quote!(#(#attrs)* #mac)));
            }
        }
        last => {
            let leaves = matches!(&last, Some(Stmt::Expr(last, Some(_))) if leaves(last));
            body.stmts.extend(last);
            if !leaves {
                body.stmts.push(end.with_nothing());
            }
        }
    }
}

/// The end of a body, and where that is.
struct End {
    done: TokenStream,
    at: Span,
    value: Value,
}

impl End {
    /// As with nothing, only rustc knows whether the tail yields something.
    fn with(&self, tail: &Expr) -> Vec<Stmt> {
        let (done, value) = (&self.done, names::local("value"));
        let here = Span::mixed_site().located_at(self.at);
        match self.value {
            Value::Unit => {
                let allow = quote!(#[allow(clippy::diverging_sub_expression)]);
                vec![parse_quote!(#allow let _: () = #tail;), self.with_nothing()]
            }
            Value::Any if makes(tail) => {
                let tail = quote_spanned!(self.at=> (#tail));
                vec![Stmt::Expr(parse_quote!(#done #tail), None)]
            }
            Value::Any => {
                let tail = quote_spanned!(here=> (#tail));
                let arm = quote!(#[allow(unreachable_code)] #value => #done(#value));
                let arms = quote_spanned!(self.at=> { #arm });
                vec![Stmt::Expr(parse_quote!(match #tail #arms), None)]
            }
        }
    }

    /// Only rustc knows whether what is ahead of it returns.
    fn with_nothing(&self) -> Stmt {
        let (done, end) = (&self.done, quote_spanned!(self.at=> (());));
        parse_quote!(#[allow(unreachable_code)] return #done #end)
    }
}

fn is_site(last: &syn::StmtMacro) -> bool {
    marker(&Stmt::Macro(last.clone())).is_some()
}

/// Whether it is a value that is made of others alone, and can be handed over on success.
fn makes(tail: &Expr) -> bool {
    match tail {
        Expr::Call(call) => known::may_construct(&call.func),
        Expr::Paren(_) | Expr::Path(_) | Expr::Struct(_) | Expr::Tuple(_) => true,
        _ => false,
    }
}

/// Whether the statement is a way out, and nothing else.
fn leaves(last: &Expr) -> bool {
    match last {
        Expr::Return(_) => true,
        Expr::Block(it) => {
            matches!(it.block.stmts.last(), Some(Stmt::Expr(last, _)) if leaves(last))
        }
        _ => false,
    }
}

/// Whether what is returned is the end of a turn or a block that yields nothing.
pub(crate) fn is_end(returned: &Expr) -> bool {
    let Expr::Call(call) = returned else { return false };
    let Expr::Path(path) = &*call.func else { return false };
    let mut last = path.path.segments.iter().rev().map(|segment| &segment.ident);
    let is_done = last.next().is_some_and(|name| name == "Done")
        && last.next().is_some_and(|name| name == "Left")
        && last.next().is_some_and(|name| name == "__private");
    let is_unit = |it: &Expr| matches!(it, Expr::Tuple(tuple) if tuple.elems.is_empty());
    is_done && call.args.iter().all(is_unit)
}
