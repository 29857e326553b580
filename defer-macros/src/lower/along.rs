//! What goes along into the closure that the code behind a site becomes: takes what exit code mentions, gives
//! the statements that this closure begins with.
//!
//! - A `&mut` that no pending exit code mentions is taken along itself, not a borrow of it:
//!   `loop { break; consume(x); }` is never reached, so the borrow checker sees no move, but capture
//!   analysis does.
//! - A variable that is declared without a value, and gets it behind the site, is declared there.
//! - A variable that the site itself takes away, and that gets another value behind it before anything else
//!   is done with it, is declared there anew.
//! - A variable of the frame's outermost block that has a home is reached by a reference made anew.

mod filled;

use std::collections::BTreeSet;

use proc_macro2::TokenStream;
use quote::quote;
use syn::visit::Visit;
use syn::{Expr, Local, Stmt};

use self::filled::Filling;
use super::Lowering;
use super::bound;
use super::member::Member;
use super::tree::{markers_in, verbatim};
use crate::look::{Fields, Found, Tables, mentioned, simple_path};
use crate::names;
use crate::read;
use crate::site::{Reached, SiteId};
use crate::variable::{FrameId, How, Moment, Nature, VarId};

/// What is pending at a place of a frame.
#[derive(Clone)]
pub(super) struct Pending {
    frame: FrameId,
    /// The variables that its exit code mentions.
    mentioned: BTreeSet<VarId>,
    /// Those of the outermost block that are in homes of their own.
    homes: Vec<VarId>,
    /// Those that a site has taken away, and that the code behind gives a value first.
    emptied: BTreeSet<VarId>,
}

impl Pending {
    /// Nothing yet.
    pub(super) fn of(frame: FrameId) -> Self {
        let (mentioned, homes, emptied) = (BTreeSet::new(), Vec::new(), BTreeSet::new());
        Self { frame, mentioned, homes, emptied }
    }
}

impl Lowering<'_> {
    /// What is pending once these sites are.
    pub(super) fn pending_behind(&self, pending: &Pending, ids: &[SiteId]) -> Pending {
        let mut pending = pending.clone();
        let planned = self.decided.planned;
        pending.mentioned.extend(ids.iter().flat_map(|id| &planned.mentioned[id.0]));
        let begin =
            planned.homes.iter().filter(|(_, it)| it.outermost && ids.contains(&it.sites[0]));
        pending.homes.extend(begin.map(|(id, _)| *id));
        pending
    }

    /// The homes that are made ahead of the statement with these sites.
    pub(super) fn declare_homes(&self, ids: &[SiteId]) -> TokenStream {
        let homes = self.decided.planned.homes.iter();
        let here = homes.filter(|(_, it)| !it.outermost && ids.contains(&it.sites[0]));
        let declare = here.map(|(id, it)| {
            let kind = match (it.repeats, it.taken) {
                (false, _) => "Home",
                (true, false) => "HeapRecords",
                (true, true) => "OpenHomes",
            };
            let (home, kind) = (names::home(*id), self.decided.names.private(kind));
            quote!(let mut #home = #kind::new();)
        });
        declare.collect()
    }

    /// Takes out of the statements those that declare what gets its value behind the sites alone: ahead of the
    /// statement that has these, or of the code behind it.
    pub(super) fn late(
        &self,
        stmts: &mut Vec<Stmt>,
        pending: &Pending,
        ids: &[SiteId],
        statement: &Stmt,
    ) -> (Vec<Stmt>, Vec<Stmt>) {
        let tables = Tables { sites: &[], arguments: &self.arguments };
        let here = mentioned(tables, |code| code.statement(statement));
        let (begin, variables) = (self.begin(ids), &self.decided.found.variables);
        let is_late = |id: &VarId| {
            let variable = variables.get(*id);
            variable.uses.iter().all(|it| it.at >= begin) && !pending.mentioned.contains(id)
        };
        let (late, ahead) = std::mem::take(stmts).into_iter().partition(|stmt| match stmt {
            Stmt::Local(local) if local.init.is_none() => {
                bound::by_pattern(&local.pat).iter().all(is_late)
            }
            _ => false,
        });
        *stmts = ahead;
        let late: Vec<Stmt> = late;
        late.into_iter().partition(|stmt| match stmt {
            Stmt::Local(local) => bound::by_pattern(&local.pat).iter().any(|id| here.contains(id)),
            _ => false,
        })
    }

    /// The variables that a direct site takes away, and that the code behind fills again. Their types are seen
    /// ahead of it.
    pub(super) fn emptied(
        &self,
        ahead: &mut Vec<Stmt>,
        site: &Member<'_>,
        pending: &mut Pending,
        begin: Moment,
        behind: &[Stmt],
    ) -> Vec<VarId> {
        if !site.is_armed_from_the_start() {
            return Vec::new();
        }
        let mut emptied = site.plan.moved.clone();
        emptied.retain(|id| self.is_filled_first(*id, pending, begin));
        emptied.retain(|id| self.is_filled(*id, pending, begin, behind));
        ahead.extend(emptied.iter().map(|id| verbatim(self.type_seen(*id))));
        pending.emptied.extend(&emptied);
        emptied
    }

    /// Whether the code behind gives the variable a value ahead of each use. Frames and sites within it, which no
    /// longer stand there, must come later.
    fn is_filled(&self, id: VarId, pending: &Pending, begin: Moment, behind: &[Stmt]) -> bool {
        let tables = Tables { sites: &[], arguments: &self.arguments };
        let filling = Filling { id, tables };
        if filling.is_plain(behind) {
            return true;
        }
        let (levels, begins) = self.levels_of(behind);
        let Some(level) = filling.level(&levels) else { return false };
        let from = begins.get(level).copied();
        let Found { placements, variables, .. } = self.decided.found;
        let uses = variables.get(id).uses.iter().filter(|one| one.at >= begin);
        let mut early = uses.filter(|one| from.is_none_or(|from| one.at < from));
        let in_site = |at| placements.iter().any(|it| it.period.holds(at));
        !early.any(|one| in_site(one.at) || self.is_within(pending.frame, one.at))
    }

    /// The statements of each level, and when the levels begin, or the sites that they begin with.
    fn levels_of<'s>(&self, stmts: &'s [Stmt]) -> (Vec<&'s [Stmt]>, Vec<Moment>) {
        let (mut levels, mut begins, mut from) = (Vec::new(), vec![Moment::default()], 0);
        for (at, stmt) in stmts.iter().enumerate() {
            let ids = markers_in(stmt);
            if ids.is_empty() {
                continue;
            }
            let first = self.placement(self.in_order(ids)[0]);
            // A site that is reached for certain has its arguments ahead of its level.
            let (to, begin) = match read::marker(stmt) {
                Some(_) => (at + 1, first.period.start),
                None => (at, first.began),
            };
            levels.push(&stmts[from..to]);
            begins.push(begin);
            from = to;
        }
        levels.push(&stmts[from..]);
        (levels, begins)
    }

    /// Those of them that are filled ahead of the next level.
    pub(super) fn filled(
        &self,
        pending: &mut Pending,
        begin: Moment,
        behind: &[Stmt],
    ) -> Vec<VarId> {
        let next = behind.iter().map(markers_in).find(|ids| !ids.is_empty());
        let next = next.map(|ids| self.begin(&self.in_order(ids)));
        let variables = &self.decided.found.variables;
        let is_here = |id: &&VarId| {
            let first = variables.get(**id).uses.iter().find(|one| one.at >= begin);
            first.is_some_and(|first| next.is_none_or(|next| first.at < next))
        };
        let filled: Vec<VarId> = pending.emptied.iter().filter(is_here).copied().collect();
        pending.emptied.retain(|id| !filled.contains(id));
        filled
    }

    /// The variables that the code ahead has given away for certain, and that the code behind fills again.
    pub(super) fn refilled(
        &self,
        ahead: &mut Vec<Stmt>,
        pending: &Pending,
        begin: Moment,
        behind: &[Stmt],
    ) -> Vec<VarId> {
        let tables = Tables { sites: &[], arguments: &self.arguments };
        let mut refilled = Vec::new();
        for id in behind.iter().filter_map(assigned_to) {
            let first = behind
                .iter()
                .find(|stmt| mentions(stmt, id, tables) || !markers_in(stmt).is_empty());
            let is_refilled = self.is_filled_first(id, pending, begin)
                && first.is_some_and(|first| assigns(first, id, tables))
                && !pending.emptied.contains(&id)
                && !refilled.contains(&id);
            let last = ahead.iter().rposition(|stmt| mentions(stmt, id, tables));
            let last = last.filter(|at| is_refilled && gives_away(&ahead[*at], id));
            if let Some(last) = last {
                ahead.insert(last, verbatim(self.type_seen(id)));
                refilled.push(id);
            }
        }
        refilled
    }

    /// The variable's type, from where the variable still has a value.
    fn type_seen(&self, id: VarId) -> TokenStream {
        let (name, ty) = (&self.decided.found.variables.get(id).name, names::left(id));
        let type_of = self.decided.names.private("type_of");
        quote!(let #ty = #type_of(&#name);)
    }

    /// A variable of that name and type.
    fn declared_anew(&self, id: VarId) -> TokenStream {
        let (name, ty) = (&self.decided.found.variables.get(id).name, names::left(id));
        let value_of = self.decided.names.private("value_of");
        quote! {
            let mut #name;
            #[allow(unreachable_code, unused_assignments)]
            loop { break; #name = #value_of(#ty); }
        }
    }

    /// The `mut` of a variable that is declared anew is not idle where it was written.
    pub(super) fn uses_mut(&self, id: VarId) -> TokenStream {
        let (name, any) =
            (&self.decided.found.variables.get(id).name, self.decided.names.private("any"));
        quote!(if false { #[allow(unused_assignments)] { #name = #any(); } })
    }

    /// Whether nothing but the code behind can see the variable, and that gives it a value first. A frame
    /// within this one cannot.
    fn is_filled_first(&self, id: VarId, pending: &Pending, begin: Moment) -> bool {
        let variable = self.decided.found.variables.get(id);
        let Some(first) = variable.uses.iter().find(|one| one.at >= begin) else { return false };
        variable.frame == pending.frame
            && !pending.mentioned.contains(&id)
            && first.how == How::Assigned
            && !self.is_within(pending.frame, first.at)
    }

    /// Whether it is in a frame within this one.
    fn is_within(&self, frame: FrameId, at: Moment) -> bool {
        let frames = &self.decided.found.frames;
        let own = frames[frame.0].period;
        let mut within =
            frames.iter().filter(|it| own.surrounds(it.period) && it.period.start > own.start);
        within.any(|it| it.period.holds(at))
    }

    /// Takes variables out of their boxes of which exit code and the code behind use fields alone, and the
    /// latter moves some: a closure would capture the box as a whole.
    pub(super) fn unboxed(&self, pending: &Pending, behind: &[Stmt]) -> TokenStream {
        let tables = Tables { sites: &[], arguments: &self.arguments };
        let variables = &self.decided.found.variables;
        let boxes = pending.mentioned.iter().filter(|id| {
            let variable = variables.get(**id);
            let is_own = variable.frame == pending.frame && variable.nature == Nature::Boxed;
            let planned = self.decided.planned;
            is_own && !planned.homes.contains_key(id) && !planned.whole.contains(id)
        });
        let taken_apart = boxes.filter(|id| {
            let fields = Fields::of(**id, tables, |code| {
                for stmt in behind {
                    code.visit_stmt(stmt);
                }
            });
            fields.moves && !fields.others
        });
        let unbox = taken_apart.map(|id| {
            let variable = variables.get(*id);
            let (name, mutable) = (&variable.name, variable.mutable.then(|| quote!(mut)));
            quote!(#[allow(unused_mut)] let #mutable #name = *#name;)
        });
        unbox.collect()
    }

    /// When the code that runs while these sites are pending begins.
    pub(super) fn begin(&self, ids: &[SiteId]) -> Moment {
        let placement = self.placement(ids[0]);
        match placement.reached {
            Reached::Directly => placement.period.end,
            Reached::Conditionally | Reached::InLoop { .. } => placement.began,
        }
    }

    /// What the code behind these sites begins with.
    pub(super) fn along(
        &self,
        pending: &Pending,
        ids: &[SiteId],
        refilled: &[VarId],
    ) -> TokenStream {
        let begin = self.begin(ids);
        let variables = &self.decided.found.variables;
        let used = pending.homes.iter().filter(|id| variables.is_used_from(**id, begin));
        let homes = used.map(|id| {
            let variable = variables.get(*id);
            let (alias, home) = (names::alias(variable), names::lease(variable));
            quote!(#[allow(unused_variables)] let #alias = #home.get();)
        });
        let homes: TokenStream = homes.collect();
        let references = self.references(pending, begin);
        let anew = refilled.iter().map(|id| self.declared_anew(*id));
        let anew: TokenStream = anew.collect();
        let overwritten = self.overwritten(pending, begin, refilled);
        quote!(#anew #homes #references #overwritten)
    }

    /// Reads the variables that the code behind only overwrites at first: that it captures them for nothing is
    /// no concern of the user's.
    fn overwritten(&self, pending: &Pending, begin: Moment, refilled: &[VarId]) -> TokenStream {
        let all = self.decided.found.variables.all.iter().enumerate();
        let overwritten = all.filter(|(id, it)| {
            let first = it.uses.iter().find(|one| one.at >= begin);
            it.mutable
                && matches!(it.nature, Nature::Plain | Nature::Open | Nature::Closure)
                && it.frame == pending.frame
                && it.declared <= begin
                && first.is_some_and(|one| one.how == How::Assigned)
                && !pending.mentioned.contains(&VarId(*id))
                && !pending.emptied.contains(&VarId(*id))
                && !refilled.contains(&VarId(*id))
                && !self.decided.planned.homes.contains_key(&VarId(*id))
        });
        overwritten.map(|(_, it)| &it.name).map(|name| quote!(let _ = &#name;)).collect()
    }

    /// What an async frame takes along as a whole.
    pub(super) fn along_into_frame(&self, pending: &Pending) -> TokenStream {
        self.references(pending, self.decided.found.frames[pending.frame.0].body)
    }

    fn references(&self, pending: &Pending, begin: Moment) -> TokenStream {
        let all = self.decided.found.variables.all.iter().enumerate();
        let along = all.filter(|(id, variable)| {
            let id = VarId(*id);
            variable.nature == Nature::Reference
                && variable.frame == pending.frame
                && variable.declared <= begin
                && !pending.mentioned.contains(&id)
                && !self.decided.planned.homes.contains_key(&id)
                && self.decided.found.variables.is_used_from(id, begin)
                && !self.is_lent(id, begin)
        });
        let names: Vec<_> = along.map(|(_, variable)| &variable.name).collect();
        if names.is_empty() {
            return TokenStream::new();
        }
        let consume = self.decided.names.private("consume");
        quote!(#[allow(unreachable_code)] loop { break; #(#consume(#names);)* })
    }

    /// Whether what it points to may be lent to another variable that is used from the moment on.
    fn is_lent(&self, id: VarId, begin: Moment) -> bool {
        let variables = &self.decided.found.variables;
        variables.made_of(id, begin).any(|other| variables.is_used_from(other, begin))
    }
}

fn mentions(stmt: &Stmt, id: VarId, tables: Tables<'_>) -> bool {
    mentioned(tables, |code| code.statement(stmt)).contains(&id)
}

/// Whether the statement gives the variable a value, and uses it for nothing else.
fn assigns(stmt: &Stmt, id: VarId, tables: Tables<'_>) -> bool {
    let Stmt::Expr(Expr::Assign(assign), _) = stmt else { return false };
    simple_path(&assign.left).and_then(VarId::of) == Some(id)
        && !mentioned(tables, |code| code.expression(&assign.right)).contains(&id)
}

fn assigned_to(stmt: &Stmt) -> Option<VarId> {
    match stmt {
        Stmt::Expr(Expr::Assign(assign), _) => simple_path(&assign.left).and_then(VarId::of),
        _ => None,
    }
}

/// Whether the statement is a call that takes the variable as an argument, or a `let` that it goes into.
fn gives_away(stmt: &Stmt, id: VarId) -> bool {
    let value = match stmt {
        Stmt::Local(Local { init: Some(init), .. }) => &*init.expr,
        Stmt::Expr(value, _) => value,
        _ => return false,
    };
    let is_it = |value: &Expr| simple_path(value).and_then(VarId::of) == Some(id);
    match value {
        Expr::Call(call) => call.args.iter().any(is_it),
        value => matches!(stmt, Stmt::Local(_)) && is_it(value),
    }
}
