//! Variables that stay usable behind their `defer!`: takes the function's tree and the variables that have
//! a home, moves each into its home ahead of the statement with its first site, and lets the code behind
//! use it by reference.
//!
//! ```text
//! // Input                          // Output, in a loop
//! let mut f = open(p)?;             let mut f = open(p)?;
//!                                   let mut f_lease = lease(&mut home);
//! defer!(f.close());                let (f, kept) = f_lease.put(f);
//!                                   { keep(kept); records.push(()); }
//! f.read()?;                        (*f).read()?;
//!                                   // at the exit
//!                                   if let Some(mut f) = home.leave() { f.close(); }
//! ```
//!
//! A lease is open from the variable's declaration on, so that what is not kept is dropped in its turn. A
//! variable of the frame's outermost block has a home of its own there, and no lease.

use std::collections::BTreeMap;

mod lent;
mod moved;
mod reached;

use std::collections::BTreeSet;

use proc_macro2::{Ident, Span};
use quote::{ToTokens, quote};
use syn::spanned::Spanned;
use syn::visit::Visit;
use syn::visit_mut::{self, VisitMut};
use syn::{
    Arm, Block, Expr, ExprClosure, FieldValue, Item, Macro, Pat, Stmt, Token, parse_quote,
    parse_quote_spanned,
};

use self::reached::Reached;
use super::captures::{copy_or, in_place};
use super::tree::{block_of, markers_in, verbatim};
use super::unread;
use super::{Decided, bound};
use crate::look::{assigns, simple_path};
use crate::names;
use crate::plan::Home;
use crate::read::{self, Arguments, Read, known};
use crate::site::{Body, Evaluated, Kind, Site, SiteId};
use crate::variable::{VarId, Variable};

/// What the rewriting of one function needs.
pub(super) struct Tenants<'a> {
    pub(super) decided: Decided<'a>,
    pub(super) sites: &'a mut [Site],
    pub(super) arguments: &'a mut [Arguments],
}

impl Tenants<'_> {
    /// Moves variables into their homes, and rewrites what mentions them.
    pub(super) fn move_in(self, item: &mut syn::ItemFn) {
        let parameters = bound::by_signature(&item.sig);
        let receiver =
            self.decided.found.variables.all.iter().position(|it| it.name == "self").map(VarId);
        let by_fields = reached::by_fields(&item.block, self.arguments).into_iter().collect();
        let (reached, handed_over) = (BTreeMap::new(), BTreeMap::new());
        let mut leases = Leases { tenants: self, by_fields, reached, handed_over };
        leases.block(&mut item.block, receiver.into_iter().chain(parameters).collect());
    }
}

struct Leases<'a> {
    tenants: Tenants<'a>,
    /// The variables that fields are used of.
    by_fields: BTreeSet<VarId>,
    /// The variables that are in their homes at this place.
    reached: BTreeMap<VarId, Reached>,
    /// What stands for the variables that the site at this place hands over.
    handed_over: BTreeMap<Ident, Expr>,
}

impl Leases<'_> {
    fn variable(&self, id: VarId) -> &Variable {
        self.tenants.decided.found.variables.get(id)
    }

    fn homes(&self) -> &BTreeMap<VarId, Home> {
        &self.tenants.decided.planned.homes
    }

    fn has_home(&self, id: VarId) -> bool {
        self.homes().contains_key(&id)
    }

    /// A block in whose statements these variables are in scope, and those that it declares.
    fn block(&mut self, block: &mut Block, bound: Vec<VarId>) {
        let reached = self.reached.clone();
        let (mut waiting, mut undecided) = (Vec::new(), Vec::new());
        let mut stmts = Vec::with_capacity(block.stmts.len());
        let mut behind = std::mem::take(&mut block.stmts).into_iter();
        self.open(bound, &mut waiting, &mut stmts);
        loop {
            self.lend(&mut waiting, behind.as_slice(), &mut undecided, &mut stmts);
            let Some(mut stmt) = behind.next() else { break };
            let moving = self.moving_in(&stmt, &mut waiting);
            self.put(&moving, read::marker(&stmt).is_some(), &mut stmts);
            undecided.extend(moving.iter().filter(|id| self.is_undecided(**id)));
            self.decide(&mut undecided, &stmt, &mut stmts);
            let was_macro = matches!(stmt, Stmt::Macro(_));
            self.visit_stmt_mut(&mut stmt);
            if let Stmt::Expr(_, end @ None) = &mut stmt
                && was_macro
                && !behind.as_slice().is_empty()
            {
                // In braces, the macro needed none.
                *end = Some(Token![;](Span::mixed_site()));
            }
            for id in moving {
                self.reached.insert(id, Reached::ByReference);
            }
            let bound = match &stmt {
                Stmt::Local(local) => bound::by_pattern(&local.pat),
                _ => Vec::new(),
            };
            stmts.push(stmt);
            self.open(bound, &mut waiting, &mut stmts);
        }
        block.stmts = stmts;
        self.reached = reached;
    }

    /// A lease for each variable that came into scope and has a home.
    fn open(&self, bound: Vec<VarId>, waiting: &mut Vec<VarId>, stmts: &mut Vec<Stmt>) {
        for id in bound.into_iter().filter(|id| self.has_home(*id)) {
            waiting.push(id);
            if self.homes()[&id].outermost {
                continue;
            }
            let (lease, home) = (names::lease(self.variable(id)), names::home(id));
            let open = self.tenants.decided.names.private("lease");
            stmts.push(verbatim(quote!(let mut #lease = #open(&mut #home);)));
        }
    }

    /// The variables of which the statement has the first site.
    fn moving_in(&self, stmt: &Stmt, waiting: &mut Vec<VarId>) -> Vec<VarId> {
        if waiting.is_empty() {
            return Vec::new();
        }
        let sites = markers_in(stmt);
        let homes = self.homes();
        let moves = |id: &VarId| homes[id].sites.iter().any(|site| sites.contains(site));
        let (moving, staying) = std::mem::take(waiting).into_iter().partition(|id| moves(id));
        *waiting = staying;
        moving
    }

    /// Ahead of that statement, they move into their homes.
    fn put(&mut self, moving: &[VarId], is_site: bool, stmts: &mut Vec<Stmt>) {
        for id in moving {
            stmts.push(verbatim(self.moved_in(*id)));
            let at_site = self.homes()[id].outermost && is_site;
            let reached = if at_site { Reached::InHome } else { Reached::ByReference };
            self.reached.insert(*id, reached);
        }
    }

    /// Those that are lent ahead of it move in at once.
    fn lend(
        &mut self,
        waiting: &mut Vec<VarId>,
        behind: &[Stmt],
        undecided: &mut Vec<VarId>,
        stmts: &mut Vec<Stmt>,
    ) {
        let (lent, own) = std::mem::take(waiting).into_iter().partition(|id| {
            let home = &self.homes()[id];
            let is_first = |stmt: &Stmt| markers_in(stmt).iter().any(|it| home.sites.contains(it));
            let ahead = behind.iter().position(is_first).unwrap_or_default();
            !home.outermost && lent::is_lent(*id, &behind[..ahead], self.tenants.arguments)
        });
        let lent: Vec<VarId> = lent;
        *waiting = own;
        self.put(&lent, false, stmts);
        undecided.extend(lent.iter().filter(|id| self.is_undecided(**id)));
    }

    /// What can be done by their references, of those that the statement needs to be known of.
    fn decide(&self, undecided: &mut Vec<VarId>, stmt: &Stmt, stmts: &mut Vec<Stmt>) {
        undecided.retain(|id| {
            let asks = reached::asks_for_type(stmt, *id, self.tenants.arguments);
            if asks {
                stmts.push(verbatim(self.decided(*id)));
            }
            !asks
        });
    }

    fn rewritten(&self, expr: &Expr) -> Option<Expr> {
        let name = simple_path(expr)?;
        self.handed_over.get(name).cloned().or_else(|| self.mention(VarId::of(name)?, name))
    }

    fn site(&mut self, SiteId(number): SiteId) {
        let mut now = std::mem::take(&mut self.tenants.sites[number].now);
        for evaluated in &mut now {
            self.visit_expr_mut(&mut evaluated.value);
            if let Kind::HandedOver(id) = evaluated.kind {
                evaluated.place = self.mention(id, &self.variable(id).name);
            }
        }
        let reached = self.reached.clone();
        for own in now.iter().filter(|evaluated| evaluated.kind == Kind::Own) {
            VarId::of(&own.name).and_then(|id| self.reached.remove(&id));
        }
        for at_home in &self.tenants.decided.planned.plans[number].homes {
            let how = if at_home.owned { Reached::Itself } else { Reached::ByReference };
            self.reached.insert(at_home.variable, how);
        }
        let handed_over = self.handed_over(SiteId(number), &now);
        let outside = std::mem::replace(&mut self.handed_over, handed_over);
        let mut body = std::mem::replace(&mut self.tenants.sites[number].body, Body::empty());
        match &mut body {
            Body::Call(call, _) => self.visit_expr_mut(call),
            Body::Block(block) => self.block(block, Vec::new()),
            Body::Outcome(closure) => self.closure(closure),
        }
        (self.reached, self.handed_over) = (reached, outside);
        let site = &mut self.tenants.sites[number];
        (site.now, site.body) = (now, body);
    }

    /// What stands for what was known of each variable that is handed over: what is in its home, or where the
    /// exit code has to find that out itself, a copy or the variable.
    fn handed_over(&self, id: SiteId, now: &[Evaluated]) -> BTreeMap<Ident, Expr> {
        let decided = self.tenants.decided;
        let homes = &decided.planned.plans[id.0].homes;
        let mut stand = BTreeMap::new();
        for evaluated in now {
            let Kind::HandedOver(variable) = evaluated.kind else { continue };
            let at_home = homes.iter().find(|it| it.variable == variable);
            let mut name = self.variable(variable).name.clone();
            name.set_span(name.span().located_at(evaluated.at));
            let place = self.mention(variable, &name);
            let place = place.unwrap_or_else(|| parse_quote!(#name));
            if at_home.is_some() || in_place(id, decided) {
                let value = copy_or(&evaluated.name, &place.to_token_stream(), decided);
                let here = Span::mixed_site().located_at(evaluated.at);
                stand.insert(evaluated.name.clone(), parse_quote_spanned!(here=> (#value)));
            }
        }
        stand
    }

    fn closure(&mut self, closure: &mut ExprClosure) {
        let parameters = bound::by_closure(closure);
        self.body_with(&mut closure.body, parameters);
    }

    /// An expression in which these variables are in scope.
    fn body_with(&mut self, body: &mut Expr, bound: Vec<VarId>) {
        match body {
            Expr::Block(it) if it.label.is_none() => self.block(&mut it.block, bound),
            body if bound.iter().any(|id| self.has_home(*id)) => {
                let whole = std::mem::replace(body, Expr::PLACEHOLDER);
                *body = block_of(vec![Stmt::Expr(whole, None)]);
                if let Expr::Block(it) = body {
                    self.block(&mut it.block, bound);
                }
            }
            body => self.visit_expr_mut(body),
        }
    }

    fn taken(&self, mac: &Macro) -> Option<Expr> {
        let number = read::arguments_of(mac).filter(|_| known::takes(mac))?;
        let (variable, at) = self.tenants.arguments[number].variable();
        let argument = self.tenants.arguments[number].only();
        let Some(id) = variable.filter(|id| self.reached.contains_key(id)) else { return argument };
        let (lease, names) = (names::lease(self.variable(id)), self.tenants.decided.names);
        let mut name = self.variable(id).name.clone();
        name.set_span(at);
        let (place, taken) = (self.mention(id, &name)?, names.private_at("taken", at));
        let now = names.now(&place, self.variable(id).nature, at);
        let lease = names::lent(&lease, at);
        Some(parse_quote_spanned!(at=> #taken(#now, #lease)))
    }

    /// `{x:p}` shows where `x` points, not where its home is: hands it over by name.
    fn point(&self, arguments: &mut Arguments) -> bool {
        if self.reached.is_empty() {
            return false;
        }
        let mut changed = false;
        for (place, name) in arguments.pointers().into_iter().filter_map(|marked| {
            let id = VarId::of(&marked)?;
            Some((self.mention(id, &marked)?, self.variable(id).name.clone()))
        }) {
            arguments.name(&name, &place);
            changed = true;
        }
        changed
    }

    fn arguments(&mut self, mac: &mut Macro) {
        let Some(number) = read::arguments_of(mac) else { return };
        let mut arguments =
            std::mem::replace(&mut self.tenants.arguments[number], Arguments::empty());
        let mut noting = Noting { leases: self, changed: false };
        arguments.visit_mut(&mut noting);
        let mut changed = noting.changed;
        if let Read::Tokens(tokens) = &mut arguments.read
            && !self.reached.is_empty()
        {
            let rewritten = unread::rewrite(tokens.clone(), &|id, name| self.mention(id, name));
            if let Some(rewritten) = rewritten {
                (*tokens, changed) = (rewritten, true);
            }
        }
        changed |= self.point(&mut arguments);
        if changed && known::asserts(mac) {
            arguments.say_what_was_asserted(&self.tenants.decided.names.private("asserted"));
        }
        if changed && known::debugs(mac) {
            mac.path = self.tenants.decided.names.as_if_written("dbg", mac.path.span());
            arguments.say_what_was_written();
        }
        arguments.changed |= changed;
        self.tenants.arguments[number] = arguments;
    }
}

impl VisitMut for Leases<'_> {
    fn visit_block_mut(&mut self, block: &mut Block) {
        self.block(block, Vec::new());
    }

    fn visit_stmt_mut(&mut self, stmt: &mut Stmt) {
        if let Some(id) = read::marker(stmt) {
            return self.site(id);
        }
        if let Stmt::Macro(written) = stmt
            && let Some(taken) = self.taken(&written.mac)
        {
            *stmt = Stmt::Expr(taken, written.semi_token);
            return;
        }
        visit_mut::visit_stmt_mut(self, stmt);
    }

    fn visit_expr_mut(&mut self, expr: &mut Expr) {
        if self.moving(expr) {
            return;
        }
        match expr {
            Expr::Assign(it) => {
                if !self.changed(&mut it.left) {
                    self.visit_expr_mut(&mut it.left);
                }
                self.visit_expr_mut(&mut it.right);
            }
            Expr::Binary(it) if assigns(&it.op) => {
                if !self.changed(&mut it.left) {
                    self.visit_expr_mut(&mut it.left);
                }
                self.visit_expr_mut(&mut it.right);
            }
            Expr::Reference(it) if it.mutability.is_some() => {
                if !self.changed(&mut it.expr) {
                    self.visit_expr_mut(&mut it.expr);
                }
            }
            Expr::Path(_) => {
                if let Some(place) = self.rewritten(expr) {
                    *expr = place;
                }
            }
            Expr::Macro(call) => match self.taken(&call.mac) {
                Some(taken) => *expr = taken,
                None => self.arguments(&mut call.mac),
            },
            Expr::If(it) => {
                self.visit_expr_mut(&mut it.cond);
                let bound = bound::by_condition(&it.cond);
                self.block(&mut it.then_branch, bound);
                if let Some((_, other)) = &mut it.else_branch {
                    self.visit_expr_mut(other);
                }
            }
            Expr::While(it) => {
                self.visit_expr_mut(&mut it.cond);
                let bound = bound::by_condition(&it.cond);
                self.block(&mut it.body, bound);
            }
            Expr::ForLoop(it) => {
                self.visit_expr_mut(&mut it.expr);
                let bound = bound::by_pattern(&it.pat);
                self.block(&mut it.body, bound);
            }
            _ => visit_mut::visit_expr_mut(self, expr),
        }
    }

    fn visit_arm_mut(&mut self, arm: &mut Arm) {
        if let Pat::Guard(guarded) = &mut arm.pat {
            self.visit_expr_mut(&mut guarded.guard);
        }
        let bound = bound::by_pattern(&arm.pat);
        self.body_with(&mut arm.body, bound);
    }

    fn visit_expr_closure_mut(&mut self, closure: &mut ExprClosure) {
        self.closure(closure);
    }

    /// `Point { x }` says whose field and whose value it is in one word.
    fn visit_field_value_mut(&mut self, field: &mut FieldValue) {
        if field.colon_token.is_none() && self.rewritten(&field.expr).is_some() {
            field.colon_token = Some(syn::Token![:](field.expr.span()));
        }
        visit_mut::visit_field_value_mut(self, field);
    }

    fn visit_macro_mut(&mut self, mac: &mut Macro) {
        self.arguments(mac);
    }

    fn visit_pat_mut(&mut self, _: &mut Pat) {}
    fn visit_item_mut(&mut self, _: &mut Item) {}
    fn visit_type_mut(&mut self, _: &mut syn::Type) {}
}

/// Tells whether anything was rewritten.
struct Noting<'a, 'b> {
    leases: &'a mut Leases<'b>,
    changed: bool,
}

impl VisitMut for Noting<'_, '_> {
    fn visit_expr_mut(&mut self, expr: &mut Expr) {
        self.changed |= self.leases.changes(|it| it.visit_expr(expr));
        self.leases.visit_expr_mut(expr);
    }

    fn visit_stmt_mut(&mut self, stmt: &mut Stmt) {
        self.changed |= self.leases.changes(|it| it.visit_stmt(stmt));
        self.leases.visit_stmt_mut(stmt);
    }
}

impl Leases<'_> {
    /// Whether the code mentions a variable that is reached in another way.
    fn changes(&self, look: impl FnOnce(&mut Paths<'_>)) -> bool {
        let mut paths = Paths { reached: &self.reached, tenants: &self.tenants, found: false };
        look(&mut paths);
        paths.found
    }
}

struct Paths<'a> {
    reached: &'a BTreeMap<VarId, Reached>,
    tenants: &'a Tenants<'a>,
    found: bool,
}

impl<'ast> Visit<'ast> for Paths<'_> {
    fn visit_expr_path(&mut self, path: &'ast syn::ExprPath) {
        let id = path.path.get_ident().and_then(VarId::of);
        self.found |= id.is_some_and(|id| self.reached.contains_key(&id));
    }

    fn visit_macro(&mut self, mac: &'ast Macro) {
        let Some(number) = read::arguments_of(mac) else { return };
        self.found |= known::takes(mac);
        self.tenants.arguments[number].visit(self);
    }
}
