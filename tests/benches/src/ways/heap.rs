//! With `#[deferrable]`, forced to heap records.

use std::hint::black_box;

use crate::callees::{FAILS, LOCK, PANICS, release, step};

straight!([#[defer_rt::deferrable(force = "heap")]] [] defer []);
conditional!([#[defer_rt::deferrable(force = "heap")]] [] defer []);

pub(super) const STRAIGHT: &[crate::Case] = straight_cases!();
pub(super) const CONDITIONAL: &[crate::Case] = conditional_cases!();
