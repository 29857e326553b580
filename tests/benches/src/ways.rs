//! The ways to write the cases, a module each.

mod boxed;
mod by_hand;
mod defer;
mod defer_rs;
mod heap;
mod ours;
mod scopeguard;
mod stack;

use crate::Way;

/// The first is what the others are compared with.
pub const WAYS: &[Way] = &[
    Way { name: "by hand", cases: &[by_hand::STRAIGHT, by_hand::CONDITIONAL, by_hand::LOOPS] },
    Way { name: "defer-rt", cases: &[ours::STRAIGHT, ours::CONDITIONAL, ours::LOOPS] },
    Way { name: "stack", cases: &[stack::STRAIGHT, stack::CONDITIONAL] },
    Way { name: "heap", cases: &[heap::STRAIGHT, heap::CONDITIONAL] },
    Way { name: "scopeguard", cases: &[scopeguard::STRAIGHT, scopeguard::CONDITIONAL] },
    Way { name: "defer", cases: &[defer::STRAIGHT, defer::CONDITIONAL] },
    Way { name: "defer-rs", cases: &[defer_rs::STRAIGHT, defer_rs::CONDITIONAL, defer_rs::LOOPS] },
    Way { name: "boxed", cases: &[boxed::STRAIGHT, boxed::CONDITIONAL, boxed::LOOPS] },
];
