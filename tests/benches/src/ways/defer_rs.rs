//! With `defer-rs`, to the end of the function: a `DeferGroup` of boxed closures.

use std::hint::black_box;

use crate::callees::{FAILS, LOCK, PANICS, release, release3, step};

use defer_rs::DeferGroup;

macro_rules! add {
    ($group:ident, $block:block) => {
        $group.add(Box::new(move || $block));
    };
}

straight!([] [let mut group = DeferGroup::new();] add [group,]);
conditional!([] [let mut group = DeferGroup::new();] add [group,]);
loops!([] [let mut group = DeferGroup::new();] add [group,]);

pub(super) const STRAIGHT: &[crate::Case] = straight_cases!();
pub(super) const CONDITIONAL: &[crate::Case] = conditional_cases!();
// It moves all that there are for each one more.
pub(super) const LOOPS: &[crate::Case] = loop_cases!(1 3 10 100 10_000);
