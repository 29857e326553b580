//! `#[deferrable]` on a loop or a block: takes the function as it was read, gives each turn of such a loop, and
//! each such block, as a closure that says how it was left. So it is a frame like any other closure.
//!
//! ```text
//! // Input                          // Output
//! #[deferrable]                     for name in names {
//! for name in names {                   match turn(|| -> Left<Result<u32, E>, (), u8> {
//!     defer!(close(name));                  defer!(close(name));
//!     if end { break; }                     if end { return Left::Jumped(0); }
//!     sum += parse(name)?;                  sum += match Branch::branch(parse(name)) {
//! }                                             Ok(value) => value,
//!                                               Err(failure) => return Left::Returned(…),
//!                                           };
//!                                           Left::Done(())
//!                                       }) {
//!                                           Left::Done(value) => value,
//!                                           Left::Returned(result) => return result,
//!                                           Left::Jumped(_) => break,
//!                                       }
//!                                   }
//! ```

mod deferred;
mod ends;
mod owned;
mod ways;

use std::rc::Rc;

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::visit_mut::{self, VisitMut};
use syn::{
    Block, Expr, ExprBlock, ExprUnsafe, Item, Label, Lifetime, Local, Meta, ReturnType, Stmt, Type,
    parse_quote,
};

use self::deferred::{carries, sites_of};
pub(crate) use self::ends::is_end;
use self::ends::{Value, end};
use self::owned::{Owned, Turn};
use self::ways::Ways;
use super::known::is_deferrable;
use super::options::Options;
use super::tokens;
use crate::error::Errors;
use crate::names::{self, Names};
use crate::site::{Body, Function, Site, SiteId, When};

const PLACE: &str = "within a function, `#[deferrable]` goes on a loop, a block, or a `let` that gets its value from \
    a block: in braces of its own, anything is a block";

/// Makes frames of the loops and blocks that have the attribute, and says whether there are some.
pub(crate) fn close(function: &mut Function, options: &Options, errors: &mut Errors) -> bool {
    if !function.marks {
        return false;
    }
    let Function { item, sites, arguments, .. } = function;
    let waits = item.sig.asyncness.is_some();
    let around = Around::returning(result_of(&item.sig.output), waits);
    let mut bodies: Vec<Body> =
        sites.iter_mut().map(|site| std::mem::replace(&mut site.body, Body::empty())).collect();
    let (names, options) = (&options.names, Rc::new(options.clone()));
    let (bodies_of, own) = (&bodies, options.clone());
    let mut marked =
        Marked { names, options: own, sites, bodies: bodies_of, arguments, errors, around };
    marked.visit_block_mut(&mut item.block);
    for at in 0..bodies.len() {
        let mut body = bodies[at].clone();
        let waits = waits && deferred::waits(&body, &bodies);
        let mut around = Around::returning(Some(quote!(())), waits);
        if carries(&body, &bodies) {
            let done = names.private("done");
            around = Around { result: Some(quote!(_)), nothing: quote!(#done()), ..around };
        }
        let (bodies_of, options) = (&bodies, options.clone());
        let mut marked =
            Marked { names, options, sites, bodies: bodies_of, arguments, errors, around };
        match &mut body {
            Body::Call(call, _) => marked.visit_expr_mut(call),
            Body::Block(block) => marked.visit_block_mut(block),
            Body::Outcome(closure) => marked.visit_expr_mut(&mut closure.body),
        }
        bodies[at] = body;
    }
    for (site, body) in sites.iter_mut().zip(bodies) {
        site.body = body;
    }
    true
}

/// A result's type, to be said of a closure.
fn result_of(output: &ReturnType) -> Option<TokenStream> {
    match output {
        ReturnType::Default => Some(quote!(())),
        ReturnType::Type(_, ty) if matches!(**ty, Type::Never(_)) => None,
        ReturnType::Type(_, ty) => Some(to_be_said(ty).into_token_stream()),
    }
}

/// A type as it can be said of a closure's result: what is opaque is left to inference.
pub(crate) fn to_be_said(ty: &Type) -> Type {
    struct Opaque;
    impl VisitMut for Opaque {
        fn visit_type_mut(&mut self, ty: &mut Type) {
            match ty {
                Type::ImplTrait(_) => *ty = parse_quote!(_),
                _ => visit_mut::visit_type_mut(self, ty),
            }
        }
    }
    let mut ty = ty.clone();
    Opaque.visit_type_mut(&mut ty);
    ty
}

/// On an `unsafe` block, it means what is in there.
fn mark_inner(it: &mut ExprUnsafe) {
    if let Some(at) = it.attrs.iter().position(is_deferrable) {
        let attrs = vec![it.attrs.remove(at)];
        let brace_token = it.block.brace_token;
        let stmts = std::mem::take(&mut it.block.stmts);
        let block = Block { brace_token, stmts };
        let whole = Expr::Block(ExprBlock { attrs, label: None, block });
        it.block.stmts = vec![Stmt::Expr(whole, None)];
    }
}

fn unparenthesized(expr: &mut Expr) -> &mut Expr {
    match expr {
        Expr::Paren(paren) => unparenthesized(&mut paren.expr),
        expr => expr,
    }
}

struct Marked<'a> {
    names: &'a Names,
    /// Those of the function, or of the frame around it.
    options: Rc<Options>,
    sites: &'a mut Vec<Site>,
    bodies: &'a [Body],
    arguments: &'a mut Vec<super::Arguments>,
    errors: &'a mut Errors,
    around: Around,
}

/// The function, the closure or the deferred code that a turn or a block is in.
struct Around {
    /// What it returns, if it returns.
    result: Option<TokenStream>,
    /// What it returns by a `return` alone.
    nothing: TokenStream,
    /// It is async.
    waits: bool,
}

impl Around {
    fn returning(result: Option<TokenStream>, waits: bool) -> Self {
        Self { result, nothing: quote!(()), waits }
    }
}

impl VisitMut for Marked<'_> {
    fn visit_local_mut(&mut self, local: &mut Local) {
        // On the `let`, it means the block that the variable gets its value from.
        if let Some(at) = local.attrs.iter().position(is_deferrable) {
            let attribute = local.attrs.remove(at);
            // In parentheses where an `else` follows, which cannot stand behind a brace.
            match local.init.as_mut().map(|init| unparenthesized(&mut init.expr)) {
                Some(Expr::Block(block)) => block.attrs.push(attribute),
                Some(Expr::Unsafe(block)) => block.attrs.push(attribute),
                _ => self.errors.on(&attribute, PLACE),
            }
        }
        visit_mut::visit_local_mut(self, local);
    }

    fn visit_expr_mut(&mut self, expr: &mut Expr) {
        if let Expr::Unsafe(it) = expr {
            mark_inner(it);
        }
        let around = self.options.clone();
        let is_marked = match self.take_attribute(expr) {
            Some(own) => {
                self.options = Rc::new(own);
                true
            }
            None => false,
        };
        match expr {
            Expr::Closure(closure) => {
                let result = match &closure.output {
                    ReturnType::Default => Some(quote!(_)),
                    output @ ReturnType::Type(..) => result_of(output),
                };
                let waits = closure.asyncness.is_some();
                self.within(result, waits, |marked| visit_mut::visit_expr_mut(marked, expr));
            }
            Expr::Async(_) => {
                self.within(Some(quote!(_)), true, |it| visit_mut::visit_expr_mut(it, expr));
            }
            // From the inside out: what leaves a frame for one around it leaves that as well.
            _ => visit_mut::visit_expr_mut(self, expr),
        }
        if is_marked {
            self.frame(expr);
        }
        self.options = around;
    }

    fn visit_item_mut(&mut self, _: &mut Item) {}
}

impl Marked<'_> {
    fn within(&mut self, result: Option<TokenStream>, waits: bool, visit: impl FnOnce(&mut Self)) {
        let around = std::mem::replace(&mut self.around, Around::returning(result, waits));
        visit(self);
        self.around = around;
    }

    /// The options of the attribute, if it is on the expression, which it is taken away from.
    fn take_attribute(&mut self, expr: &mut Expr) -> Option<Options> {
        let attributes = match expr {
            Expr::ForLoop(it) => &mut it.attrs,
            Expr::While(it) => &mut it.attrs,
            Expr::Loop(it) => &mut it.attrs,
            Expr::Block(it) => &mut it.attrs,
            _ => {
                self.refuse(expr);
                return None;
            }
        };
        let attribute = attributes.remove(attributes.iter().position(is_deferrable)?);
        let tokens = match attribute.meta {
            Meta::List(list) => list.tokens,
            _ => TokenStream::new(),
        };
        Some(self.options.with(tokens, self.errors))
    }

    /// The attribute means nothing elsewhere.
    fn refuse(&mut self, expr: &mut Expr) {
        let attributes = match expr {
            Expr::If(it) => &mut it.attrs,
            Expr::Match(it) => &mut it.attrs,
            Expr::Call(it) => &mut it.attrs,
            Expr::MethodCall(it) => &mut it.attrs,
            Expr::Closure(it) => &mut it.attrs,
            Expr::Async(it) => &mut it.attrs,
            _ => return,
        };
        if let Some(at) = attributes.iter().position(is_deferrable) {
            let attribute = attributes.remove(at);
            self.errors.on(&attribute, PLACE);
        }
    }

    fn frame(&mut self, expr: &mut Expr) {
        match expr {
            Expr::ForLoop(it) => {
                let (pat, at) = (&mut it.pat, it.for_token.span);
                self.turn(&mut it.body, at, |owned| owned.visit_pat_mut(pat));
            }
            Expr::While(it) => {
                let (condition, at) = (&mut it.cond, it.while_token.span);
                self.turn(&mut it.body, at, |owned| owned.condition(condition));
            }
            Expr::Loop(it) => self.turn(&mut it.body, it.loop_token.span, |_| {}),
            Expr::Block(it) => {
                let at = it.block.brace_token.span.open();
                let label = it.label.take();
                let attrs = std::mem::take(&mut it.attrs);
                let block = std::mem::replace(&mut it.block, parse_quote!({}));
                let framed = self.framed(block, label, Value::Any, at);
                *expr = parse_quote!(#(#attrs)* { #framed });
            }
            _ => {}
        }
    }

    fn turn(&mut self, body: &mut Block, at: Span, bound: impl FnOnce(&mut Owned<'_>)) {
        let mut block = std::mem::replace(body, parse_quote!({}));
        let ids = sites_of(&block);
        let (sites, bodies, arguments) = (&*self.sites, self.bodies, &*self.arguments);
        let turn = Turn { body: &block, ids: &ids, sites, bodies, arguments };
        if !ids.is_empty() {
            let owned = turn.owned(bound);
            block.stmts.splice(..0, owned);
        }
        let brace_token = block.brace_token;
        let framed = self.framed(block, None, Value::Unit, at);
        let stmts = vec![Stmt::Expr(framed, None)];
        *body = Block { brace_token, stmts };
    }

    /// The body as a closure, and the ways on.
    fn framed(&mut self, mut body: Block, label: Option<Label>, value: Value, at: Span) -> Expr {
        let ids = sites_of(&body);
        if ids.is_empty() {
            let label = label.map(|label| label.to_token_stream());
            return parse_quote!(#label #body);
        }
        let label: Option<Lifetime> = label.map(|label| label.name);
        let mut ways = Ways::new(label, &self.around, self.names, self.arguments, self.errors);
        ways.visit_block_mut(&mut body);
        let (jumps, mut returns) = (ways.jumps, ways.returns);
        returns |= ids.iter().any(|id| self.asks_for_the_result(*id));
        let (options, is_loop) = (self.options.clone(), matches!(value, Value::Unit));
        let marked = crate::site::Marked { options, is_loop, at };
        for id in &ids {
            self.sites[id.0].marked = Some(marked.clone());
        }
        end(&mut body, value, self.names);
        let left = self.left(returns, value, !jumps.is_empty(), at);
        let names = self.names;
        let [done, returned, jumped] =
            ["Left::Done", "Left::Returned", "Left::Jumped"].map(|item| names.private(item));
        let [how, result, never, value] = ["left", "result", "never", "value"].map(names::local);
        // Not as if it were the user's: coverage would take what is written around the body for its own.
        let here = Span::mixed_site().located_at(at);
        let run: Expr = if self.around.waits {
            let future = quote_spanned!(here=> async #body);
            parse_quote!({ let #how: #left = (#future).await; #how })
        } else {
            let (turn, body) = (names.private("turn"), quote_spanned!(here=> || -> #left #body));
            parse_quote!(#turn(#body))
        };
        let returning: TokenStream = match &self.around.result {
            Some(unit) if returns && unit.to_string() == "()" => quote!(#returned(()) => return,),
            Some(_) if returns => quote!(#returned(#result) => return #result,),
            _ => quote!(#returned(#never) => match #never {},),
        };
        let jumping = jumps.arms(&jumped);
        let declare = jumps.declare(names);
        parse_quote!({
            #declare
            match #run {
                #done(#value) => #value,
                #returning
                #jumping
            }
        })
    }

    /// How it may be left.
    fn left(&self, returns: bool, value: Value, jumps: bool, at: Span) -> TokenStream {
        let [left, never] = ["Left", "Infallible"].map(|item| self.names.private_at(item, at));
        let result = match &self.around.result {
            Some(result) if returns => result.clone(),
            _ => quote!(#never),
        };
        let value = match value {
            Value::Unit => quote!(()),
            Value::Any => quote!(_),
        };
        let jump = self.names.private_at(if jumps { "u8" } else { "Infallible" }, at);
        // All of it stands there, so that errors of the closure do.
        quote_spanned!(Span::mixed_site().located_at(at)=> #left<#result, #value, #jump>)
    }

    /// Whether deferred code may look at what the function returns, or change it.
    fn asks_for_the_result(&self, id: SiteId) -> bool {
        let body = &self.bodies[id.0];
        let leaves = match body {
            Body::Call(..) => false,
            Body::Outcome(_) => true,
            Body::Block(block) => tokens::leaves(block.to_token_stream()).is_some(),
        };
        leaves || self.fails(id) || carries(body, self.bodies)
    }

    fn fails(&self, id: SiteId) -> bool {
        self.sites[id.0].when == When::OnFailure
    }
}
