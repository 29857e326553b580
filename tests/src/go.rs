//! Real Go's answers, as data: functions as small trees, with what Go's compiler or runtime said.
//!
//! [`ir`] reads them, [`mod@print`] prints them as Rust.

pub mod ir;
pub mod print;
