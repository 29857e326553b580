//! With `#[deferrable]`, in the mechanism that Go's rules choose.

use std::hint::black_box;

use crate::callees::{FAILS, LOCK, PANICS, release, release3, step};

straight!([#[defer_rt::deferrable]] [] defer []);
conditional!([#[defer_rt::deferrable]] [] defer []);
loops!([#[defer_rt::deferrable]] [] defer []);

pub(super) const STRAIGHT: &[crate::Case] = straight_cases!();
pub(super) const CONDITIONAL: &[crate::Case] = conditional_cases!();
pub(super) const LOOPS: &[crate::Case] = loop_cases!(1 3 10 100 10_000 1_000_000);
