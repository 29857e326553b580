//! Well-known crates with defers put in by chance: takes names of crates, prints for each how many functions
//! have some, which of them rustc refused and why, and what the crate's own tests say; each run of each
//! defer that was registered is checked to come exactly once.
//!
//! `cargo run --release -p defer-crates` for all of [`CRATES`], or with the names of some. It loads them and
//! what their tests depend on, and builds below `target/crates`. With `--first`, each function has one defer,
//! ahead of all else; with `--mention`, some that mention its variables. With `--check`, the libraries are checked,
//! and no test is run.
#![forbid(unsafe_code)]

mod fetch;
mod insert;
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use crate::insert::{Function, Sites, Source};
use crate::tests::{Failure, Outcome};

/// Those whose packages have their tests.
const CRATES: &[&str] = &[
    "semver",
    "itoa",
    "either",
    "smallvec",
    "indexmap",
    "regex-syntax",
    "csv-core",
    "serde_json",
    "url",
    "heck",
    "percent-encoding",
    "textwrap",
    "unicode-segmentation",
    "bytes",
    "winnow",
    "miniz_oxide",
    "num-bigint",
    "aho-corasick",
    "itertools",
    "memchr",
    "base64",
    "httparse",
    "regex-automata",
    "tokio-util",
];

/// So often the functions that rustc refuses are left out and the rest is tried again.
const ROUNDS: usize = 8;

fn main() -> Result<(), String> {
    let (options, asked): (Vec<String>, Vec<String>) =
        std::env::args().skip(1).partition(|argument| argument.starts_with('-'));
    let (mut sites, mut try_out): (_, Try) = (Sites::ByChance, tests::run);
    for option in &options {
        match option.as_str() {
            "--first" => sites = Sites::First,
            "--mention" => sites = Sites::Mentioning,
            "--check" => try_out = tests::check,
            other => {
                let known = "`--first`, `--mention` and `--check`";
                return Err(format!("`{other}` is no option: there are {known}"));
            }
        }
    }
    let all = || CRATES.iter().map(|&name| name.to_owned()).collect();
    let names: Vec<String> = if asked.is_empty() { all() } else { asked };
    let below = Path::new("target/crates");
    let folders = fetch::folders(below, &names)?;
    println!("| crate | functions | with defers | refused | defers run | tests |");
    println!("|---|--:|--:|---|--:|---|");
    let mut failed = Vec::new();
    for name in &names {
        match row(below, name, &folders[name], sites, try_out) {
            Ok(row) => println!("| {name} {row}"),
            Err(error) => {
                println!("| {name} | | | | | {} |", error.lines().next().unwrap_or_default());
                failed.push(format!("{name}: {error}"));
            }
        }
    }
    if failed.is_empty() { Ok(()) } else { Err(failed.join("\n")) }
}

/// What is made of a crate with defers.
type Try = fn(&Path) -> Result<Outcome, String>;

/// Puts defers into a crate, leaves out what rustc refuses, and tries the rest.
fn row(
    below: &Path,
    name: &str,
    original: &Path,
    sites: Sites,
    try_out: Try,
) -> Result<String, String> {
    let folder = fetch::copy(original, below)?;
    let sources = Source::all(&folder.join("src"), sites)?;
    let mut left_out = BTreeSet::new();
    let mut refused: BTreeMap<String, usize> = BTreeMap::new();
    for _ in 0..ROUNDS {
        for source in &sources {
            source.write(&left_out)?;
        }
        let Failure { errors } = match try_out(&folder)? {
            Outcome::Ran(report) => return shown(&sources, &left_out, &refused, &report),
            Outcome::Refused(failure) => failure,
        };
        let found = blame(&sources, &folder, &errors);
        let before = left_out.len();
        for (function, code) in found {
            if left_out.insert(function) {
                *refused.entry(code).or_default() += 1;
            }
        }
        if left_out.len() == before {
            let first = errors.first().map_or("no error is told", |error| &error.text);
            return Err(format!("does not build, by no function with defers\n{first}"));
        }
    }
    Err(format!("{name} does not build after {ROUNDS} rounds"))
}

/// The functions with defers in which the errors stand, with the error's code.
fn blame(sources: &[Source], folder: &Path, errors: &[tests::Error]) -> Vec<(Function, String)> {
    let mut found = Vec::new();
    for error in errors {
        for (file, line) in &error.places {
            let source = sources.iter().find(|source| source.path() == folder.join(file));
            if let Some(function) = source.and_then(|source| source.function_at(*line)) {
                found.push((function, error.code.clone()));
                if std::env::var_os("DEFER_VERBOSE").is_some() {
                    eprintln!("{}", error.text);
                }
                break;
            }
        }
    }
    found
}

fn shown(
    sources: &[Source],
    left_out: &BTreeSet<Function>,
    refused: &BTreeMap<String, usize>,
    report: &tests::Report,
) -> Result<String, String> {
    let functions: usize = sources.iter().map(Source::functions).sum();
    let with: usize = sources.iter().map(|source| source.with_sites(left_out)).sum();
    let refused: Vec<String> =
        refused.iter().map(|(code, count)| format!("{count} {code}")).collect();
    let row = format!(
        "| {functions} | {with} | {} | {} | {} |",
        refused.join(", "),
        report.defers,
        report.tests
    );
    if report.passed { Ok(row) } else { Err(format!("{row}\n{}", report.output)) }
}
