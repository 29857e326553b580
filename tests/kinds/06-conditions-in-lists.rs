//! kind: `#[cfg]` on what a list is made of.
//! want: what does not hold is left out of arrays, tuples and arguments
use defer_rt::deferrable;
fn count(all: &[u8]) -> usize { all.len() }
#[deferrable]
fn array(n: u8) -> usize { defer! { count(&[]); } let all = [n, #[cfg(any())] 2, #[cfg(all())] 3]; count(&all) }
#[deferrable]
fn arguments(n: u8) -> u8 { defer! { count(&[]); } u8::max(n, #[cfg(any())] 9, #[cfg(all())] 3) }
fn main() { assert_eq!((array(1), arguments(1)), (2, 3)); }
