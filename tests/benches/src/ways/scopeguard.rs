//! With `scopeguard`; conditional sites as a guard in an `Option`.

use std::hint::black_box;

use crate::callees::{FAILS, LOCK, PANICS, release, step};

use scopeguard::defer;

straight!([] [] defer []);

#[inline(never)]
fn conditional(n: u64, which: u64) -> Result<u64, u64> {
    let _first = (which & 1 != 0).then(|| scopeguard::guard((), |()| release(1)));
    let a = step(n)?;
    let _second = (which & 2 != 0).then(|| scopeguard::guard((), |()| release(2)));
    let b = step(n)?;
    let _third = (which & 4 != 0).then(|| scopeguard::guard((), |()| release(3)));
    Ok(a + b)
}

pub(super) const STRAIGHT: &[crate::Case] = straight_cases!();
pub(super) const CONDITIONAL: &[crate::Case] = conditional_cases!();
