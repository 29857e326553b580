//! `deny(…)`, in the attribute or by `DEFER_DENY` for a whole build: takes the verdicts, gives an error at
//! each site that breaks the contract, with the reason and the way back.

use crate::error::Errors;
use crate::read::{Denied, Options};
use crate::site::{Function, Mechanism, Placement, Verdict};

/// Checks every site.
pub(crate) fn check(
    function: &Function,
    placements: &[Placement],
    verdicts: &[Verdict],
    options: &Options,
    errors: &mut Errors,
) {
    for ((site, placement), verdict) in function.sites.iter().zip(placements).zip(verdicts) {
        if placement.never {
            continue;
        }
        let denied = |what: Denied| site.options(options).deny.contains(&what);
        let mechanism = match verdict.mechanism {
            Mechanism::OpenCoded => None,
            Mechanism::Stack => Some(Denied::Stack),
            Mechanism::Heap => Some(Denied::Heap),
        };
        if let Some(mechanism) = mechanism.filter(|m| denied(*m)) {
            let Verdict { mechanism: verdict, reason } = verdict;
            let (note, word, advice) = (verdict.note(), mechanism.word(), reason.advice());
            let message = format!("{note}, which `deny({word})` forbids: {reason}{advice}");
            errors.at(site.span, message);
        }
        if placement.awaits && denied(Denied::Await) {
            let message = "deferred code with `.await`, which `deny(await)` forbids: it is not run if \
                the future is dropped; defer a call that does not wait, such as one that spawns a task";
            errors.at(site.span, message);
        }
    }
}
