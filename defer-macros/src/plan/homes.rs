//! Which variables get a home, and which sites they are kept for: takes what each site's exit code
//! mentions, gives the variables that have to live somewhere else from their first site on, so that the
//! code behind it goes on using them by reference.
//!
//! These are the variables of inner blocks that are used behind a site that mentions them, by other sites or
//! by what refers to them; and of the outermost block those that are moved away from deferred code, by `take!` or by being
//! returned.

use std::collections::{BTreeMap, BTreeSet};

use crate::error::Errors;
use crate::look::Found;
use crate::names::Names;
use crate::read::Arguments;
use crate::site::{AtHome, Placement, Plan, Reached, Site, SiteId};
use crate::variable::{Take, VarId};

/// Where a variable lives from its first site on.
pub(crate) struct Home {
    /// The sites whose exit code mentions the variable, in source order.
    pub(crate) sites: Vec<SiteId>,
    /// There is one in each turn of a loop.
    pub(crate) repeats: bool,
    /// The variable is one of the frame's outermost block.
    pub(crate) outermost: bool,
    /// The sites that get the variable itself: nothing can have kept it before.
    pub(crate) owners: Vec<SiteId>,
    /// It is moved away from deferred code.
    pub(crate) taken: bool,
}

/// The variables that need one, given those that are moved away.
pub(super) fn decide(
    found: &Found,
    mentioned: &[Vec<VarId>],
    moved: &BTreeSet<VarId>,
) -> BTreeMap<VarId, Home> {
    let mut homes = BTreeMap::new();
    // In the order of their declarations, and so those that are dropped last first.
    for (id, sites) in by_variable(found, mentioned) {
        let mut home = home(id, sites, found);
        home.taken = moved.contains(&id);
        let is_needed = if home.outermost {
            home.taken
        } else {
            needs_one(id, &home, found) || has_elder(&home, &homes)
        };
        if is_needed {
            homes.insert(id, home);
        }
    }
    homes
}

/// What is in a home is dropped ahead of what a site takes along, so it must not be older.
fn has_elder(home: &Home, elders: &BTreeMap<VarId, Home>) -> bool {
    elders
        .values()
        .any(|elder| !elder.outermost && elder.sites.iter().any(|site| home.sites.contains(site)))
}

/// The homes that a site's exit code needs.
pub(super) fn of_site(homes: &BTreeMap<VarId, Home>, number: usize) -> Vec<AtHome> {
    let site = SiteId(number);
    let needed = homes.iter().filter(|(_, home)| home.sites.contains(&site));
    let at_home = |(id, home): (&VarId, &Home)| AtHome {
        variable: *id,
        owned: home.owners.contains(&site),
        outermost: home.outermost,
    };
    needed.map(at_home).collect()
}

/// The variable whose homes do for the records of the only site of a loop: one goes with the other.
pub(super) fn that_are_records(
    homes: &BTreeMap<VarId, Home>,
    found: &Found,
    number: usize,
    plan: &Plan,
    sites: &[Site],
) -> Option<VarId> {
    let [at_home] = &plan.homes[..] else { return None };
    let home = &homes[&at_home.variable];
    let is_in = |placement: &Placement, around| matches!(placement.reached, Reached::InLoop { outermost, .. } if outermost == around);
    let Reached::InLoop { outermost, .. } = found.placements[number].reached else { return None };
    let others = found.placements.iter().enumerate().filter(|(other, _)| *other != number);
    let is_alone = others.into_iter().all(|(_, other)| !is_in(other, outermost));
    let nothing_else = sites[number].now.is_empty() && plan.taken.is_empty();
    let does = is_alone && nothing_else && home.repeats && at_home.owned && !home.taken;
    does.then_some(at_home.variable)
}

/// The sites of a variable's own frame that mention it.
fn by_variable(found: &Found, mentioned: &[Vec<VarId>]) -> BTreeMap<VarId, Vec<SiteId>> {
    let mut sites = BTreeMap::<_, Vec<_>>::new();
    for (number, (placement, ids)) in found.placements.iter().zip(mentioned).enumerate() {
        for id in ids {
            let of_frame = found.variables.get(*id).frame == placement.frame;
            if of_frame && super::is_variable(*id, &found.variables) {
                sites.entry(*id).or_default().push(SiteId(number));
            }
        }
    }
    sites
}

fn home(id: VarId, sites: Vec<SiteId>, found: &Found) -> Home {
    let first = placement(found, sites[0]);
    let frame = found.frames[first.frame.0].period;
    let outermost = sites.iter().all(|site| id < placement(found, *site).outside);
    Home {
        repeats: found.variables.is_in_loop(id, frame),
        outermost,
        owners: owners(id, &sites, found),
        taken: false,
        sites,
    }
}

fn needs_one(id: VarId, home: &Home, found: &Found) -> bool {
    let mut periods = home.sites.iter().map(|site| placement(found, *site).period);
    let variables = &found.variables;
    periods.any(|it| variables.is_used_behind(id, it) || variables.is_lent_behind(id, it))
}

/// The sites that no other can be reached before, nor they themselves.
fn owners(id: VarId, sites: &[SiteId], found: &Found) -> Vec<SiteId> {
    let period = |site: &SiteId| placement(found, *site).period;
    let mut owners = sites.to_vec();
    owners.retain(|site| {
        let (mut before, own) = (sites.iter().take_while(|it| *it < site), period(site));
        found.variables.loop_around(id, own).is_none()
            && before.all(|it| found.variables.is_apart(id, period(it).end, own.start))
    });
    owners
}

fn placement(found: &Found, site: SiteId) -> &Placement {
    &found.placements[site.0]
}

/// The variables that a `take!` takes. One that cannot be is refused, and lent instead.
pub(super) fn takes(
    found: &Found,
    mentioned: &[Vec<VarId>],
    arguments: &mut [Arguments],
    names: &Names,
    errors: &mut Errors,
) -> BTreeSet<VarId> {
    let sites = by_variable(found, mentioned);
    let mut taken = BTreeSet::new();
    for take in &found.variables.takes {
        match of(take, found, &sites) {
            Ok(id) => {
                taken.insert(id);
            }
            Err(message) => {
                errors.at(take.at, message);
                arguments[take.number].lend(&names.private("refused"));
            }
        }
    }
    taken
}

/// The variable that a `take!` takes, or what is wrong with it.
fn of(take: &Take, found: &Found, sites: &BTreeMap<VarId, Vec<SiteId>>) -> Result<VarId, String> {
    let Some(id) = take.of else {
        return Err(
            "`take!` takes a variable as a whole: write `take!(x)` with its name alone".into()
        );
    };
    let name = &found.variables.get(id).name;
    if found.variables.get(id).frame != take.frame {
        return Err(format!(
            "`{name}` belongs to the function around this closure or block, so it can be taken there alone"
        ));
    }
    let sites = sites.get(&id).map(Vec::as_slice).unwrap_or_default();
    let mut before = sites.iter().map(|site| placement(found, *site).period);
    if !before.any(|period| period.start < take.when) {
        return Err(format!(
            "no deferred code ahead of this mentions `{name}`, so there is nothing to take it away from: \
            write `{name}`"
        ));
    }
    Ok(id)
}
