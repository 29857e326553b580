//! kind: K23 frames: a turn or a block whose end leaves it, in each arm or by a call that never returns, warns of nothing.
//! want: compiles without a warning; such an end, and one without a value, is no return: 5 sites x 3 exits are open-coded
#![deny(warnings)]
use defer_rt::deferrable;
use std::sync::Mutex;
static T: Mutex<Vec<String>> = Mutex::new(Vec::new());
fn t(s: impl ToString) { T.lock().unwrap().push(s.to_string()); }
fn trace() -> String { std::mem::take(&mut *T.lock().unwrap()).join(" ") }
fn never() -> ! { panic!("never") }
fn g() {}
#[deferrable]
fn in_arms(v: &[u32]) -> u32 { #[deferrable] for x in v { defer!(t(x)); match x { 1 => continue, 2 => break, _ => return *x } } 0 }
#[deferrable]
fn in_branches(v: &[u32]) { #[deferrable] for x in v { defer!(t(x)); if *x > 3 { break } else { continue } } t("end"); }
#[deferrable]
fn alone(v: &[u32]) { #[deferrable] for x in v { defer!(t(x)); continue } #[deferrable] while v.len() > 1 { defer!(t("w")); break } }
#[deferrable]
fn returned(n: u32) -> u32 { #[deferrable] loop { defer!(t(n)); return n } }
#[deferrable]
fn with_a_value(n: u32) -> u32 { #[deferrable] loop { defer!(t(n)); if n == 1 { break 10 } else { break 20 } } }
#[deferrable]
fn of_a_block(n: u32) -> u32 { #[deferrable] { defer!(t(n)); if n == 1 { return 4 } else { return 5 } } }
#[deferrable]
fn out_of_a_block(n: u32) -> u32 { #[deferrable] let x = 'l: { defer!(t(n)); if n == 1 { break 'l 6 } else { break 'l 7 } }; x }
#[deferrable]
fn panics(v: &[u32]) { #[deferrable] for x in v { defer!(t(x)); if *x == 0 { never() } else { panic!("{x}") } } }
#[deferrable]
fn calls(v: &[u32]) { #[deferrable] for x in v { defer!(t(x)); never() } }
#[deferrable]
fn calls_in_a_block(n: u32) -> u32 { #[deferrable] { defer!(t(n)); never() } }
#[deferrable]
fn goes_on(n: u32) -> u32 { #[deferrable] { defer!(t(n)); loop { if n == 1 { return 8 } } } }
#[deferrable(deny(stack, heap))]
fn ends_with_a_call(v: &[u32]) { #[deferrable] for x in v { defer!(g()); defer!(g()); defer!(g()); defer!(g()); defer!(t(x)); if *x == 1 { continue; } if *x == 2 { continue; } if *x == 3 { break; } g() } }
#[deferrable(deny(stack, heap))]
fn ends_with_ways_out(v: &[u32]) -> u32 { #[deferrable] { defer!(g()); defer!(g()); defer!(g()); defer!(g()); defer!(t(v[0])); if v[0] == 1 { return 1; } if v[0] == 2 { return 2 } else { return 3 } } }
fn main() {
    assert_eq!((in_arms(&[1, 3, 2]), in_arms(&[1, 2]), trace()), (3, 0, "1 3 1 2".into()));
    in_branches(&[1, 4, 2]);
    alone(&[1, 2]);
    assert_eq!(trace(), "1 4 end 1 2 w");
    assert_eq!((returned(3), with_a_value(1), with_a_value(2), of_a_block(1), of_a_block(2)), (3, 10, 20, 4, 5));
    assert_eq!((out_of_a_block(1), out_of_a_block(2), goes_on(1), trace()), (6, 7, 8, "3 1 2 1 2 1 2 1".into()));
    std::panic::set_hook(Box::new(|_| {}));
    assert!(std::panic::catch_unwind(|| panics(&[5])).is_err());
    assert!(std::panic::catch_unwind(|| calls(&[6])).is_err());
    assert!(std::panic::catch_unwind(|| calls_in_a_block(7)).is_err());
    ends_with_a_call(&[3, 4]);
    assert_eq!((ends_with_ways_out(&[2]), trace()), (2, "5 6 7 3 2".into()));
}
