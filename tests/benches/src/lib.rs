//! The same table of cases, written in each way: by hand, with `#[deferrable]`, with other crates.
//!
//! A case is a name and a function that runs it once. What a way cannot express, it leaves out.

mod callees;
#[macro_use]
mod shared;
mod ways;

pub use crate::ways::WAYS;

/// One case, written in one way.
pub struct Case {
    /// The same in every way, and in Go.
    pub name: &'static str,
    /// Runs it once.
    pub run: fn(),
}

/// A way to write them.
pub struct Way {
    /// As the tables call it.
    pub name: &'static str,
    /// The cases that it can express.
    pub cases: &'static [&'static [Case]],
}

/// Every case in every way, in the order of the tables.
pub fn all() -> impl Iterator<Item = (&'static Way, &'static Case)> {
    WAYS.iter().flat_map(|way| way.cases.iter().copied().flatten().map(move |case| (way, case)))
}

/// How often a case is run where it is counted: large ones are long enough.
#[must_use]
pub fn repetitions(case: &str) -> u32 {
    match case.rsplit_once(' ').and_then(|(_, records)| records.parse::<u64>().ok()) {
        Some(records) if records >= 10_000 => 1,
        _ => 100,
    }
}

/// What a case in a way is called where names are paths.
#[must_use]
pub fn id(way: &Way, case: &Case) -> String {
    format!("{}, {}", case.name, way.name)
}
