//! Real Go's answers, as data: functions as small trees, with what Go's compiler or runtime said.
//!
//! [`ir`] reads them, [`mod@print`] prints them as Rust, [`krate`] builds what was printed in a package of
//! its own, as a user of `defer-rt` would.

pub mod ir;
pub mod krate;
pub mod print;
