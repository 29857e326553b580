//! The walk: goes through a function's tree once, in the order in which it runs, tells the finder of
//! frames and loops, and marks each name with the variable that it means. Nested items are functions of
//! their own and are passed over.

mod branches;

use proc_macro2::Span;
use syn::spanned::Spanned;
use syn::visit_mut::{self, VisitMut};
use syn::{
    Arm, Block, Expr, ExprClosure, FnArg, Ident, ItemFn, Local, Macro, Pat, ReceiverKind,
    Signature, Stmt, Type,
};

use super::constant::{Constant, constant};
use super::frames::{Finder, Outside};
use super::mentions::assigns;
use super::natures::{self, Natures};
use super::scopes::{Origin, Scopes};
use super::simple_path;
use super::tails::{self, Ends};
use crate::read::{self, Arguments, known};
use crate::site::{Body, Loop, Site, SiteId};
use crate::variable::{How, Moment, Nature, Period, Take, Use, VarId, Variables};

pub(super) struct Walk<'a> {
    sites: &'a mut [Site],
    pub(super) arguments: &'a mut [Arguments],
    scopes: Scopes,
    variables: Variables,
    finder: Finder,
    clock: Moment,
    /// When the value of what is bound next began to be computed.
    initializing: Moment,
}

impl<'a> Walk<'a> {
    pub(super) fn new(sites: &'a mut [Site], arguments: &'a mut [Arguments]) -> Self {
        let finder = Finder::new(sites.len());
        let (scopes, variables) = (Scopes::default(), Variables::default());
        let (clock, initializing) = (Moment::default(), Moment::default());
        Self { sites, arguments, scopes, variables, finder, clock, initializing }
    }

    pub(super) fn finish(self) -> (Finder, Variables) {
        (self.finder, self.variables)
    }

    /// The whole of a function.
    pub(super) fn function(&mut self, item: &mut ItemFn) {
        let value = self.ends().value_of_function(&item.sig, &item.block);
        self.frame(None, value, |walk| {
            walk.signature(&mut item.sig);
            walk.body(&mut item.block);
        });
    }

    fn signature(&mut self, signature: &mut Signature) {
        for input in &mut signature.inputs {
            match input {
                FnArg::Receiver(receiver) => {
                    let nature = match &receiver.kind {
                        ReceiverKind::Reference(_, _, Some(_)) => Nature::Reference,
                        ReceiverKind::Typed(_, ty) => natures::of_type(ty),
                        _ => Nature::Plain,
                    };
                    let origin = self.origin(nature);
                    let name = Ident::new("self", receiver.self_token.span);
                    let mutable = receiver.mutability.is_some();
                    self.scopes.declare(&name, mutable, origin, &mut self.variables);
                }
                FnArg::Typed(argument) => self.bind_typed(&mut argument.pat, &argument.ty),
            }
        }
    }

    fn natures(&self) -> Natures<'_> {
        Natures { scopes: &self.scopes, variables: &self.variables }
    }

    fn tick(&mut self) -> Moment {
        self.clock.0 += 1;
        self.clock
    }

    fn outside(&self) -> Outside {
        Outside { variables: VarId(self.variables.all.len()), items: self.scopes.items() }
    }

    fn origin(&self, nature: Nature) -> Origin {
        let initialized = Period { start: self.initializing, end: self.clock };
        Origin { frame: self.finder.current(), declared: self.clock, initialized, nature }
    }

    fn bind(&mut self, pat: &mut Pat, nature: Nature) {
        self.tick();
        let origin = self.origin(nature);
        self.scopes.bind(pat, origin, &mut self.variables);
        // What stands in a pattern besides names: constants, macros.
        visit_mut::visit_pat_mut(self, pat);
    }

    fn bind_typed(&mut self, pat: &mut Pat, ty: &Type) {
        match (pat, ty) {
            (Pat::Tuple(pat), Type::Tuple(ty)) if pat.elems.len() == ty.elems.len() => {
                let pairs = pat.elems.iter_mut().zip(&ty.elems);
                pairs.for_each(|(pat, ty)| self.bind_typed(pat, ty));
            }
            (pat, ty) => self.bind(pat, natures::of_type(ty)),
        }
    }

    /// What is bound in here is not in scope behind it.
    fn scoped(&mut self, visit: impl FnOnce(&mut Self)) {
        let mark = self.scopes.mark();
        visit(self);
        self.scopes.leave(mark);
    }

    fn frame(
        &mut self,
        deferred: Option<SiteId>,
        value: Option<Span>,
        visit: impl FnOnce(&mut Self),
    ) {
        let start = self.tick();
        self.finder.open_frame(deferred, value, self.outside(), start);
        self.scoped(visit);
        let end = self.tick();
        self.finder.close_frame(end);
    }

    /// The parameters of a frame are bound.
    fn begin_body(&mut self) {
        let (outside, start) = (self.outside(), self.tick());
        self.finder.begin_body(outside, start);
    }

    /// The outermost block of a frame.
    fn body(&mut self, block: &mut Block) {
        self.begin_body();
        self.finder.enter_block();
        self.body_statements(block);
        self.finder.leave_block();
    }

    fn body_statements(&mut self, block: &mut Block) {
        let wrapped = tails::wrapped(&block.stmts);
        self.statements(block, |walk, at, stmt| {
            if Some(at) == wrapped { walk.wrapped(stmt) } else { walk.visit_stmt_mut(stmt) }
        });
    }

    /// The statement whose inner block is all the rest of the body.
    fn wrapped(&mut self, stmt: &mut Stmt) {
        match stmt {
            Stmt::Expr(expr, _) => self.inner_body(expr),
            Stmt::Local(Local { pat, init: Some(init), .. }) => {
                self.inner_body(&mut init.expr);
                self.bind_local(pat, Nature::Plain);
            }
            _ => {}
        }
    }

    fn inner_body(&mut self, expr: &mut Expr) {
        match expr {
            Expr::Block(block) => self.body_statements(&mut block.block),
            Expr::Unsafe(block) => self.body_statements(&mut block.block),
            _ => {}
        }
    }

    fn ends(&self) -> Ends<'_> {
        Ends { arguments: self.arguments }
    }

    fn statements(
        &mut self,
        block: &mut Block,
        mut visit: impl FnMut(&mut Self, usize, &mut Stmt),
    ) {
        let labels = block.stmts.iter().rposition(|stmt| tails::label(stmt).is_some());
        self.scoped(|walk| {
            let origin = walk.origin(Nature::Item);
            walk.scopes.bind_items(block, origin, &mut walk.variables);
            let mut is_dead = false;
            for (at, stmt) in block.stmts.iter_mut().enumerate() {
                let (outside, began) = (walk.outside(), walk.tick());
                walk.finder.begin_statement(outside, began);
                // Go keeps what stands ahead of a label, to which a `goto` could jump.
                let is_dropped = is_dead && labels.is_none_or(|last| at > last);
                walk.statement(stmt, is_dropped, |walk, stmt| visit(walk, at, stmt));
                is_dead = is_dropped || walk.ends().statement_terminates(stmt);
            }
        });
    }

    fn statement(
        &mut self,
        stmt: &mut Stmt,
        is_dropped: bool,
        visit: impl FnOnce(&mut Self, &mut Stmt),
    ) {
        if is_dropped {
            return self.dropped(|walk| visit(walk, stmt));
        }
        if tails::label(stmt).is_some() {
            self.finder.set_live(true);
        }
        visit(self, stmt);
        if tails::ends_a_block(stmt) {
            self.finder.set_live(false);
        }
    }

    /// What Go's compiler takes out before it counts.
    fn dropped(&mut self, visit: impl FnOnce(&mut Self)) {
        self.finder.enter_dropped();
        visit(self);
        self.finder.leave_dropped();
    }

    fn dropped_if(&mut self, is_dropped: bool, visit: impl FnOnce(&mut Self)) {
        if is_dropped { self.dropped(visit) } else { visit(self) }
    }

    /// A branch, behind which it goes on as ahead of it, however it ends.
    fn branch(&mut self, visit: impl FnOnce(&mut Self)) {
        let live = self.finder.is_live();
        visit(self);
        self.finder.set_live(live);
    }

    fn looping(&mut self, at: Span, once: bool, visit: impl FnOnce(&mut Self)) {
        self.finder.enter_loop(Loop { at, once });
        let period = self.timed(|walk| walk.branch(visit));
        self.variables.loops.push(period);
        self.finder.leave_loop();
    }

    /// Some part, and when the walk was in it.
    fn timed(&mut self, visit: impl FnOnce(&mut Self)) -> Period {
        let start = self.tick();
        visit(self);
        Period { start, end: self.tick() }
    }

    fn part(&mut self, visit: impl FnOnce(&mut Self)) {
        self.finder.enter_part();
        visit(self);
        self.finder.leave_part();
    }

    fn site(&mut self, id: SiteId) {
        let start = self.tick();
        let outside = self.finder.outside_items();
        let items = self.scopes.items_behind(outside).to_vec();
        self.finder.site(id, &self.sites[id.0], start, items);
        let mut body = std::mem::replace(&mut self.sites[id.0].body, Body::empty());
        match &mut body {
            Body::Call(call, _) => self.visit_expr_mut(call),
            Body::Block(block) => self.frame(Some(id), None, |walk| walk.body(block)),
            Body::Outcome(closure) => self.closure(closure, Some(id)),
        }
        self.sites[id.0].body = body;
        let end = self.tick();
        self.finder.end_site(id, end);
    }

    fn closure(&mut self, closure: &mut ExprClosure, deferred: Option<SiteId>) {
        let value = deferred.is_none().then(|| self.ends().value_of_closure(closure)).flatten();
        self.frame(deferred, value, |walk| {
            for input in &mut closure.inputs {
                match input {
                    Pat::Type(typed) => walk.bind_typed(&mut typed.pat, &typed.ty),
                    input => walk.bind(input, Nature::Plain),
                }
            }
            if tails::plain_block(&closure.body).is_some() {
                if let Expr::Block(block) = &mut *closure.body {
                    walk.body(&mut block.block);
                }
            } else {
                // As if it stood in a block, which is what lowering makes of it.
                walk.begin_body();
                walk.finder.enter_block();
                walk.visit_expr_mut(&mut closure.body);
                walk.finder.leave_block();
            }
        });
    }

    fn local(&mut self, local: &mut Local) {
        let nature = self.natures().of_local(local);
        let start = self.tick();
        if let Some(init) = &mut local.init {
            self.visit_expr_mut(&mut init.expr);
            if let Some((_, diverge)) = &mut init.diverge {
                self.visit_expr_mut(diverge);
            }
        }
        self.initializing = start;
        self.bind_local(&mut local.pat, nature);
        self.initializing = self.clock;
    }

    fn bind_local(&mut self, pat: &mut Pat, nature: Nature) {
        match pat {
            Pat::Type(typed) if nature == Nature::Plain => {
                self.bind_typed(&mut typed.pat, &typed.ty);
            }
            pat => self.bind(pat, nature),
        }
    }

    /// A name, which is a variable's if one of that name is in scope.
    pub(super) fn name(&mut self, name: &mut Ident, how: How) {
        if let Some(id) = self.mention(name, how) {
            *name = id.mark(name);
        }
    }

    /// The variable that is mentioned.
    pub(super) fn mention(&mut self, name: &Ident, how: How) -> Option<VarId> {
        let at = self.tick();
        let id = self.scopes.find(name)?;
        self.variables.all[id.0].uses.push(Use { at, how });
        (self.variables.get(id).nature != Nature::Item).then_some(id)
    }

    pub(super) fn exit(&mut self, carries: bool, at: Span) {
        self.finder.exit(carries, at);
    }

    pub(super) fn awaits(&mut self) {
        self.finder.awaits();
    }

    /// Binds a pattern whose names are in scope for what is visited then.
    pub(super) fn with_pattern(&mut self, pat: &mut Pat, visit: impl FnOnce(&mut Self)) {
        self.scoped(|walk| {
            walk.bind(pat, Nature::Plain);
            visit(walk);
        });
    }

    fn macro_call(&mut self, mac: &mut Macro) {
        if known::returns(mac) {
            self.finder.exit(true, mac.path.span());
        }
        if known::awaits(mac) {
            self.finder.awaits();
        }
        let Some(number) = read::arguments_of(mac) else { return };
        self.arguments(number);
        if known::takes(mac) {
            let (of, at) = self.arguments[number].variable();
            let (frame, when) = (self.finder.current(), self.clock);
            self.variables.takes.push(Take { number, of, at, frame, when });
        }
    }

    fn path(&mut self, expr: &mut Expr, how: How) {
        if simple_path(expr).is_some()
            && let Expr::Path(path) = expr
        {
            self.name(&mut path.path.segments[0].ident, how);
        }
    }

    /// The right side is evaluated first.
    fn assignment(&mut self, left: &mut Expr, right: &mut Expr, how: How) {
        self.visit_expr_mut(right);
        match left {
            left if simple_path(left).is_some() => {
                self.tick();
                self.path(left, how);
            }
            Expr::Tuple(tuple) if how == How::Assigned => {
                tuple.elems.iter_mut().for_each(|element| self.assigned(element));
            }
            left => self.visit_expr_mut(left),
        }
    }

    fn assigned(&mut self, element: &mut Expr) {
        if simple_path(element).is_some() {
            self.path(element, How::Assigned);
        } else {
            self.visit_expr_mut(element);
        }
    }

    fn expression(&mut self, expr: &mut Expr) {
        match expr {
            Expr::Path(_) => self.path(expr, How::Used),
            Expr::Macro(call) => self.macro_call(&mut call.mac),
            Expr::If(it) => self.choice(it),
            Expr::Match(it) => self.arms(it),
            Expr::Let(condition) => {
                self.visit_expr_mut(&mut condition.expr);
                self.bind(&mut condition.pat, Nature::Plain);
            }
            Expr::While(repeat) => {
                let (at, once) = (repeat.while_token.span, self.ends().leaves(&repeat.body));
                let never = constant(&repeat.cond) == Some(Constant::Bool(false));
                self.looping(at, once, |walk| {
                    walk.scoped(|walk| {
                        walk.visit_expr_mut(&mut repeat.cond);
                        walk.dropped_if(never, |walk| walk.visit_block_mut(&mut repeat.body));
                    });
                });
            }
            Expr::Loop(repeat) => {
                let (at, once) = (repeat.loop_token.span, self.ends().leaves(&repeat.body));
                self.looping(at, once, |walk| walk.visit_block_mut(&mut repeat.body));
            }
            Expr::ForLoop(repeat) => {
                // What is iterated over is evaluated once.
                self.visit_expr_mut(&mut repeat.expr);
                let (at, once) = (repeat.for_token.span, self.ends().leaves(&repeat.body));
                self.looping(at, once, |walk| {
                    walk.with_pattern(&mut repeat.pat, |walk| {
                        walk.visit_block_mut(&mut repeat.body);
                    });
                });
            }
            Expr::Async(it) => {
                let value = self.ends().value_of_async(&it.block);
                self.frame(None, value, |walk| walk.body(&mut it.block));
            }
            Expr::Block(it) if it.label.is_some() => {
                self.branch(|walk| walk.visit_block_mut(&mut it.block));
            }
            Expr::Unsafe(block) => {
                self.finder.enter_unsafe(block.unsafe_token.span);
                self.visit_block_mut(&mut block.block);
                self.finder.leave_unsafe();
            }
            Expr::Return(ret) => {
                if !ret.expr.as_deref().is_some_and(read::marked::is_end) {
                    self.finder.exit(ret.expr.is_some(), ret.return_token.span);
                }
                visit_mut::visit_expr_mut(self, expr);
            }
            Expr::Try(attempt) => {
                self.finder.exit(true, attempt.question_token.span);
                visit_mut::visit_expr_mut(self, expr);
            }
            Expr::Await(_) => {
                self.finder.awaits();
                visit_mut::visit_expr_mut(self, expr);
            }
            Expr::Assign(it) => self.assignment(&mut it.left, &mut it.right, How::Assigned),
            Expr::Binary(it) if assigns(&it.op) => {
                self.assignment(&mut it.left, &mut it.right, How::Used);
            }
            Expr::Const(_) => {}
            _ => visit_mut::visit_expr_mut(self, expr),
        }
    }
}

impl VisitMut for Walk<'_> {
    fn visit_block_mut(&mut self, block: &mut Block) {
        let period = self.timed(|walk| {
            walk.finder.enter_block();
            walk.statements(block, |walk, _, stmt| walk.visit_stmt_mut(stmt));
            walk.finder.leave_block();
        });
        if let Some(Stmt::Expr(Expr::Return(_), _)) = block.stmts.last() {
            self.variables.leaving.push((self.finder.current(), period));
        }
    }

    fn visit_stmt_mut(&mut self, stmt: &mut Stmt) {
        if let Some(id) = read::marker(stmt) {
            return self.site(id);
        }
        match stmt {
            Stmt::Local(local) => self.part(|walk| walk.local(local)),
            Stmt::Item(_) => {}
            Stmt::Expr(expr, _) => self.visit_expr_mut(expr),
            Stmt::Macro(written) => self.macro_call(&mut written.mac),
        }
    }

    fn visit_expr_mut(&mut self, expr: &mut Expr) {
        self.part(|walk| walk.expression(expr));
    }

    fn visit_arm_mut(&mut self, arm: &mut Arm) {
        self.scoped(|walk| {
            walk.part(|walk| {
                walk.bind(&mut arm.pat, Nature::Plain);
                walk.visit_expr_mut(&mut arm.body);
            });
        });
    }

    fn visit_expr_closure_mut(&mut self, closure: &mut ExprClosure) {
        self.closure(closure, None);
    }

    fn visit_macro_mut(&mut self, mac: &mut Macro) {
        self.macro_call(mac);
    }

    fn visit_type_mut(&mut self, _: &mut Type) {}
}
