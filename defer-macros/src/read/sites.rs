//! Tokens → the function, and each `defer!` in it → a [`Site`]. What is left in the function's tree is
//! a marker with the site's number, so that later passes can look at the tree and change it at will.
//!
//! Refuses, each at its token: an item that is no function, and a `defer!` that is no statement, is in
//! a function of its own, is hidden in another macro, is written as in Go, or defers what leaves a loop
//! around it.

use proc_macro2::{Span, TokenStream, TokenTree};
use quote::ToTokens;
use syn::parse::{ParseStream, Parser};
use syn::spanned::Spanned;
use syn::visit_mut::{self, VisitMut};
use syn::{
    Attribute, Block, Expr, GenericArgument, Item, ItemFn, Local, Macro, Stmt, StmtMacro,
    TraitItemFn, Type, parse_quote,
};

use super::arguments::{self, Arguments};
use super::foreign::{Foreign, is_covered, without_hidden};
use super::markers::{marker, which};
use super::{Options, breaks, deferred, known, markers, tokens};
use crate::error::Errors;
use crate::site::{Body, Function, Site, SiteId, When};

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
        let (body, refused) = deferred::read(&written.mac, span, self.errors);
        // Refused, it asks nothing of the function's result.
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

#[cfg(test)]
mod tests {
    use quote::quote;

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
