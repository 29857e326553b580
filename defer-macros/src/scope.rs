//! Which names are in scope where: the one walk over a function's tree that knows what a pattern, a
//! block, a loop or a macro's argument binds and mentions. It drives a [`Sink`], which listens.
//!
//! Two listen: the search for frames and sites ([`crate::frames`]), and [`free_names`], which tells
//! what deferred code mentions. Nested items are functions of their own and are passed over.

mod arguments;

use proc_macro2::{Ident, Span};
use syn::ext::IdentExt;
use syn::visit::{self, Visit};
use syn::{
    Arm, Attribute, BinOp, Block, Expr, ExprAsync, ExprClosure, FnArg, Item, Pat, PatIdent,
    Signature, Stmt,
};

use crate::frames;
use crate::parse;
use crate::site::{Body, Loop, Site, SiteId};

/// A variable, or an item that can be used like one.
pub(crate) struct Binding {
    pub(crate) name: Ident,
    pub(crate) mutable: bool,
}

/// The names in scope, innermost last.
#[derive(Default)]
pub(crate) struct Scopes {
    pub(crate) bindings: Vec<Binding>,
    /// Items that deferred code gets a copy of.
    pub(crate) items: Vec<Item>,
}

/// How much was in scope at some point.
#[derive(Clone, Copy, Default)]
pub(crate) struct Mark {
    pub(crate) bindings: usize,
    pub(crate) items: usize,
}

impl Scopes {
    pub(crate) fn mark(&self) -> Mark {
        Mark { bindings: self.bindings.len(), items: self.items.len() }
    }

    fn leave(&mut self, mark: Mark) {
        self.bindings.truncate(mark.bindings);
        self.items.truncate(mark.items);
    }

    /// The innermost binding of a name that was made since the mark.
    pub(crate) fn since(&self, mark: Mark, name: &Ident) -> Option<&Binding> {
        self.bindings[mark.bindings..].iter().rev().find(|b| b.name.unraw() == name.unraw())
    }

    /// Whether the name is a local one, not an item of the module.
    pub(crate) fn is_local(&self, name: &Ident) -> bool {
        name == "self" || self.since(Mark::default(), name).is_some()
    }

    fn bind_signature(&mut self, signature: &Signature) {
        for input in &signature.inputs {
            if let FnArg::Typed(argument) = input {
                self.bind(&argument.pat);
            }
        }
    }

    fn bind(&mut self, pat: &Pat) {
        struct Names<'a>(&'a mut Vec<Binding>);
        impl<'ast> Visit<'ast> for Names<'_> {
            fn visit_pat_ident(&mut self, pat: &'ast PatIdent) {
                // A bare upper-case name in a pattern is a constant or a unit variant.
                let plain =
                    pat.by_ref.is_none() && pat.mutability.is_none() && pat.subpat.is_none();
                let constant =
                    plain && pat.ident.unraw().to_string().starts_with(char::is_uppercase);
                if !constant {
                    let mutable = pat.mutability.is_some() && pat.by_ref.is_none();
                    self.0.push(Binding { name: pat.ident.clone(), mutable });
                }
                visit::visit_pat_ident(self, pat);
            }
            fn visit_expr(&mut self, _: &'ast Expr) {}
        }
        Names(&mut self.bindings).visit_pat(pat);
    }

    /// A block's items are in scope in all of it.
    fn bind_items(&mut self, block: &Block) {
        for stmt in &block.stmts {
            match stmt {
                // A function is a value that can be captured, unless it may be used at several types.
                Stmt::Item(Item::Fn(item)) if item.sig.generics.params.is_empty() => {
                    self.bind_item(&item.sig.ident);
                }
                Stmt::Item(item @ (Item::Fn(_) | Item::Const(_) | Item::Use(_))) => {
                    self.items.push(item.clone());
                }
                _ => {}
            }
        }
    }

    fn bind_item(&mut self, name: &Ident) {
        self.bindings.push(Binding { name: name.clone(), mutable: false });
    }
}

/// A part of the function that a sink is told of when the walk enters and leaves it.
pub(crate) enum Region<'a> {
    Frame(FrameStart<'a>),
    /// What runs again and again.
    Loop(Loop),
    Block,
    /// A statement of the block entered last.
    Statement(&'a Stmt),
    /// A statement, arm or expression with attributes.
    Attributed(&'a [Attribute]),
}

/// What starts a frame.
#[derive(Clone, Copy)]
pub(crate) enum FrameStart<'a> {
    Function(&'a Signature, &'a Block),
    Closure(&'a ExprClosure),
    Async(&'a Block),
    /// The deferred block or closure of a site.
    Deferred(SiteId),
}

/// Listens to the walk.
pub(crate) trait Sink {
    fn enter(&mut self, _region: &Region<'_>, _scopes: &Scopes) {}
    fn leave(&mut self, _region: &Region<'_>) {}
    /// A variable or item is mentioned by its name.
    fn name(&mut self, _name: &Ident, _scopes: &Scopes) {}
    /// A `return`, a `?`, or a macro known to return; whether it carries a value, and where it is.
    fn exit(&mut self, _carries: bool, _at: Span) {}
    /// An `.await`, or a macro known to have one.
    fn awaits(&mut self) {}
    fn site(&mut self, _id: SiteId, _site: &Site, _scopes: &Scopes) {}
}

/// The walk.
pub(crate) struct Walk<'a, S> {
    pub(crate) sites: &'a [Site],
    pub(crate) scopes: Scopes,
    pub(crate) sink: S,
}

/// The names that deferred code mentions and does not bind itself, each once.
pub(crate) fn free_names(
    sites: &[Site],
    visit: impl FnOnce(&mut Walk<'_, FreeNames>),
) -> Vec<Ident> {
    let mut walk = Walk { sites, scopes: Scopes::default(), sink: FreeNames::default() };
    visit(&mut walk);
    walk.sink.0
}

#[derive(Default)]
pub(crate) struct FreeNames(Vec<Ident>);

impl Sink for FreeNames {
    fn name(&mut self, name: &Ident, scopes: &Scopes) {
        let known = self.0.iter().any(|seen| seen.unraw() == name.unraw());
        if !known && name != "self" && !scopes.is_local(name) {
            self.0.push(name.clone());
        }
    }
}

impl<S: Sink> Walk<'_, S> {
    fn within(&mut self, region: &Region<'_>, visit: impl FnOnce(&mut Self)) {
        self.sink.enter(region, &self.scopes);
        visit(self);
        self.sink.leave(region);
    }

    /// What is bound in here is not in scope behind it.
    fn scoped(&mut self, visit: impl FnOnce(&mut Self)) {
        let mark = self.scopes.mark();
        visit(self);
        self.scopes.leave(mark);
    }

    /// The whole of a function.
    pub(crate) fn function(&mut self, signature: &Signature, body: &Block) {
        self.scopes.bind_signature(signature);
        let frame = Region::Frame(FrameStart::Function(signature, body));
        self.within(&frame, |walk| walk.visit_block(body));
    }

    fn site(&mut self, id: SiteId) {
        let site = &self.sites[id.0];
        self.sink.site(id, site, &self.scopes);
        match &site.body {
            Body::Call(call, _) => self.visit_expr(call),
            Body::Block(block) => {
                let frame = Region::Frame(FrameStart::Deferred(id));
                self.within(&frame, |walk| walk.visit_block(block));
            }
            Body::Outcome(closure) => self.closure(closure, FrameStart::Deferred(id)),
        }
    }

    fn closure(&mut self, closure: &ExprClosure, start: FrameStart<'_>) {
        self.scoped(|walk| {
            closure.inputs.iter().for_each(|input| walk.scopes.bind(input));
            walk.within(&Region::Frame(start), |walk| match plain_block(&closure.body) {
                Some(block) => walk.visit_block(block),
                // As if it stood in a block, which is what lowering makes of it.
                None => walk.within(&Region::Block, |walk| walk.visit_expr(&closure.body)),
            });
        });
    }

    fn looping(&mut self, at: Span, body: &Block, visit: impl FnOnce(&mut Self)) {
        self.within(&Region::Loop(Loop { at, once: frames::leaves(body) }), visit);
    }
}

impl<'ast, S: Sink> Visit<'ast> for Walk<'_, S> {
    fn visit_block(&mut self, block: &'ast Block) {
        self.scoped(|walk| {
            walk.scopes.bind_items(block);
            walk.within(&Region::Block, |walk| {
                for stmt in &block.stmts {
                    walk.within(&Region::Statement(stmt), |walk| walk.visit_stmt(stmt));
                }
            });
        });
    }

    fn visit_stmt(&mut self, stmt: &'ast Stmt) {
        match stmt {
            Stmt::Local(local) => self.within(&Region::Attributed(&local.attrs), |walk| {
                if let Some(init) = &local.init {
                    walk.visit_expr(&init.expr);
                    if let Some((_, diverge)) = &init.diverge {
                        walk.visit_expr(diverge);
                    }
                }
                walk.scopes.bind(&local.pat);
            }),
            Stmt::Item(_) => {}
            Stmt::Expr(expr, _) => self.visit_expr(expr),
            Stmt::Macro(written) => match parse::marker(stmt) {
                Some(id) => self.site(id),
                None => self.arguments(&written.mac),
            },
        }
    }

    fn visit_expr(&mut self, expr: &'ast Expr) {
        self.within(&Region::Attributed(attributes(expr)), |walk| match expr {
            Expr::Path(_) => {
                if let Some(name) = simple_path(expr) {
                    walk.sink.name(name, &walk.scopes);
                }
            }
            Expr::Macro(call) => walk.arguments(&call.mac),
            Expr::If(branch) => {
                walk.scoped(|walk| {
                    walk.visit_expr(&branch.cond);
                    walk.visit_block(&branch.then_branch);
                });
                if let Some((_, other)) = &branch.else_branch {
                    walk.visit_expr(other);
                }
            }
            Expr::Let(condition) => {
                walk.visit_expr(&condition.expr);
                walk.scopes.bind(&condition.pat);
            }
            Expr::While(repeat) => walk.looping(repeat.while_token.span, &repeat.body, |walk| {
                walk.scoped(|walk| {
                    walk.visit_expr(&repeat.cond);
                    walk.visit_block(&repeat.body);
                });
            }),
            Expr::Loop(repeat) => {
                walk.looping(repeat.loop_token.span, &repeat.body, |walk| {
                    walk.visit_block(&repeat.body);
                });
            }
            Expr::ForLoop(repeat) => {
                // What is iterated over is evaluated once.
                walk.visit_expr(&repeat.expr);
                walk.looping(repeat.for_token.span, &repeat.body, |walk| {
                    walk.scoped(|walk| {
                        walk.scopes.bind(&repeat.pat);
                        walk.visit_block(&repeat.body);
                    });
                });
            }
            Expr::Async(ExprAsync { block, .. }) => {
                let frame = Region::Frame(FrameStart::Async(block));
                walk.within(&frame, |walk| walk.visit_block(block));
            }
            Expr::Return(ret) => {
                walk.sink.exit(ret.expr.is_some(), ret.return_token.span);
                visit::visit_expr(walk, expr);
            }
            Expr::Try(attempt) => {
                walk.sink.exit(true, attempt.question_token.span);
                visit::visit_expr(walk, expr);
            }
            Expr::Await(_) => {
                walk.sink.awaits();
                visit::visit_expr(walk, expr);
            }
            // The right side is evaluated first.
            Expr::Assign(assign) => {
                walk.visit_expr(&assign.right);
                walk.visit_expr(&assign.left);
            }
            Expr::Binary(binary) if assigns(&binary.op) => {
                walk.visit_expr(&binary.right);
                walk.visit_expr(&binary.left);
            }
            Expr::Const(_) => {}
            _ => visit::visit_expr(walk, expr),
        });
    }

    fn visit_arm(&mut self, arm: &'ast Arm) {
        self.scoped(|walk| {
            walk.within(&Region::Attributed(&arm.attrs), |walk| {
                walk.scopes.bind(&arm.pat);
                if let Pat::Guard(guarded) = &arm.pat {
                    walk.visit_expr(&guarded.guard);
                }
                walk.visit_expr(&arm.body);
            });
        });
    }

    fn visit_expr_closure(&mut self, closure: &'ast ExprClosure) {
        self.closure(closure, FrameStart::Closure(closure));
    }
}

/// The block that a closure's body is, if it is nothing but a block.
pub(crate) fn plain_block(body: &Expr) -> Option<&Block> {
    match body {
        Expr::Block(body) if body.label.is_none() && body.attrs.is_empty() => Some(&body.block),
        _ => None,
    }
}

/// A name on its own, as a variable is mentioned.
pub(crate) fn simple_path(expr: &Expr) -> Option<&Ident> {
    match expr {
        Expr::Path(path) if path.qself.is_none() && path.path.leading_colon.is_none() => {
            let only = path.path.segments.len() == 1;
            path.path.segments.first().filter(|_| only).map(|segment| &segment.ident)
        }
        _ => None,
    }
}

fn assigns(op: &BinOp) -> bool {
    use BinOp::{
        AddAssign, BitAndAssign, BitOrAssign, BitXorAssign, DivAssign, MulAssign, RemAssign,
        ShlAssign, ShrAssign, SubAssign,
    };
    matches!(
        op,
        AddAssign(_)
            | SubAssign(_)
            | MulAssign(_)
            | DivAssign(_)
            | RemAssign(_)
            | BitXorAssign(_)
            | BitAndAssign(_)
            | BitOrAssign(_)
            | ShlAssign(_)
            | ShrAssign(_)
    )
}

/// The attributes of an expression that can hold a site and be left out by `#[cfg]`.
pub(crate) fn attributes(expr: &Expr) -> &[Attribute] {
    match expr {
        Expr::Assign(e) => &e.attrs,
        Expr::Block(e) => &e.attrs,
        Expr::Call(e) => &e.attrs,
        Expr::ForLoop(e) => &e.attrs,
        Expr::If(e) => &e.attrs,
        Expr::Loop(e) => &e.attrs,
        Expr::Macro(e) => &e.attrs,
        Expr::Match(e) => &e.attrs,
        Expr::MethodCall(e) => &e.attrs,
        Expr::Return(e) => &e.attrs,
        Expr::Unsafe(e) => &e.attrs,
        Expr::While(e) => &e.attrs,
        _ => &[],
    }
}
