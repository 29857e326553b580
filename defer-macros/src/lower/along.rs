//! What goes along into the closure that the code behind a site becomes: takes what exit code mentions, gives
//! the statements that this closure begins with.
//!
//! - A `&mut` that no pending exit code mentions is taken along itself, not a borrow of it:
//!   `loop { break; consume(x); }` is never reached, so the borrow checker sees no move, but capture
//!   analysis does.
//! - A variable that is declared without a value, and gets it behind the site, is declared there.
//! - A variable that the site itself takes away, and that gets another value behind it before anything else
//!   is done with it, is declared there anew, or at the first level that gives it that.
//! - A variable of the frame's outermost block that has a home is reached by a reference made anew.

mod anew;
mod filled;

use std::collections::BTreeSet;

use proc_macro2::TokenStream;
use quote::quote;
use syn::Stmt;
use syn::visit::Visit;

use super::Lowering;
use super::bound;
use crate::look::{Fields, Tables, mentioned};
use crate::names;
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
