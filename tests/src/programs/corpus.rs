//! Real Go's answers, as data: takes a line of `go-facts/*.jsonl`, gives its function or its program with
//! what Go's compiler or runtime said.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::ir::Func;

/// One function with Go's mechanism for each site.
#[derive(Deserialize)]
pub struct Classified {
    /// Its number in the corpus.
    pub id: usize,
    /// What it has, to choose by.
    pub tags: Vec<String>,
    /// The function.
    pub ir: Func,
    /// Go's verdicts.
    pub sites: Vec<Verdict>,
}

/// Go's mechanism for a site.
#[derive(Deserialize)]
pub struct Verdict {
    /// The site.
    pub id: u32,
    /// `open`, `stack`, `heap`, or `none` for dead code.
    pub kind: String,
}

/// A program with the trace that Go printed.
#[derive(Deserialize)]
pub struct Traced {
    /// What its random numbers start from.
    pub seed: u32,
    /// Its functions, the entry point first.
    pub funcs: Vec<Func>,
    /// What Go printed.
    pub trace: Vec<String>,
}

/// Go's verdict on each site of a function.
#[must_use]
pub fn kinds(function: &Classified) -> BTreeMap<u32, &str> {
    function.sites.iter().map(|site| (site.id, site.kind.as_str())).collect()
}

/// Reads a corpus.
///
/// # Panics
/// If it is not what it should be.
#[must_use]
pub fn read<T: for<'de> Deserialize<'de>>(lines: &str) -> Vec<T> {
    lines.lines().map(|line| serde_json::from_str(line).expect("a line of the corpus")).collect()
}
