//! What the tests of `defer-rt` share: the programs that real Go ran, printed as Rust.

pub mod asm;
pub mod go;
pub mod log;
