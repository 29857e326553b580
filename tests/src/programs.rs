//! Programs as small trees, to be printed as Rust and run: those that real Go ran, with what it said, and
//! those that are made by chance, in a language that has all that Go's has not.
//!
//! [`ir`] is the language, [`corpus`] reads Go's; [`mod@print`] prints Rust, [`interpret`] says what a
//! program does; [`generate`] makes programs by chance, [`run`] builds and runs them and compares, and
//! [`shrink`] makes a small one of one that does something else.

pub mod corpus;
pub mod generate;
pub mod interpret;
pub mod ir;
pub mod print;
pub mod run;
pub mod shrink;
pub mod value;
