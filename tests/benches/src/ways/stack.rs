//! With `#[deferrable]`, forced to stack records.

use std::hint::black_box;

use crate::callees::{FAILS, LOCK, PANICS, release, step};

straight!([#[defer_rt::deferrable(force = "stack")]] [] defer []);
conditional!([#[defer_rt::deferrable(force = "stack")]] [] defer []);

pub(super) const STRAIGHT: &[crate::Case] = straight_cases!();
pub(super) const CONDITIONAL: &[crate::Case] = conditional_cases!();
