//! What the tests of `defer-rt` share: programs that real Go ran, printed as Rust; packages of their own
//! to build as a user would; assembly, read; a log.

pub mod asm;
pub mod log;
pub mod package;
pub mod programs;
