//! What is evaluated now, and what lives where: takes a function with its sites in their places, leaves of
//! each site what is for the exit, gives what it takes along, and the variables that get a home.

mod evaluate;
mod expected;
mod homes;
mod items;
mod returned;

use std::collections::{BTreeMap, BTreeSet};

pub(crate) use self::homes::Home;
use crate::error::Errors;
use crate::look::{Fields, Found, Tables, mentioned, mutates, simple_path};
use crate::names::Names;
use crate::site::{Body, Function, Kind, Placement, Plan, Site, Taken};
use crate::variable::{Nature, VarId, Variables};

/// What was decided.
pub(crate) struct Planned {
    /// By the site's number.
    pub(crate) plans: Vec<Plan>,
    pub(crate) homes: BTreeMap<VarId, Home>,
    /// The variables that each site's exit code mentions and does not declare.
    pub(crate) mentioned: Vec<Vec<VarId>>,
    /// Those that some exit code uses as a whole, not by fields alone.
    pub(crate) whole: BTreeSet<VarId>,
}

/// Plans every site.
pub(crate) fn plan(
    function: &mut Function,
    found: &Found,
    names: &Names,
    errors: &mut Errors,
) -> Planned {
    let Function { sites, arguments, .. } = function;
    for (site, placement) in sites.iter_mut().zip(&found.placements) {
        evaluate::split(site, placement.period, &found.variables, arguments, names);
        expected::tell(site, &found.variables, arguments, names);
    }
    let tables = Tables { sites, arguments };
    let pairs = || sites.iter().zip(&found.placements);
    let mentioned: Vec<_> =
        pairs().map(|(site, placement)| left(site, placement, tables, &found.variables)).collect();
    let mut moved = homes::takes(found, &mentioned, arguments, names, errors);
    moved.append(&mut returned::hand_over(function, found, &mentioned));
    let homes = homes::decide(found, &mentioned, &moved);
    let tables = Tables { sites: &function.sites, arguments: &function.arguments };
    let plans = function.sites.iter().zip(&found.placements).zip(&mentioned);
    let plans = plans.enumerate().map(|(number, ((site, placement), mentioned))| {
        let items = items::needed(tables, &placement.items, &site.body);
        for item in &items {
            items::refuse_statics(item, errors);
        }
        let taken = mentioned.iter().filter(|id| **id >= placement.outside);
        let mut taken: Vec<VarId> = taken.copied().filter(|id| !homes.contains_key(id)).collect();
        // What is declared last is dropped first.
        taken.sort_unstable();
        let taken = taken.into_iter().map(|id| take(id, &site.body, tables, &found.variables));
        let taken = taken.collect();
        let moved = site.now.iter().filter(|it| matches!(it.kind, Kind::New | Kind::Own));
        let moved = moved.filter_map(|it| simple_path(&it.value).and_then(VarId::of)).collect();
        let homes = homes::of_site(&homes, number);
        Plan { moved, taken, homes, records: None, items }
    });
    let mut plans: Vec<Plan> = plans.collect();
    for (number, plan) in plans.iter_mut().enumerate() {
        plan.records = homes::that_are_records(&homes, found, number, plan, &function.sites);
    }
    let uses = function.sites.iter().zip(&mentioned);
    let uses = uses.flat_map(|(site, ids)| ids.iter().map(move |id| (site, *id)));
    let whole = uses.filter(|(site, id)| Fields::of(*id, tables, |it| it.body(&site.body)).others);
    let whole = whole.map(|(_, id)| id).collect();
    Planned { plans, homes, mentioned, whole }
}

/// The variables that are left for the exit code to find.
fn left(site: &Site, placement: &Placement, tables: Tables<'_>, all: &Variables) -> Vec<VarId> {
    let own = |id: &VarId| {
        let is_own = |name: &proc_macro2::Ident| VarId::of(name) == Some(*id);
        site.now.iter().any(|it| it.kind == Kind::Own && is_own(&it.name))
    };
    let mut left = mentioned(tables, |mentions| mentions.body(&site.body));
    let handed_over = site.now.iter().filter_map(|it| match it.kind {
        Kind::HandedOver(id) => Some(id),
        Kind::New | Kind::Own => None,
    });
    for id in handed_over {
        if !left.contains(&id) {
            left.push(id);
        }
    }
    left.retain(|id| !own(id) && !placement.period.holds(all.get(*id).declared));
    left
}

fn take(id: VarId, body: &Body, tables: Tables<'_>, all: &Variables) -> Taken {
    let variable = all.get(id);
    let mutated = variable.mutable && mutates(tables, body, id);
    Taken { variable: id, mutated }
}

/// Whether a name stands for something that can be moved, or lent.
fn is_variable(id: VarId, all: &Variables) -> bool {
    !matches!(all.get(id).nature, Nature::Function | Nature::Item)
}
