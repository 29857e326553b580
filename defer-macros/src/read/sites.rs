//! Tokens → the function, and each `defer!` in it → a [`Site`]. What is left in the function's tree is
//! a marker with the site's number, so that later passes can look at the tree and change it at will.
//!
//! Refuses, each at its token: an item that is no function, and a `defer!` that is no statement, is in
//! a function of its own, is hidden in another macro, is written as in Go, or defers what is no call or
//! what leaves a loop around it. A site that is refused for what it defers is kept as the block it was
//! meant to be, so that nothing else seems wrong.

use proc_macro2::{Span, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::parse::{ParseStream, Parser};
use syn::spanned::Spanned;
use syn::visit_mut::{self, VisitMut};
use syn::{
    Attribute, Block, Expr, ExprCall, ExprClosure, ExprMethodCall, GenericArgument, Item, ItemFn,
    Local, Macro, MacroDelimiter, Stmt, StmtMacro, TraitItemFn, Type, parse_quote,
    parse_quote_spanned,
};

use super::arguments::{self, Arguments};
use super::foreign::{Foreign, is_covered, without_hidden};
use super::markers::{marker, which};
use super::{Options, breaks, half_typed, known, markers, tokens};
use crate::error::Errors;
use crate::site::{Behind, Body, Function, Site, SiteId, When};

const NOT_A_CALL: &str = "expression in defer must be a function call: \
    to run anything else at the exit, write `defer! { … }`";
const LET: &str = "a `let` is no call: to ignore what a call returns, \
    write `defer! { let _ = f(a); }`";
const EMPTY: &str = "nothing is deferred here: write `defer!(f(a));` or `defer! { … }`";
const RECOVER: &str = "`recover` belongs to the outcome of the frame: \
    write `defer!(|outcome| { outcome.recover(); });`";
const NOT_A_STATEMENT: &str =
    "`defer!` is a statement: put it on its own in a block, as in `{ defer!(f(a)); }`";
const GO: &str = "`defer` and `errdefer` are macros: write `defer!(f(a));` or `defer! { … }`";
const IN_ARGUMENTS: &str = "a `defer!` cannot stand in the arguments of a deferred call: \
    evaluate the argument ahead of it";

/// Reads the function that the attribute stands on, if it is one.
pub(crate) fn function(
    options: &Options,
    tokens: TokenStream,
    errors: &mut Errors,
) -> Option<Function> {
    let mut item: ItemFn = match syn::parse2(tokens.clone()) {
        Ok(item) => item,
        Err(error) => {
            match tokens::words_of_go(tokens.clone()) {
                Some(at) => errors.at(at, GO),
                None => errors.add(not_a_function(tokens, error)),
            }
            return None;
        }
    };
    let mut collector = Collector {
        sites: Vec::new(),
        arguments: Vec::new(),
        marks: false,
        refused: false,
        in_arguments: false,
        errors,
    };
    collector.visit_block_mut(&mut item.block);
    let Collector { mut sites, arguments, marks, .. } = collector;
    if !sites.is_empty() && !can_defer(&item, options, errors) {
        WithoutSites.visit_block_mut(&mut item.block);
        sites.clear();
    }
    Some(Function { item, sites, arguments, marks })
}

fn not_a_function(tokens: TokenStream, error: syn::Error) -> syn::Error {
    if let Ok(TraitItemFn { sig, default: None, .. }) = syn::parse2(tokens.clone()) {
        let message = "this function has no body to defer in: put `#[deferrable]` where it has one";
        return syn::Error::new(sig.ident.span(), message);
    }
    if syn::parse2::<Item>(tokens.clone()).is_ok() {
        let message =
            "`#[deferrable]` goes on a function with a body, or on an `impl`, `trait` or `mod`";
        return syn::Error::new_spanned(item_keyword(tokens), message);
    }
    error
}

/// The word that says what the item is: the first one behind its attributes and its visibility.
fn item_keyword(tokens: TokenStream) -> TokenStream {
    let keyword = |input: ParseStream| {
        input.call(Attribute::parse_outer)?;
        input.parse::<syn::Visibility>()?;
        let word = input.parse::<TokenTree>()?;
        input.parse::<TokenStream>()?;
        Ok(word.into_token_stream())
    };
    keyword.parse2(tokens.clone()).unwrap_or(tokens)
}

fn can_defer(item: &ItemFn, options: &Options, errors: &mut Errors) -> bool {
    if let Some(token) = &item.sig.constness {
        errors.on(token, "a `const fn` cannot defer: a panic cannot be caught in it");
        return false;
    }
    if let Some(attribute) = known::track_caller(&item.attrs)
        && !options.track_caller
    {
        let message = "`#[track_caller]` would be lost behind a `defer!`, as that becomes a closure: \
            put it on a function that hands `Location::caller()` to this one, or keep it for what is ahead \
            by `#[deferrable(track_caller)]`";
        errors.on(attribute, message);
    }
    true
}

/// Empties the sites of a function that cannot have any, so that this is its only mistake.
struct WithoutSites;

impl VisitMut for WithoutSites {
    fn visit_stmt_mut(&mut self, stmt: &mut Stmt) {
        match marker(stmt) {
            Some(_) => *stmt = parse_quote!({}),
            None => visit_mut::visit_stmt_mut(self, stmt),
        }
    }
}

/// Takes every site, and the arguments of every other macro, out of a function's tree.
struct Collector<'a> {
    sites: Vec<Site>,
    arguments: Vec<Arguments>,
    /// A loop or a block has the attribute.
    marks: bool,
    /// The site being read has a mistake.
    refused: bool,
    /// In the arguments of a deferred call, and in no frame within them.
    in_arguments: bool,
    errors: &'a mut Errors,
}

impl VisitMut for Collector<'_> {
    fn visit_block_mut(&mut self, block: &mut Block) {
        for at in (0..block.stmts.len()).rev() {
            if let Some(site) = site_as_value(&mut block.stmts[at]) {
                self.errors.at(site.mac.path.span(), NOT_A_STATEMENT);
                block.stmts.insert(at + 1, Stmt::Macro(site));
            }
        }
        visit_mut::visit_block_mut(self, block);
    }

    fn visit_stmt_mut(&mut self, stmt: &mut Stmt) {
        // `defer!(f())` without a semicolon at the end of a block comes as an expression.
        if let Stmt::Expr(Expr::Macro(tail), semi_token) = stmt
            && which(&tail.mac).is_some()
        {
            let (attrs, mac) = (std::mem::take(&mut tail.attrs), tail.mac.clone());
            *stmt = Stmt::Macro(StmtMacro { attrs, mac, semi_token: *semi_token });
        }
        match stmt {
            Stmt::Macro(written) if which(&written.mac).is_some() && self.in_arguments => {
                self.errors.at(written.mac.path.span(), IN_ARGUMENTS);
                *stmt = parse_quote!({});
            }
            Stmt::Macro(written) if which(&written.mac).is_some() => {
                let id = self.site(written);
                written.attrs.clear();
                // In parentheses, the marker would be no statement without.
                written.semi_token.get_or_insert_default();
                written.mac = markers::mark(id);
            }
            _ => visit_mut::visit_stmt_mut(self, stmt),
        }
    }

    fn visit_expr_mut(&mut self, expr: &mut Expr) {
        match expr {
            Expr::Macro(call) if which(&call.mac).is_some() => {
                self.errors.at(call.mac.path.span(), NOT_A_STATEMENT);
                *expr = parse_quote!({});
            }
            Expr::Const(block) => {
                self.foreign("a `const` block", |f| f.visit_block_mut(&mut block.block));
            }
            Expr::Closure(_) | Expr::Async(_) => {
                let in_arguments = std::mem::take(&mut self.in_arguments);
                visit_mut::visit_expr_mut(self, expr);
                self.in_arguments = in_arguments;
            }
            _ => visit_mut::visit_expr_mut(self, expr),
        }
    }

    fn visit_item_mut(&mut self, item: &mut Item) {
        if !is_covered(item) {
            self.foreign("an item of its own", |f| visit_mut::visit_item_mut(f, item));
        }
    }

    fn visit_attribute_mut(&mut self, attribute: &mut Attribute) {
        self.marks |= known::is_deferrable(attribute);
    }

    fn visit_type_mut(&mut self, ty: &mut Type) {
        self.foreign("a type", |f| visit_mut::visit_type_mut(f, ty));
    }

    fn visit_generic_argument_mut(&mut self, argument: &mut GenericArgument) {
        self.foreign("a type", |f| visit_mut::visit_generic_argument_mut(f, argument));
    }

    fn visit_macro_mut(&mut self, mac: &mut Macro) {
        if known::quotes(mac) {
            return;
        }
        let before = self.errors.count();
        let tokens = without_hidden(mac.tokens.clone(), self.errors);
        // Untouched where there is nothing to refuse: a copy loses places within its groups.
        if self.errors.count() > before {
            mac.tokens = tokens;
        }
        let mut read = Arguments::read(mac);
        read.visit_mut(self);
        arguments::mark(mac, self.arguments.len());
        self.arguments.push(read);
    }
}

impl Collector<'_> {
    /// Reads one site, and the sites within what it defers.
    fn site(&mut self, written: &StmtMacro) -> SiteId {
        let span =
            written.mac.path.segments.last().map_or_else(Span::call_site, |s| s.ident.span());
        let attrs = written.attrs.iter().filter(|it| !known::formats(it)).cloned().collect();
        let id = SiteId(self.sites.len());
        let body = self.body(&written.mac, span);
        // Refused, it asks nothing of the function's result.
        let refused = std::mem::take(&mut self.refused);
        let when = which(&written.mac).filter(|_| !refused).unwrap_or(When::Always);
        let (bang, now) = (written.mac.bang_token.span, Vec::new());
        let group = written.mac.delimiter.span().join();
        let (marked, body_to_come) = (None, Body::empty());
        self.sites.push(Site { span, bang, group, attrs, when, marked, now, body: body_to_come });
        let body = self.collect_within(body);
        self.sites[id.0].body = body;
        id
    }

    fn collect_within(&mut self, mut body: Body) -> Body {
        match &mut body {
            Body::Call(call, _) => {
                let outside = std::mem::replace(&mut self.in_arguments, true);
                self.visit_expr_mut(call);
                self.in_arguments = outside;
            }
            Body::Block(block) => {
                breaks::refuse(block, self.errors);
                self.visit_block_mut(block);
            }
            Body::Outcome(closure) => {
                breaks::refuse_in_closure(&mut closure.body, self.errors);
                self.visit_expr_closure_mut(closure);
            }
        }
        body
    }

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

    /// Refuses the sites of code that is not this function's to run.
    fn foreign(&mut self, whose: &str, visit: impl FnOnce(&mut Foreign<'_>)) {
        visit(&mut Foreign { errors: self.errors, whose });
    }
}

/// Takes away the site that a `let` has for its value: as long as that is not typed, the next line's.
fn site_as_value(stmt: &mut Stmt) -> Option<StmtMacro> {
    let Stmt::Local(Local { init: Some(init), semi_token, .. }) = stmt else { return None };
    let Expr::Macro(value) = &mut *init.expr else { return None };
    which(&value.mac)?;
    let (attrs, mac) = (std::mem::take(&mut value.attrs), value.mac.clone());
    *init.expr = parse_quote!({});
    Some(StmtMacro { attrs, mac, semi_token: Some(*semi_token) })
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_marker_is_read_back() {
        let mut errors = Errors::default();
        let tokens = quote!(
            fn f() {
                defer!(a());
                if c {
                    defer! { b() }
                }
                __defer_site!(0);
            }
        );
        let options = Options::parse(TokenStream::new(), &mut errors);
        let function = function(&options, tokens, &mut errors).expect("a function");
        assert_eq!(function.sites.len(), 2);
        assert_eq!(marker(&function.item.block.stmts[0]), Some(SiteId(0)));
        assert_eq!(marker(&function.item.block.stmts[1]), None);
        assert_eq!(marker(&function.item.block.stmts[2]), None, "it is the user's own");
        assert_eq!(errors.count(), 0);
    }

    #[test]
    fn a_let_without_a_value_leaves_the_site_on_the_next_line() {
        let mut errors = Errors::default();
        let tokens = quote!(
            fn f() {
                let n = defer!(a());
            }
        );
        let options = Options::parse(TokenStream::new(), &mut errors);
        let function = function(&options, tokens, &mut errors).expect("a function");
        assert_eq!(marker(&function.item.block.stmts[1]), Some(SiteId(0)));
        assert_eq!(errors.count(), 1);
    }
}
