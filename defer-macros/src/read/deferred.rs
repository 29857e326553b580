//! What stands in a `defer!`: takes its tokens, gives the call, the statements or the closure that is deferred.
//!
//! Refuses what is no call, each mistake at its token, and gives a block with it then, so that nothing else seems
//! wrong.

use proc_macro2::{Span, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::parse::ParseStream;
use syn::spanned::Spanned;
use syn::{
    Block, Expr, ExprCall, ExprClosure, ExprMethodCall, Macro, MacroDelimiter, Stmt, parse_quote,
    parse_quote_spanned,
};

use super::{half_typed, known};
use crate::error::Errors;
use crate::site::{Behind, Body};

const NOT_A_CALL: &str = "expression in defer must be a function call: \
    to run anything else at the exit, write `defer! { … }`";
const LET: &str = "a `let` is no call: to ignore what a call returns, \
    write `defer! { let _ = f(a); }`";
const EMPTY: &str = "nothing is deferred here: write `defer!(f(a));` or `defer! { … }`";
const RECOVER: &str = "`recover` belongs to the outcome of the frame: \
    write `defer!(|outcome| { outcome.recover(); });`";

/// What a site defers, and whether it has a mistake.
pub(super) fn read(mac: &Macro, span: Span, errors: &mut Errors) -> (Body, bool) {
    let mut reader = Reader { refused: false, errors };
    let body = reader.body(mac, span);
    (body, reader.refused)
}

struct Reader<'a> {
    /// The site has a mistake.
    refused: bool,
    errors: &'a mut Errors,
}

impl Reader<'_> {
    fn body(&mut self, mac: &Macro, span: Span) -> Body {
        if mac.tokens.is_empty() {
            self.refuse(span, EMPTY);
        }
        self.read(mac).unwrap_or_else(|error| {
            self.errors.add(error);
            let whole = half_typed::to_show(mac).and_then(|whole| self.read(&whole).ok());
            self.refused |= whole.is_none();
            whole.unwrap_or_else(Body::empty)
        })
    }

    fn read(&mut self, mac: &Macro) -> syn::Result<Body> {
        match mac.delimiter {
            MacroDelimiter::Brace(_) => {
                mac.parse_body_with(Block::parse_within).map(|stmts| self.statements(stmts, mac))
            }
            _ => mac.parse_body_with(one_expression).map(|expr| match expr {
                Some(expr) => self.deferred(expr),
                None => Body::empty(),
            }),
        }
    }

    fn statements(&mut self, stmts: Vec<Stmt>, mac: &Macro) -> Body {
        if let [Stmt::Expr(Expr::Closure(closure), None)] = &*stmts {
            let message = "a closure in braces is never called: write `defer!(|outcome| …)` \
                in parentheses, or the statements alone";
            return self.refuse(closure.inputs_begin.span, message);
        }
        let MacroDelimiter::Brace(brace_token) = mac.delimiter else { unreachable!() };
        Body::Block(Block { brace_token, stmts })
    }

    /// What stands in the parentheses.
    fn deferred(&mut self, expr: Expr) -> Body {
        match expr {
            Expr::Call(call) if is_recover(&call) => self.refuse(call.func.span(), RECOVER),
            Expr::MethodCall(call) if is_chain(&call) => self.chain(&call),
            Expr::Call(_) | Expr::MethodCall(_) => Body::Call(expr, Behind::default()),
            Expr::Try(attempt) if is_call(&attempt.expr) => match self.deferred(*attempt.expr) {
                Body::Call(call, Behind { awaits, joins: None }) => {
                    Body::Call(call, Behind { awaits, joins: Some(attempt.question_token) })
                }
                other => other,
            },
            Expr::Await(wait) if is_call(&wait.base) => match self.deferred(*wait.base) {
                Body::Call(call, Behind { awaits: None, joins: None }) => {
                    Body::Call(call, Behind { awaits: Some(wait.await_token), joins: None })
                }
                other => other,
            },
            Expr::Closure(closure) => self.deferred_closure(closure),
            Expr::Block(block) if block.label.is_none() && block.attrs.is_empty() => {
                Body::Block(block.block)
            }
            Expr::Group(group) => self.deferred(*group.expr),
            Expr::Let(binding) => {
                self.refuse(binding.let_token.span, LET);
                // A `?` would ask something of the function's result.
                let ignored = match *binding.expr {
                    Expr::Try(attempt) => attempt.expr,
                    ignored => Box::new(ignored),
                };
                Body::Block(parse_quote!({ let _ = #ignored; }))
            }
            Expr::Paren(paren) => {
                let at = paren.paren_token.span.open();
                self.refuse(at, "expression in defer must not be parenthesized");
                self.deferred(*paren.expr)
            }
            other => {
                self.refuse_expression(&other);
                // An erroneous site is a block, so that what it mentions still counts as used.
                Body::Block(parse_quote_spanned!(other.span()=> { let _ = #other; }))
            }
        }
    }

    /// `defer!(f().unwrap())` would call `f` now.
    fn chain(&mut self, call: &ExprMethodCall) -> Body {
        let message = format!(
            "only `.{}()` would be called at the exit, and what is ahead of it now: \
            write `defer! {{ {}; }}`",
            call.method,
            call.to_token_stream()
        );
        self.refused = true;
        self.errors.at(call.method.span(), message);
        Body::Block(parse_quote!({ let _ = #call; }))
    }

    /// A mistake, and what the site is then.
    fn refuse(&mut self, at: Span, message: &str) -> Body {
        self.refused = true;
        self.errors.at(at, message);
        Body::empty()
    }

    fn refuse_expression(&mut self, deferred: &Expr) {
        self.refused = true;
        match deferred {
            Expr::Macro(call) => {
                let written = call.to_token_stream().to_string().replacen("! (", "!(", 1);
                let message = format!(
                    "nobody can see which parts of a macro call are arguments, to be evaluated now: \
                    write `defer! {{ {written}; }}`"
                );
                self.errors.on(&call.mac.path, message);
            }
            other => self.errors.on(other, NOT_A_CALL),
        }
    }

    /// A deferred closure is handed how the frame ends, and nothing else.
    fn deferred_closure(&mut self, closure: ExprClosure) -> Body {
        if let Some(token) = &closure.capture {
            let message = "`move` means nothing here, as the closure is made at the exit: \
                to evaluate a value now, hand it to a call, `defer!(f(x))`";
            self.refuse(token.span, message)
        } else if let Some(token) = &closure.asyncness {
            self.refuse(token.span, "no `async` is needed: write `defer!(|outcome| …)`")
        } else if closure.inputs.len() != 1 {
            let message = "a deferred closure is handed how the function ends, \
                `defer!(|outcome| …)`: without that, write `defer! { … }`";
            self.refuse(closure.inputs_begin.span, message)
        } else if let Some(TokenTree::Punct(hash)) =
            closure.inputs.to_token_stream().into_iter().next()
            && hash.as_char() == '#'
        {
            self.refuse(hash.span(), "an attribute cannot stand here: put it ahead of the `defer!`")
        } else {
            Body::Outcome(closure)
        }
    }
}

/// A call, and what is made of its result.
fn is_chain(call: &ExprMethodCall) -> bool {
    known::ends_a_chain(&call.method)
        && matches!(
            &*call.receiver,
            Expr::Call(_) | Expr::MethodCall(_) | Expr::Macro(_) | Expr::Await(_) | Expr::Try(_)
        )
}

/// A call, or one that is awaited.
fn is_call(expr: &Expr) -> bool {
    match expr {
        Expr::Call(_) | Expr::MethodCall(_) => true,
        Expr::Await(wait) => matches!(*wait.base, Expr::Call(_) | Expr::MethodCall(_)),
        _ => false,
    }
}

/// Go's `defer recover()`, which does not recover in Go either.
fn is_recover(call: &ExprCall) -> bool {
    call.args.is_empty() && matches!(&*call.func, Expr::Path(f) if f.path.is_ident("recover"))
}

fn one_expression(input: ParseStream) -> syn::Result<Option<Expr>> {
    if input.is_empty() {
        return Ok(None);
    }
    let expr = input.parse()?;
    if !input.is_empty() {
        let rest: TokenStream = input.parse()?;
        let first = rest.into_iter().next().map(|token| quote!(#token));
        let message = "one call can be deferred here: for more, write `defer! { … }`";
        return Err(syn::Error::new_spanned(first, message));
    }
    Ok(Some(expr))
}
