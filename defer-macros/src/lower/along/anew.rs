//! What is declared anew behind a site: takes the variables that the site takes away, or that the code ahead of it has
//! given away for certain, gives those of them that the code behind fills again before anything else.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Expr, Local, Stmt};

use super::filled::Filling;
use super::{Lowering, Pending};
use crate::look::{Found, Tables, mentioned, simple_path};
use crate::lower::member::Member;
use crate::lower::tree::{markers_in, verbatim};
use crate::names;
use crate::read;
use crate::variable::{FrameId, How, Moment, VarId};

impl Lowering<'_> {
    /// The variables that a direct site takes away, and that the code behind fills again. Their types are seen
    /// ahead of it.
    pub(in crate::lower) fn emptied(
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
    pub(in crate::lower) fn filled(
        &self,
        pending: &mut Pending,
        begin: Moment,
        behind: &[Stmt],
    ) -> Vec<VarId> {
        let next = self.levels_of(behind).1.get(1).copied();
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
    pub(in crate::lower) fn refilled(
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
    pub(super) fn declared_anew(&self, id: VarId) -> TokenStream {
        let (name, ty) = (&self.decided.found.variables.get(id).name, names::left(id));
        let value_of = self.decided.names.private("value_of");
        quote! {
            let mut #name;
            #[allow(unreachable_code, unused_assignments)]
            loop { break; #name = #value_of(#ty); }
        }
    }

    /// The `mut` of a variable that is declared anew is not idle where it was written.
    pub(in crate::lower) fn uses_mut(&self, id: VarId) -> TokenStream {
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
