//! Changes the function, once, at the end: takes it with the plan and the verdict of each site, gives
//! it with every frame that has sites nested into levels.
//!
//! The first statement of a frame's block that holds a site opens a level: what comes from there on
//! becomes a closure, and the exit code stands behind it. The levels of later statements are inside
//! that closure, so last in, first out comes by itself. A statement with several sites opens a level
//! for each, in the order in which control reaches them; the sites of one loop share theirs.

mod awaiting;
mod heap;
mod joining;
mod level;
mod member;
mod open_coded;
mod result;
mod stack;

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::visit::{self, Visit};
use syn::visit_mut::{self, VisitMut};
use syn::{Block, Expr, ExprBlock, ExprClosure, ExprParen, Item, Stmt, parse_quote};

use self::level::{Leaves, Level};
use self::member::{Group, Member, statement_attribute};
use self::result::FrameResult;
use crate::names::{self, Names};
use crate::parse::{self, Function};
use crate::scope::{attributes, plain_block};
use crate::site::{Behind, Body, Mechanism, Placement, Plan, Reached, Site, SiteId, Verdict, When};
use crate::tokens;

/// Lowers every frame of the function. The notes go in front of its body.
pub(crate) fn function(
    function: &mut Function,
    placements: Vec<Placement>,
    verdicts: &[Verdict],
    names: &Names,
    notes: TokenStream,
) {
    let Function { item, sites } = function;
    let mut lowering = Lowering { sites, placements, verdicts, names };
    lowering.visit_block_mut(&mut item.block);
    let result = FrameResult::of_function(&item.sig).waiting(item.sig.asyncness.is_some());
    lowering.frame(&mut item.block, &result);
    if !sites.is_empty() {
        item.block.stmts.insert(0, verbatim(notes));
    }
}

struct Lowering<'a> {
    sites: &'a [Site],
    placements: Vec<Placement>,
    verdicts: &'a [Verdict],
    names: &'a Names,
}

impl VisitMut for Lowering<'_> {
    /// Inner frames first: the markers that are left in a block then belong to its own frame.
    fn visit_expr_mut(&mut self, expr: &mut Expr) {
        visit_mut::visit_expr_mut(self, expr);
        match expr {
            Expr::Closure(closure) => {
                let waits = closure.asyncness.is_some();
                let result = FrameResult::of_closure(&closure.output).waiting(waits);
                if holds_a_site(&closure.body) {
                    self.frame(as_block(&mut closure.body), &result);
                }
            }
            Expr::Async(block) => {
                self.frame(&mut block.block, &FrameResult::inferred().waiting(true));
            }
            _ => {}
        }
    }

    fn visit_item_mut(&mut self, _: &mut Item) {}
}

impl<'a> Lowering<'a> {
    /// Nests the block of a frame into levels, if it has sites.
    fn frame(&mut self, block: &mut Block, result: &FrameResult) {
        if !block.stmts.iter().any(holds_a_site) {
            return;
        }
        // Items are in scope in the whole block; the levels must not hide them from exit code.
        let (items, mut stmts) = hoisted(std::mem::take(&mut block.stmts));
        join_alternatives(&mut stmts);
        let result = result.clone().keeping(self.may_recover(&stmts));
        let first = stmts.iter().find_map(|stmt| markers_in(stmt).first().copied());
        let mut levels = self.levels(stmts, &result).close(Leaves::Frame);
        if result.keeps {
            let (kept, none) = (names::local("kept"), self.names.private("None"));
            levels = quote!(let mut #kept = #none; #levels);
        }
        if result.waits {
            let at = first.map_or_else(Span::mixed_site, |id| self.sites[id.0].span);
            levels = level::drive(&levels, at, &result, self.names);
        }
        block.stmts = items;
        block.stmts.push(verbatim(levels));
    }

    /// Whether exit code may recover from the panic of other exit code.
    fn may_recover(&self, stmts: &[Stmt]) -> bool {
        let ids: Vec<_> = stmts.iter().flat_map(markers_in).collect();
        let sees = |id: &SiteId| matches!(self.placements[id.0].plan.exit, Body::Outcome(_));
        ids.len() > 1 && ids.iter().any(sees)
    }

    fn levels<'r>(&mut self, mut stmts: Vec<Stmt>, result: &'r FrameResult) -> Rest<'r>
    where
        'a: 'r,
    {
        let Some(first) = stmts.iter().position(holds_a_site) else {
            return Rest::Code(quote!(#(#stmts)*));
        };
        let mut behind = stmts.split_off(first).into_iter();
        let mut statement = behind.next();
        let mut ids = statement.as_ref().map(markers_in).unwrap_or_default();
        ids.sort_by_key(|id| self.placements[id.0].order);
        for id in &ids {
            self.lower_plan(*id);
        }
        let mut rest = self.levels(behind.collect(), result);
        let groups = self.groups(&ids, result.waits);
        if !groups.iter().any(|group| group.sites[0].is_armed_from_the_start()) {
            if let Some(statement) = &mut statement {
                Arms { groups: &groups, names: self.names }.visit_stmt_mut(statement);
            }
            let behind = rest.close(Leaves::Level);
            rest = Rest::Code(quote!(#statement #behind));
        }
        for group in groups.iter().rev() {
            rest = self.level(group, rest, result);
        }
        rest.behind(&quote!(#(#stmts)*))
    }

    /// The frames within what a site defers and evaluates.
    fn lower_plan(&mut self, id: SiteId) {
        let exit = Body::Call(Expr::PLACEHOLDER, Behind::default());
        let empty = Plan { now: Vec::new(), taken: Vec::new(), items: Vec::new(), exit };
        let Placement { joins, awaits, .. } = self.placements[id.0];
        let mut plan = std::mem::replace(&mut self.placements[id.0].plan, empty);
        for evaluated in &mut plan.now {
            self.visit_expr_mut(&mut evaluated.value);
        }
        match &mut plan.exit {
            Body::Call(call, _) => self.visit_expr_mut(call),
            Body::Block(block) => self.deferred_block(block, joins, awaits),
            Body::Outcome(closure) => {
                let body = as_block(&mut closure.body);
                self.deferred_block(body, joins, awaits);
            }
        }
        self.placements[id.0].plan = plan;
    }

    fn deferred_block(&mut self, block: &mut Block, joins: Option<Span>, awaits: bool) {
        self.visit_block_mut(block);
        join_alternatives(&mut block.stmts);
        if let Some(at) = joins {
            joining::end(block, at, self.names);
            self.frame(block, &FrameResult::inferred().waiting(awaits));
        } else {
            drop_tail(block);
            self.frame(block, &FrameResult::unit().waiting(awaits));
        }
    }

    /// In the order in which control reaches them, which is that of the walk.
    fn groups(&self, ids: &[SiteId], waits: bool) -> Vec<Group<'_>> {
        let mut groups: Vec<(Option<_>, Group<'_>)> = Vec::new();
        for &id in ids {
            let placement = &self.placements[id.0];
            let around = match placement.reached {
                Reached::InLoop { outermost, .. } => Some(outermost),
                Reached::Directly | Reached::Conditionally => None,
            };
            let member = self.member(id, waits);
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

    fn member(&self, id: SiteId, waits: bool) -> Member<'_> {
        let placement = &self.placements[id.0];
        let mechanism = self.verdicts[id.0].mechanism;
        let site = &self.sites[id.0];
        // An `.await` where nothing can wait is rustc's to refuse.
        let awaits = waits && placement.awaits;
        let exit = self.exit_code(site, placement, awaits);
        Member { id, site, placement, mechanism, awaits, exit }
    }

    /// What runs at the exit, as statements.
    fn exit_code(&self, site: &Site, placement: &Placement, awaits: bool) -> TokenStream {
        let outcome = names::local("outcome");
        let plan = &placement.plan;
        let mut code = match (&plan.exit, placement.joins) {
            (Body::Call(call, Behind { awaits, joins }), _) => {
                let wait = awaits.map(|token| quote!(. #token));
                let call = quote!(#call #wait);
                match joins {
                    None => quote_spanned!(Span::mixed_site()=> #call;),
                    Some(question) => joining::call(&call, *question, self.names),
                }
            }
            (Body::Block(block), None) => {
                let stmts = &block.stmts;
                quote!(#(#stmts)*)
            }
            (Body::Block(block), Some(at)) => joining::block(None, block, at, awaits, self.names),
            (Body::Outcome(ExprClosure { inputs, body, .. }), None) => {
                let handed = inputs.first();
                quote!(let #handed = #outcome; #body)
            }
            (Body::Outcome(closure), Some(at)) => {
                joining::block(closure.inputs.first(), &closure.body, at, awaits, self.names)
            }
        };
        if site.when == When::OnFailure {
            let is_failure = self.names.private_at("is_failure", site.span);
            let outcome = names::local_at("outcome", site.span);
            code = quote_spanned!(site.span=> if #is_failure(&mut #outcome) { #code });
        }
        if awaits {
            let frame = names::local("frame");
            code = quote!(if !#frame.is_dropped() { #code });
        }
        let lints = site.attrs.iter().filter(|a| !a.path().is_ident("cfg"));
        let lints: Vec<_> = lints.map(statement_attribute).collect();
        if !lints.is_empty() {
            code = quote!(#(#lints)* { #code });
        }
        // Each in a block of its own, as those of several blocks may have the same name.
        plan.items.iter().rev().fold(
            code,
            |code, item| quote!({ #[allow(unused_imports, dead_code)] #item { #code } }),
        )
    }

    /// The exit code behind what runs while it is pending.
    fn level<'r>(&self, group: &Group<'_>, rest: Rest<'r>, result: &'r FrameResult) -> Rest<'r>
    where
        'a: 'r,
    {
        let first = &group.sites[0];
        let level = match rest {
            Rest::Level(ahead, level) if ahead.is_empty() && level.is_quiet() => level,
            rest => Level::new(&rest.close(Leaves::Level), first.site, result, self.names),
        };
        let waits = group.sites.iter().any(|member| member.awaits);
        let level = level.with(match first.mechanism {
            _ if waits => awaiting::exit(group, self.names),
            Mechanism::OpenCoded => open_coded::exit(first, self.names),
            Mechanism::Stack => stack::exit(first, self.names),
            Mechanism::Heap => heap::exit(group, self.names),
        });
        Rest::Level(TokenStream::new(), level)
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
        let Some(id) = parse::marker(stmt) else {
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
        if !sites.any(|member| member.placement.plan.items.contains(item)) {
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

/// What a deferred block's tail yields is dropped like any other unused value.
fn drop_tail(block: &mut Block) {
    if let Some(Stmt::Expr(tail, semi @ None)) = block.stmts.last_mut() {
        // Lints of the statement are at the tail then; behind a brace, it would seem to be needless.
        let tail = tail.to_token_stream();
        let at = tokens::end(tail.clone()).filter(|_| !tokens::end_with_brace(tail));
        *semi = Some(syn::Token![;](at.unwrap_or_else(Span::mixed_site)));
    }
}

/// A closure's body as a block.
fn as_block(body: &mut Expr) -> &mut Block {
    if plain_block(body).is_none() {
        let whole = std::mem::replace(body, Expr::PLACEHOLDER);
        // In parentheses, as a statement ends where an expression that begins with a block may go on.
        let paren_token = syn::token::Paren::default();
        let whole = match whole {
            Expr::Binary(_) | Expr::Cast(_) | Expr::Assign(_) => {
                Expr::Paren(ExprParen { attrs: Vec::new(), paren_token, expr: Box::new(whole) })
            }
            whole => whole,
        };
        *body = block_of(vec![Stmt::Expr(whole, None)]);
    }
    match body {
        Expr::Block(body) => &mut body.block,
        _ => unreachable!("it was just made one"),
    }
}

fn block_of(stmts: Vec<Stmt>) -> Expr {
    let block = Block { brace_token: syn::token::Brace::default(), stmts };
    Expr::Block(ExprBlock { attrs: Vec::new(), label: None, block })
}

/// The items that can stand ahead of everything: those that no macro of the block's own can be part of.
fn hoisted(stmts: Vec<Stmt>) -> (Vec<Stmt>, Vec<Stmt>) {
    let is_macro = |stmt: &Stmt| matches!(stmt, Stmt::Item(Item::Macro(_)));
    let macros = stmts.iter().position(is_macro).unwrap_or(stmts.len());
    let mut at = 0;
    stmts.into_iter().partition(|stmt| {
        at += 1;
        at <= macros && matches!(stmt, Stmt::Item(_))
    })
}

/// `#[cfg(a)] { … } #[cfg(b)] { … }` at the end of a body: which of them is the tail, `#[cfg]` decides, so
/// they stay in one statement.
fn join_alternatives(stmts: &mut Vec<Stmt>) {
    let is_alternative = |stmt: &&Stmt| {
        let attributes = match stmt {
            Stmt::Expr(expr, _) => attributes(expr),
            Stmt::Macro(written) => &written.attrs,
            Stmt::Local(_) | Stmt::Item(_) => &[],
        };
        attributes.iter().any(|attribute| attribute.path().is_ident("cfg"))
    };
    let alternatives = stmts.iter().rev().take_while(is_alternative).count();
    if alternatives > 1 {
        let alternatives = stmts.split_off(stmts.len() - alternatives);
        stmts.push(Stmt::Expr(block_of(alternatives), None));
    }
}

fn verbatim(tokens: TokenStream) -> Stmt {
    Stmt::Expr(Expr::Verbatim(tokens), None)
}

fn holds_a_site(tree: impl ToTokens) -> bool {
    tokens::mention(tree.to_token_stream(), parse::MARKER)
}

fn markers_in(stmt: &Stmt) -> Vec<SiteId> {
    struct Markers(Vec<SiteId>);
    impl<'ast> Visit<'ast> for Markers {
        fn visit_stmt(&mut self, stmt: &'ast Stmt) {
            match parse::marker(stmt) {
                Some(id) => self.0.push(id),
                None => visit::visit_stmt(self, stmt),
            }
        }
    }
    let mut markers = Markers(Vec::new());
    markers.visit_stmt(stmt);
    markers.0
}
