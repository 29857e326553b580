//! With a `Vec` of boxed closures, run by its owner's `Drop`.

use std::hint::black_box;

use crate::callees::{FAILS, LOCK, PANICS, release, release3, step};

#[derive(Default)]
struct Boxed<'a>(Vec<Box<dyn FnOnce() + 'a>>);

impl Drop for Boxed<'_> {
    fn drop(&mut self) {
        while let Some(deferred) = self.0.pop() {
            deferred();
        }
    }
}

macro_rules! push {
    ($boxed:ident, $block:block) => {
        $boxed.0.push(Box::new(move || $block));
    };
}

straight!([] [let mut boxed = Boxed::default();] push [boxed,]);
conditional!([] [let mut boxed = Boxed::default();] push [boxed,]);
loops!([] [let mut boxed = Boxed::default();] push [boxed,]);

pub(super) const STRAIGHT: &[crate::Case] = straight_cases!();
pub(super) const CONDITIONAL: &[crate::Case] = conditional_cases!();
pub(super) const LOOPS: &[crate::Case] = loop_cases!(1 3 10 100 10_000 1_000_000);
