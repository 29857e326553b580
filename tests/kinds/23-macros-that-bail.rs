//! kind: K23 frames: `bail!` and `ensure!` of the user's own leave a turn or a block with what they return, whatever the result's type.
//! want: Result, Option, ControlFlow, an alias, a number, nothing; an `ensure!` that asserts, where nothing is returned
use defer_rt::deferrable;
use std::ops::ControlFlow;
use std::sync::Mutex;
static T: Mutex<Vec<String>> = Mutex::new(Vec::new());
fn t(s: impl ToString) { T.lock().unwrap().push(s.to_string()); }
fn trace() -> String { std::mem::take(&mut *T.lock().unwrap()).join(" ") }
macro_rules! bail { () => { return }; ($e:expr) => { return $e } }
type Checked<T> = std::result::Result<T, String>;
mod options {
    use super::*;
    macro_rules! ensure { ($c:expr) => { if !$c { return None; } } }
    #[deferrable]
    pub fn option(n: u32) -> Option<u32> { #[deferrable] for i in 0..n { errdefer!(t("none")); ensure!(i < 2); if i == 1 { bail!(Some(i)) } t(i); } Some(n) }
}
mod flows {
    use super::*;
    macro_rules! ensure { ($c:expr, $b:expr) => { if !$c { return ControlFlow::Break($b); } } }
    #[deferrable]
    pub fn flow(n: u32) -> ControlFlow<u32, &'static str> { #[deferrable] { defer!(t("f")); ensure!(n > 1, n); if n == 5 { bail!(ControlFlow::Break(50)) } } ControlFlow::Continue("on") }
}
mod results {
    use super::*;
    macro_rules! ensure { ($c:expr, $($m:tt)*) => { if !$c { return Err(format!($($m)*)); } } }
    #[deferrable]
    pub fn alias(n: u32) -> Checked<u32> { #[deferrable] { defer!(t("r")); ensure!(n > 1, "{n} is small"); if n == 5 { bail!(Err("five".into())); } } Ok(n) }
    #[deferrable]
    pub fn opaque(n: u32) -> Checked<impl Iterator<Item = u32>> { #[deferrable] { defer!(t("o")); ensure!(n != 1, "one"); if n == 2 { bail!(Err("two".into())) } } Ok(0..n) }
    #[deferrable]
    pub fn in_a_closure(n: u32) -> Checked<u32> { let f = |n: u32| -> Checked<u32> { #[deferrable] while n > 0 { defer!(t("c")); ensure!(n > 1, "c{n}"); bail!(Ok(n * 2)) } Ok(0) }; f(n) }
}
#[deferrable]
fn number(n: u32) -> u32 { #[deferrable] for i in 0..n { defer!(t(i)); if i == 1 { bail!(77) } } n }
macro_rules! ensure { ($c:expr) => { assert!($c) } }
#[deferrable]
fn nothing(n: u32) { #[deferrable] for i in 0..n { defer!(t(i)); ensure!(i < 2); if n == 2 && i == 1 { bail!(); } } t("end"); }
#[deferrable]
fn never(n: u32) -> ! { #[deferrable] loop { defer!(t(n)); ensure!(n < 2); panic!("never") } }
fn main() {
    assert_eq!((options::option(1), options::option(2), trace()), (Some(1), Some(1), "0 0".into()));
    assert_eq!((flows::flow(1), flows::flow(5), flows::flow(3), trace()), (ControlFlow::Break(1), ControlFlow::Break(50), ControlFlow::Continue("on"), "f f f".into()));
    assert_eq!((results::alias(1), results::alias(5), results::alias(2)), (Err("1 is small".into()), Err("five".into()), Ok(2)));
    assert_eq!((results::opaque(1).err(), results::opaque(2).err(), results::opaque(3).unwrap().count()), (Some("one".into()), Some("two".into()), 3));
    assert_eq!((results::in_a_closure(1), results::in_a_closure(2), results::in_a_closure(0), trace()), (Err("c1".into()), Ok(4), Ok(0), "r r r o o o c c".into()));
    assert_eq!((number(2), number(1), trace()), (77, 1, "0 1 0".into()));
    nothing(1);
    nothing(2);
    assert_eq!(trace(), "0 end 0 1");
    std::panic::set_hook(Box::new(|_| {}));
    assert!(std::panic::catch_unwind(|| nothing(3)).is_err());
    assert!(std::panic::catch_unwind(|| never(2)).is_err());
    assert_eq!(trace(), "0 1 2 2");
}
