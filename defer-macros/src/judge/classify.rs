//! Go's rules: takes what a frame has and where a site stands, gives the mechanism and the reason.
//!
//! The limits are those of Go's `cmd/compile/internal` (`walk/stmt.go`, `ssagen/ssa.go`).

use crate::read::{Force, Options};
use crate::site::{Frame, Loop, Mechanism, Placement, Reached, Reason, Site, Verdict};

/// The most sites a frame may have to be open-coded (`maxOpenDefers`).
pub(crate) const MOST_SITES: usize = 8;
/// The largest product of sites and returns (`NumReturns*NumDefers` in `ssagen`).
pub(crate) const MOST_SITES_TIMES_RETURNS: usize = 15;

/// The verdict on every site, by its number.
pub(crate) fn all(
    sites: &[Site],
    frames: &[Frame],
    placements: &[Placement],
    options: &Options,
) -> Vec<Verdict> {
    let verdict = |(site, placement): (&Site, &Placement)| match site.options(options).force {
        _ if placement.never => never(placement),
        Some(Force::Stack) if !in_loop(placement) => forced(Mechanism::Stack),
        Some(Force::Heap) if !in_loop(placement) => forced(Mechanism::Heap),
        _ => classify(&frames[placement.frame.0], placements, placement.reached),
    };
    sites.iter().zip(placements).map(verdict).collect()
}

fn classify(frame: &Frame, placements: &[Placement], reached: Reached) -> Verdict {
    let (sites, returns) = (frame.sites.len(), frame.returns.len());
    let sibling = frame.sites.iter().find_map(|site| nearest_loop(placements[site.0].reached));
    let (mechanism, reason) = match (nearest_loop(reached), sibling) {
        (Some(at), _) => (Mechanism::Heap, Reason::InLoop(at)),
        (None, Some(at)) => (Mechanism::Stack, Reason::SiblingInLoop(at)),
        _ if sites > MOST_SITES => (Mechanism::Stack, Reason::TooManySites { sites }),
        _ if sites * returns > MOST_SITES_TIMES_RETURNS => {
            (Mechanism::Stack, Reason::TooManyExits { sites, returns })
        }
        _ => (Mechanism::OpenCoded, Reason::WithinLimits { sites, returns }),
    };
    Verdict { mechanism, reason }
}

/// `force` cannot take a site out of a loop: one record would not do.
fn in_loop(placement: &Placement) -> bool {
    nearest_loop(placement.reached).is_some()
}

fn nearest_loop(reached: Reached) -> Option<Loop> {
    match reached {
        Reached::InLoop { nearest, .. } => Some(nearest),
        Reached::Directly | Reached::Conditionally => None,
    }
}

fn forced(mechanism: Mechanism) -> Verdict {
    Verdict { mechanism, reason: Reason::Forced }
}

/// What is never reached is lowered in one way or another all the same.
fn never(placement: &Placement) -> Verdict {
    let mechanism = if in_loop(placement) { Mechanism::Heap } else { Mechanism::OpenCoded };
    Verdict { mechanism, reason: Reason::NeverReached }
}
