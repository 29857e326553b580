//! Real Go's answers, as data: functions as small trees, with what Go's compiler or runtime said.
//!
//! [`ir`] reads them, [`mod@print`] prints them as Rust, [`interpret`] says what they do; [`generate`] makes
//! more of them by chance.

pub mod generate;
pub mod interpret;
pub mod ir;
pub mod print;
