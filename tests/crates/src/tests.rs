//! A crate's own tests: takes a folder, builds and runs them, gives what rustc refused, or how they ended
//! and how many defers ran.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;

/// What the tests of a crate need.
struct Suite {
    name: &'static str,
    features: &'static str,
    /// Of which targets there is all that belongs to them.
    targets: &'static [&'static str],
    /// Parts of the names of tests that are left out: most try every input, and take hours with defers in them.
    skipped: &'static [&'static str],
}

const ALL: Suite = Suite { name: "", features: "", targets: &["--lib", "--tests"], skipped: &[] };

const BASE64: &[&str] = &[
    "every_possible_three_symbols",
    "fails_gracefully_at_all_output_lengths",
    "decode_too_little_data_before_padding_error_invalid_byte",
];

const SUITES: &[Suite] = &[
    Suite { name: "base64", skipped: BASE64, ..ALL },
    Suite { name: "httparse", skipped: &["test_all_utf8_char_in_paths"], ..ALL },
    Suite { name: "memchr", skipped: &["forward_packedpair"], ..ALL },
    // Its other tests want files that are not in the package.
    Suite { name: "regex-automata", targets: &["--lib"], ..ALL },
    // Behind a site, `#[track_caller]` does not reach: that is what these ask for.
    Suite { name: "tokio-util", features: "full", skipped: &["panic_caller"], ..ALL },
];

impl Suite {
    fn of(folder: &Path) -> &'static Self {
        let name = folder.file_name().unwrap_or_default().to_string_lossy();
        SUITES.iter().find(|suite| name.starts_with(suite.name)).unwrap_or(&ALL)
    }

    /// The arguments of `cargo test`.
    fn arguments(&self, more: &[&'static str]) -> Vec<&'static str> {
        let skipped = self.skipped.iter().flat_map(|name| ["--skip", name]);
        let targets = self.targets.iter().chain(more).copied();
        let whole = ["test", "--features", self.features].into_iter().chain(targets);
        whole.chain(["--"]).chain(skipped).collect()
    }
}

/// What came of it.
pub(crate) enum Outcome {
    Refused(Failure),
    Ran(Report),
}

/// It does not build.
pub(crate) struct Failure {
    pub(crate) errors: Vec<Error>,
}

pub(crate) struct Error {
    pub(crate) code: String,
    pub(crate) text: String,
    /// Files and lines, the most telling first.
    pub(crate) places: Vec<(String, usize)>,
}

/// It was built and run.
pub(crate) struct Report {
    pub(crate) passed: bool,
    pub(crate) tests: String,
    pub(crate) defers: u64,
    pub(crate) output: String,
}

/// What rustc refuses of its library.
pub(crate) fn check(folder: &Path) -> Result<Outcome, String> {
    let refused = refused(&cargo(
        folder,
        &["check", "--lib", "--features", Suite::of(folder).features, "--message-format=json"],
    )?)?;
    let (tests, output) = ("not run".to_owned(), String::new());
    Ok(refused.unwrap_or(Outcome::Ran(Report { passed: true, tests, defers: 0, output })))
}

/// The errors, if it was not built.
fn refused(built: &Output) -> Result<Option<Outcome>, String> {
    if built.status.success() {
        return Ok(None);
    }
    let lines = String::from_utf8_lossy(&built.stdout);
    let errors: Vec<Error> = lines.lines().filter_map(error).collect();
    if errors.is_empty() {
        return Err(String::from_utf8_lossy(&built.stderr).into_owned());
    }
    Ok(Some(Outcome::Refused(Failure { errors })))
}

pub(crate) fn run(folder: &Path) -> Result<Outcome, String> {
    let suite = Suite::of(folder);
    let built = cargo(folder, &suite.arguments(&["--no-run", "--message-format=json"]))?;
    if let Some(refused) = refused(&built)? {
        return Ok(refused);
    }
    let counts = folder.join("defers");
    let _ = fs::remove_dir_all(&counts);
    fs::create_dir_all(&counts).map_err(|error| error.to_string())?;
    let ran = cargo(folder, &suite.arguments(&["--no-fail-fast"]))?;
    let text = [&*ran.stdout, &*ran.stderr].map(String::from_utf8_lossy).concat();
    let number = |line: &str, what: &str| -> usize {
        let parts = line.split(';').find(|part| part.trim_end().ends_with(what));
        parts.and_then(|part| part.split_whitespace().rev().nth(1)?.parse().ok()).unwrap_or(0)
    };
    let results = text.lines().filter(|line| line.starts_with("test result:"));
    let (passed, failed) = results.fold((0, 0), |(passed, failed), line| {
        (passed + number(line, "passed"), failed + number(line, "failed"))
    });
    let tests = format!("{passed} passed, {failed} failed");
    let files = fs::read_dir(&counts).into_iter().flatten().flatten();
    let counted =
        files.filter_map(|file| fs::read_to_string(file.path()).ok()?.parse::<u64>().ok());
    let defers: u64 = counted.sum();
    let ran_some = passed > 0 && defers > 0;
    let passed = ran.status.success() && !text.contains("DEFER PROBE") && ran_some;
    Ok(Outcome::Ran(Report { passed, tests, defers, output: text }))
}

fn cargo(folder: &Path, arguments: &[&str]) -> Result<Output, String> {
    let mut cargo = Command::new("cargo");
    let folder = fs::canonicalize(folder).map_err(|error| error.to_string())?;
    let target = folder.parent().unwrap_or(&folder).join("target");
    cargo.args(arguments).current_dir(&folder).env("CARGO_TARGET_DIR", target);
    // Their lints are about their own code; in a debug build their deepest tests need more of a stack.
    cargo.env("RUSTFLAGS", "--cap-lints=allow").env("RUST_MIN_STACK", "67108864");
    // A little optimized, as each defer is counted; overflows are still found.
    cargo
        .env("CARGO_PROFILE_DEV_OPT_LEVEL", "1")
        .env("DEFER_PROBE", folder.join("defers"))
        .env("CARGO_PROFILE_DEV_DEBUG", "line-tables-only");
    // Tests by chance need not try as often.
    cargo.env("QUICKCHECK_TESTS", "20").env("PROPTEST_CASES", "20");
    cargo.output().map_err(|error| error.to_string())
}

fn error(line: &str) -> Option<Error> {
    let message: Value = serde_json::from_str(line).ok()?;
    let message = &message["message"];
    if message["level"] != "error" || message["spans"].as_array().is_none_or(Vec::is_empty) {
        return None;
    }
    let mut spans: Vec<&Value> = message["spans"].as_array()?.iter().collect();
    spans.sort_by_key(|span| span["is_primary"] != true);
    let notes = message["children"].as_array()?.iter().filter_map(|note| note["spans"].as_array());
    spans.extend(notes.flatten());
    Some(Error {
        code: message["code"]["code"].as_str().unwrap_or("error").to_owned(),
        text: message["rendered"].as_str()?.to_owned(),
        places: spans.into_iter().flat_map(places).collect(),
    })
}

/// Where a span is, and what expanded to it.
fn places(span: &Value) -> Vec<(String, usize)> {
    let mut places = Vec::new();
    let mut span = span;
    while let (Some(file), Some(line)) = (span["file_name"].as_str(), span["line_start"].as_u64()) {
        places.push((file.to_owned(), usize::try_from(line).unwrap_or(0)));
        span = &span["expansion"]["span"];
    }
    places
}
