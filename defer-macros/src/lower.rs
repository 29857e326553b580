//! Changes the function, once, at the end: takes it with the plan and the verdict of each site, gives
//! it with every frame that has sites nested into levels.
//!
//! The first statement of a frame's block that holds a site opens a level: what comes from there on
//! becomes a closure, and the exit code stands behind it. The levels of later statements are inside
//! that closure, so last in, first out comes by itself. A statement with several sites opens a level
//! for each, in the order in which control reaches them; the sites of one loop share theirs.

mod along;
mod awaiting;
mod bound;
mod captures;
mod exit_code;
mod heap;
mod homes;
mod joining;
mod level;
mod member;
mod open_coded;
mod result;
mod sight;
mod stack;
mod tree;
mod unread;
mod unsafe_code;

use std::rc::Rc;

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote};
use syn::spanned::Spanned;
use syn::visit_mut::{self, VisitMut};
use syn::{Block, Expr, Item, ItemFn, Pat, Stmt, parse_quote};

use self::along::Pending;
use self::homes::Tenants;
use self::level::{Extent, Leaves, Level, Written};
use self::member::{Group, Member};
use self::result::FrameResult;
use self::tree::{Restore, as_block, drop_tail, holds_a_site, markers_in, verbatim};
use crate::look::{self, Found};
use crate::names::{self, Names};
use crate::plan::Planned;
use crate::read::{self, Arguments};
use crate::site::{Body, Function, Mechanism, Placement, Reached, Site, SiteId, Verdict};

/// What the earlier passes found out, and decided.
#[derive(Clone, Copy)]
pub(crate) struct Decided<'a> {
    pub(crate) found: &'a Found,
    pub(crate) planned: &'a Planned,
    pub(crate) verdicts: &'a [Verdict],
    pub(crate) names: &'a Names,
}

/// Lowers every frame of the function. The notes go in front of its body.
pub(crate) fn lower(function: Function, decided: Decided<'_>, notes: TokenStream) -> ItemFn {
    let Function { mut item, mut sites, mut arguments, .. } = function;
    let defers = !sites.is_empty();
    let (sites_of, arguments_of) = (&mut sites, &mut arguments);
    Tenants { decided, sites: sites_of, arguments: arguments_of }.move_in(&mut item);
    let sites = sites.into_iter().map(Some).collect();
    let mut lowering = Lowering { sites, arguments, decided };
    lowering.visit_block_mut(&mut item.block);
    let result = FrameResult::of_function(&item.sig).waiting(item.sig.asyncness.is_some());
    lowering.frame(&mut item.block, &result);
    lowering.restore(|names| names.visit_item_fn_mut(&mut item));
    if defers {
        item.block.stmts.insert(0, verbatim(notes));
    }
    item
}

struct Lowering<'a> {
    /// Those that are not lowered yet.
    sites: Vec<Option<Site>>,
    arguments: Vec<Arguments>,
    decided: Decided<'a>,
}

impl VisitMut for Lowering<'_> {
    /// Inner frames first: the markers that are left in a block then belong to its own frame.
    fn visit_expr_mut(&mut self, expr: &mut Expr) {
        visit_mut::visit_expr_mut(self, expr);
        match expr {
            Expr::Closure(closure) if holds_a_site(&closure.body) => {
                let waits = closure.asyncness.is_some();
                let result = FrameResult::of_closure(&closure.output).waiting(waits);
                self.frame(as_block(&mut closure.body), &result);
            }
            Expr::Async(block) => {
                self.frame(&mut block.block, &FrameResult::inferred().waiting(true));
            }
            _ => {}
        }
    }

    fn visit_item_mut(&mut self, _: &mut Item) {}
}

/// What is around a place in a frame.
#[derive(Clone)]
struct Around {
    result: Rc<FrameResult>,
    pending: Pending,
    leaves: Leaves,
    extent: Extent,
    /// Nothing here is ever reached.
    is_dead: bool,
    /// How many levels are around it.
    depth: usize,
}

impl<'a> Lowering<'a> {
    fn placement(&self, id: SiteId) -> &'a Placement {
        &self.decided.found.placements[id.0]
    }

    /// Gives names back as they were written.
    fn restore(&mut self, restore: impl FnOnce(&mut Restore<'_>)) {
        let variables = &self.decided.found.variables;
        restore(&mut Restore { variables, arguments: &mut self.arguments });
    }

    /// Statements as they are emitted.
    fn emit(&mut self, mut stmts: Vec<Stmt>) -> TokenStream {
        self.restore(|names| stmts.iter_mut().for_each(|stmt| names.visit_stmt_mut(stmt)));
        quote!(#(#stmts)*)
    }

    /// Nests the block of a frame into levels, if it has sites.
    fn frame(&mut self, block: &mut Block, result: &FrameResult) {
        let ids: Vec<SiteId> = block.stmts.iter().flat_map(markers_in).collect();
        let sites = || ids.iter().filter_map(|id| self.sites[id.0].as_ref());
        let Some(first) = sites().next() else { return };
        let at = first.span;
        let sees = sites().any(|site| matches!(site.body, Body::Outcome(_)));
        let names = self.decided.names;
        let result = result.clone().keeping(ids.len() > 1 && sees);
        let (result, carrier) = result.carried(declares_items(&block.stmts), names);
        let result = Rc::new(result);
        let pending = Pending::of(self.placement(ids[0]).frame);
        let along = if result.waits { self.along_into_frame(&pending) } else { TokenStream::new() };
        let (leaves, extent) = (Leaves::Frame, Extent::of(block));
        let (is_dead, depth) = (false, 0);
        let around = Around { result: result.clone(), pending, leaves, extent, is_dead, depth };
        let (items, mut levels) = self.body(std::mem::take(&mut block.stmts), &around);
        if result.keeps {
            let (kept, none) = (names::local("kept"), names.private("None"));
            levels = quote!(let mut #kept = #none; #levels);
        }
        if result.waits {
            levels = level::drive(&quote!(#along #levels), at, extent, &result, names);
        }
        let inside = quote!(#items #levels);
        let inside = if carrier.is_empty() { inside } else { quote!(#carrier { #inside }) };
        block.stmts = vec![verbatim(inside)];
    }

    /// The items and the statements of a frame's body, or of the block that its body goes on in. Items are in
    /// scope in the whole block; the levels must not hide them from exit code.
    fn body(&mut self, stmts: Vec<Stmt>, around: &Around) -> (TokenStream, TokenStream) {
        let (items, stmts) = hoisted(stmts);
        let levels = self.levels(stmts, around).close(around.leaves);
        (quote!(#(#items)*), levels)
    }

    fn levels(&mut self, mut stmts: Vec<Stmt>, around: &Around) -> Rest<'a> {
        let Some(first) = stmts.iter().position(|stmt| !markers_in(stmt).is_empty()) else {
            let never = around.is_dead.then(|| self.never_ends(&stmts)).flatten();
            let code = self.emit(stmts);
            return Rest::Code(quote!(#code #never));
        };
        let behind = stmts.split_off(first);
        let is_dead =
            around.is_dead || stmts.iter().any(|stmt| look::diverges(stmt, &self.arguments));
        if look::wrapped(&behind) == Some(0) {
            return Rest::Code(self.wrapped(stmts, behind, around));
        }
        let mut behind = behind.into_iter();
        let mut statement: Vec<Stmt> = behind.by_ref().take(1).collect();
        let ids = self.sites_of(&statement);
        let groups = self.groups(&ids, around.result.waits);
        let mut pending = self.pending_behind(&around.pending, &ids);
        let (late, mut later) = self.late(&mut stmts, &pending, &ids, &statement[0]);
        later.extend(behind);
        let behind = later;
        let unboxed = self.unboxed(&pending, &behind);
        let begin = self.begin(&ids);
        let given_away = self.refilled(&mut stmts, &pending, begin, &behind);
        let emptied = self.emptied(&mut stmts, &groups[0].sites[0], &mut pending, begin, &behind);
        let muts = given_away.iter().chain(&emptied).map(|id| self.uses_mut(*id));
        let muts: TokenStream = muts.collect();
        let mut refilled = self.filled(&mut pending, begin, &behind);
        refilled.extend(given_away);
        let (ahead, late) = (self.emit(stmts), self.emit(late));
        let along = self.along(&pending, &ids, &refilled);
        let depth = around.depth + groups.len();
        let is_dead = is_dead && !(behind.is_empty() && is_tail(&statement[0]));
        let around = &Around { pending, leaves: Leaves::Level, is_dead, depth, ..around.clone() };
        let mut rest = self.levels(behind, around);
        let mut from = groups[0].sites[0].site.span;
        if !groups[0].sites[0].is_armed_from_the_start() {
            from = statement[0].span();
            let arms = &mut Arms { groups: &groups, names: self.decided.names };
            arms.visit_stmt_mut(&mut statement[0]);
            rest = rest.behind_closed(&self.emit(statement));
        }
        let inside = quote!(#late #along);
        if !inside.is_empty() {
            rest = rest.behind_closed(&inside);
        }
        let mut homes = self.declare_homes(&ids);
        for (at, group) in groups.iter().enumerate().rev() {
            let homes = if at == 0 { std::mem::take(&mut homes) } else { TokenStream::new() };
            rest = self.level(group, rest, from, around, &homes);
        }
        rest.behind(&quote!(#ahead #unboxed #muts))
    }

    /// What is never reached has no need to yield what the frame returns; but a closure of its own has.
    fn never_ends(&self, stmts: &[Stmt]) -> Option<TokenStream> {
        let yields = matches!(stmts.last(), Some(Stmt::Expr(_, None)));
        let never = self.decided.names.private("never");
        (!yields).then(|| quote!(#never()))
    }

    /// The sites of a statement in the order in which control reaches them, with their own frames lowered.
    fn sites_of(&mut self, statement: &[Stmt]) -> Vec<SiteId> {
        let ids = self.in_order(statement.iter().flat_map(markers_in).collect());
        for id in &ids {
            self.lower_site(*id);
        }
        ids
    }

    /// The sites in the order in which control reaches them.
    fn in_order(&self, mut ids: Vec<SiteId>) -> Vec<SiteId> {
        ids.sort_by_key(|id| self.placement(*id).period.start);
        ids
    }

    /// A body that goes on in an inner block: its levels are in that block.
    fn wrapped(&mut self, ahead: Vec<Stmt>, block: Vec<Stmt>, around: &Around) -> TokenStream {
        let ahead = self.emit(ahead);
        // What follows is the name of what the block yields, at most.
        let (whole, ty) = match block.into_iter().next() {
            Some(Stmt::Local(local)) => {
                let ty = match &local.pat {
                    Pat::Type(typed) => Some(typed.ty.to_token_stream()),
                    _ => None,
                };
                (local.init.map(|init| *init.expr), ty)
            }
            Some(Stmt::Expr(expr, _)) => (Some(expr), None),
            _ => (None, None),
        };
        let result = Rc::new(FrameResult::clone(&around.result).or_type(ty));
        let around = Around { result, ..around.clone() };
        let (attributes, token, block) = match whole {
            Some(Expr::Block(it)) => (it.attrs, None, it.block),
            Some(Expr::Unsafe(it)) => (it.attrs, Some(it.unsafe_token), it.block),
            _ => return ahead,
        };
        let (items, levels) = self.body(block.stmts, &around);
        let mut inner = TokenStream::new();
        block.brace_token.surround(&mut inner, |tokens| quote!(#items #levels).to_tokens(tokens));
        quote!(#ahead #(#attributes)* #token #inner)
    }

    /// The frames within what a site defers and evaluates.
    fn lower_site(&mut self, id: SiteId) {
        let Some(mut site) = self.sites[id.0].take() else { return };
        site.now.iter_mut().for_each(|evaluated| self.visit_expr_mut(&mut evaluated.value));
        match &mut site.body {
            Body::Call(call, _) => self.visit_expr_mut(call),
            Body::Block(block) => self.deferred_block(block, id),
            Body::Outcome(closure) => self.deferred_block(as_block(&mut closure.body), id),
        }
        self.restore(|names| names.site(&mut site));
        self.sites[id.0] = Some(site);
    }

    fn deferred_block(&mut self, block: &mut Block, id: SiteId) {
        let Placement { joins, awaits, .. } = *self.placement(id);
        self.visit_block_mut(block);
        let result = if let Some(at) = joins {
            joining::end(block, at, &self.arguments, self.decided.names);
            FrameResult::inferred()
        } else {
            drop_tail(look::innermost(block));
            FrameResult::unit()
        };
        self.frame(block, &result.waiting(awaits));
    }

    /// In the order in which control reaches them, which is that of the walk.
    fn groups(&mut self, ids: &[SiteId], waits: bool) -> Vec<Group<'a>> {
        let mut groups: Vec<(Option<_>, Group<'a>)> = Vec::new();
        for &id in ids {
            let around = match self.placement(id).reached {
                Reached::InLoop { outermost, .. } => Some(outermost),
                Reached::Directly | Reached::Conditionally => None,
            };
            let Some(site) = self.sites[id.0].take() else { continue };
            let member = Member::new(id, site, waits, self.decided);
            let same_loop = |(of, _): &&mut (Option<_>, _)| of.is_some() && *of == around;
            if let Some((_, group)) = groups.iter_mut().find(same_loop) {
                group.sites.push(member);
            } else {
                let in_loop = around.is_some();
                groups.push((around, Group { sites: vec![member], in_loop }));
            }
        }
        groups.into_iter().map(|(_, group)| group).collect()
    }

    /// The exit code behind what runs while it is pending.
    fn level(
        &self,
        group: &Group<'_>,
        rest: Rest<'a>,
        from: Span,
        around: &Around,
        homes: &TokenStream,
    ) -> Rest<'a> {
        let (first, names) = (&group.sites[0], self.decided.names);
        let level = match rest {
            Rest::Level(ahead, level) if ahead.is_empty() && level.is_quiet() => level,
            rest => {
                let written = Written { from, frame: around.extent, depth: around.depth };
                let rest = rest.close(Leaves::Level);
                Level::new(&rest, &first.site, written, &around.result, names)
            }
        };
        let waits = group.sites.iter().any(|member| member.awaits);
        let exit = match first.mechanism {
            _ if waits => awaiting::exit(group, around.extent, names),
            Mechanism::OpenCoded | Mechanism::Stack if first.keeps_nothing() => {
                first.exit_for_certain(names)
            }
            Mechanism::OpenCoded => open_coded::exit(first, names),
            Mechanism::Stack => stack::exit(first, names),
            Mechanism::Heap => heap::exit(group, names),
        };
        Rest::Level(TokenStream::new(), level.with(exit.declaring(homes)))
    }
}

/// What comes behind a place in a frame.
enum Rest<'a> {
    Code(TokenStream),
    /// Statements, and a level behind them. Without any, a site ahead may share it.
    Level(TokenStream, Level<'a>),
}

impl Rest<'_> {
    fn behind(self, stmts: &TokenStream) -> Self {
        match self {
            Self::Code(code) => Self::Code(quote!(#stmts #code)),
            Self::Level(ahead, level) => Self::Level(quote!(#stmts #ahead), level),
        }
    }

    /// The same, where no site ahead may share a level of it.
    fn behind_closed(self, stmts: &TokenStream) -> Self {
        Self::Code(self.close(Leaves::Level)).behind(stmts)
    }

    fn close(self, leaves: Leaves) -> TokenStream {
        match self {
            Self::Code(code) => code,
            Self::Level(ahead, level) => {
                let level = level.close(leaves);
                quote!(#ahead #level)
            }
        }
    }
}

/// Puts the statement that makes a site pending where its marker stands.
struct Arms<'a> {
    groups: &'a [Group<'a>],
    names: &'a Names,
}

impl VisitMut for Arms<'_> {
    fn visit_stmt_mut(&mut self, stmt: &mut Stmt) {
        let Some(id) = read::marker(stmt) else {
            return visit_mut::visit_stmt_mut(self, stmt);
        };
        let pairs = self.groups.iter().flat_map(|g| g.sites.iter().map(move |member| (g, member)));
        let found = pairs.into_iter().find(|(_, member)| member.id == id);
        let Some((group, member)) = found else { return };
        let arm = match member.mechanism {
            Mechanism::OpenCoded => open_coded::arm(member, self.names),
            Mechanism::Stack => stack::arm(member),
            Mechanism::Heap => heap::arm(group, member),
        };
        let attributes = member.attributes();
        let block = quote!(#(#attributes)* { #arm });
        *stmt = verbatim(if attributes.is_empty() { arm } else { block });
    }

    /// Exit code has a copy of what can be copied, and that may be all that is used.
    fn visit_item_mut(&mut self, item: &mut Item) {
        let mut sites = self.groups.iter().flat_map(|group| &group.sites);
        if !sites.any(|member| member.plan.items.contains(item)) {
            return;
        }
        let attributes = match item {
            Item::Use(item) => &mut item.attrs,
            Item::Const(item) => &mut item.attrs,
            Item::Fn(item) => &mut item.attrs,
            _ => return,
        };
        attributes.push(parse_quote!(#[allow(unused_imports, dead_code)]));
    }
}

/// The items that can stand ahead of everything: those that no macro of the block's own is part of.
fn hoisted(stmts: Vec<Stmt>) -> (Vec<Stmt>, Vec<Stmt>) {
    let macros: Vec<String> = stmts.iter().filter_map(local_macro).collect();
    stmts.into_iter().partition(|stmt| {
        let tokens = || stmt.to_token_stream();
        let is_item = matches!(stmt, Stmt::Item(item) if !matches!(item, Item::Macro(_)));
        is_item && !macros.iter().any(|name| read::tokens::mention(tokens(), name))
    })
}

/// Whether the statement, as the last one, is the value.
fn is_tail(stmt: &Stmt) -> bool {
    matches!(stmt, Stmt::Expr(_, None))
}

/// Whether the statements, or those of the block that they go on in, have items.
fn declares_items(stmts: &[Stmt]) -> bool {
    let inner = look::wrapped(stmts).and_then(|at| look::inner(&stmts[at]));
    stmts.iter().any(|stmt| matches!(stmt, Stmt::Item(_)))
        || inner.is_some_and(|block| declares_items(&block.stmts))
}

fn local_macro(stmt: &Stmt) -> Option<String> {
    match stmt {
        Stmt::Item(Item::Macro(item)) => item.ident.as_ref().map(ToString::to_string),
        _ => None,
    }
}
