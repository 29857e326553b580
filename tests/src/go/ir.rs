//! The tree language of `go-facts/*.jsonl`: takes a line of JSON, gives its program.

use std::collections::BTreeMap;

use serde::Deserialize;

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
    /// Its number in the corpus.
    pub id: usize,
    /// What it has, and what happened in the run.
    pub tags: Vec<String>,
    /// What its random numbers start from.
    pub seed: u32,
    /// Its functions, the entry point first.
    pub funcs: Vec<Func>,
    /// What Go printed.
    pub trace: Vec<String>,
}

/// A function of either corpus.
#[derive(Deserialize)]
pub struct Func {
    /// `f0`, `f1`, …
    pub name: String,
    /// Whether it has a named result `r`.
    pub result: bool,
    /// What it does.
    pub body: Vec<Stmt>,
}

/// A statement; `go-facts/IR.md` of the corpus says what each means.
#[derive(Deserialize)]
#[serde(tag = "k", rename_all = "lowercase")]
#[expect(missing_docs, reason = "the corpus names them")]
pub enum Stmt {
    T { id: u32 },
    Tx { id: u32 },
    Setx { v: i32 },
    Addx { v: i32 },
    Setr { v: i32 },
    Addr { v: i32 },
    Vr { id: u32 },
    Call { id: u32, f: usize },
    Defer(Defer),
    If { cond: String, then: Vec<Stmt>, r#else: Option<Vec<Stmt>> },
    Switch { cases: Vec<Vec<Stmt>>, default: Option<Vec<Stmt>> },
    For { n: u32, label: Option<String>, body: Vec<Stmt> },
    While { label: Option<String>, body: Vec<Stmt> },
    Loop { label: Option<String>, body: Vec<Stmt> },
    Block { label: Option<String>, body: Vec<Stmt> },
    Break { to: String },
    Continue { to: String },
    Return { v: Option<i32> },
    Panic { v: i32 },
    Recover { id: u32 },
    Closure { id: u32, body: Vec<Stmt> },
}

/// A `defer` and what it defers.
#[derive(Deserialize)]
pub struct Defer {
    /// The site.
    pub id: u32,
    /// What is called.
    #[serde(flatten)]
    pub call: Deferred,
}

/// A deferred call.
#[derive(Deserialize)]
#[serde(tag = "c", rename_all = "lowercase")]
#[expect(missing_docs, reason = "the corpus names them")]
pub enum Deferred {
    T,
    Tx,
    ArgCall { f: usize },
    Fn { f: usize },
    Lit { body: Vec<Stmt> },
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
