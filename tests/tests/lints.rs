//! Lints as a user sees them: `cargo clippy` has nothing to say of clean code with `defer!` in it, in each
//! mechanism, and of other code it says what it says without `#[deferrable]`, at the user's own tokens.
//!
//! The code is in `tests/lints`. Behind a line with a mistake stands `//~ lint: the text underlined`, more
//! than once if need be; `//~ plain lint: …` is said of the code without `defer!` alone.

use std::collections::BTreeSet;
use std::process::Output;

use defer_tests::package::{Package, succeeded};

const CLEAN: &str = include_str!("../lints/clean.rs");
const FIRING: &str = include_str!("../lints/firing.rs");

/// Low enough for a function or two to reach them.
const CLIPPY_TOML: &str = "too-many-lines-threshold = 40\ncognitive-complexity-threshold = 10\n";

/// A library with the source once for each mechanism, and whatever else.
fn package(name: &str, source: &str, more: &[(&str, String)]) -> Package {
    let package = Package::new(env!("CARGO_TARGET_TMPDIR"), name, "fn main() {}");
    let forced =
        |option: &str| source.replace("#[deferrable]", &format!("#[deferrable({option})]"));
    let mut modules = vec![
        ("classified", source.to_owned()),
        ("stack", forced("force = \"stack\"")),
        ("heap", forced("force = \"heap\"")),
    ];
    modules.extend(more.iter().cloned());
    let root = modules.iter().map(|(name, source)| {
        package.add(&format!("src/{name}.rs"), source);
        format!("pub mod {name};\n")
    });
    package.add("src/lib.rs", &format!("//! For lints to look at.\n{}", root.collect::<String>()));
    package
}

fn clippy(package: &Package, arguments: &[&str]) -> Output {
    let output = package.cargo(&[&["clippy", "--lib"], arguments].concat(), &[]);
    let stderr = String::from_utf8_lossy(&output.stderr);
    let missing = stderr.contains("no such command") || stderr.contains("is not installed");
    assert!(!missing, "these tests need clippy: `rustup component add clippy`\n{stderr}");
    output
}

#[test]
fn clean_code_stays_clean() {
    let package = package("lints-clean", CLEAN, &[]);
    let _ = succeeded(&clippy(&package, &["--", "-D", "warnings"]));
}

/// A line, a lint, and the text that is underlined.
type Found = BTreeSet<(u64, String, String)>;

/// What is said of one module of the package.
fn found(stdout: &str, module: &str) -> Found {
    let file = format!("src/{module}.rs");
    let messages = stdout.lines().filter_map(|line| {
        let message: serde_json::Value = serde_json::from_str(line).ok()?;
        let message = message.get("message")?;
        let spans = message["spans"].as_array()?;
        let span = spans.iter().find(|span| span["is_primary"] == true)?;
        if span["file_name"] != *file {
            return None;
        }
        let column = |of: &str| usize::try_from(span[of].as_u64()? - 1).ok();
        let text = span["text"][0]["text"].as_str()?;
        let end =
            if span["line_end"] == span["line_start"] { column("column_end")? } else { text.len() };
        let underlined = text[column("column_start")?..end].split(" //~").next()?;
        let lint = message["code"]["code"].as_str().unwrap_or("error");
        Some((span["line_start"].as_u64()?, lint.to_owned(), underlined.to_owned()))
    });
    messages.collect()
}

/// What the comments say will be said.
fn expected(source: &str, is_plain: bool) -> Found {
    let marks = source.lines().zip(1..).flat_map(|(line, at)| {
        let marks = line.split(" //~ ").skip(1);
        marks.filter_map(move |mark| {
            let (mark, plain_only) = match mark.strip_prefix("plain ") {
                Some(mark) => (mark, true),
                None => (mark, false),
            };
            let (lint, text) = mark.split_once(": ").expect("a lint and a text");
            (is_plain || !plain_only).then(|| (at, lint.to_owned(), text.to_owned()))
        })
    });
    marks.collect()
}

/// The same code without `#[deferrable]` and `defer!`, each token where it was.
fn plain(source: &str) -> String {
    let source = source.replace("use defer_rt::deferrable;", "").replace("#[deferrable]", "");
    let lines = source.lines().map(|line| {
        let Some(at) = line.find("defer!") else { return format!("{line}\n") };
        let at = if line[..at].ends_with("err") { at - 3 } else { at };
        let (name, deferred) = line[at..].split_at(line[at..].find('!').expect("a macro") + 1);
        let blank = " ".repeat(name.len());
        let deferred = match deferred.strip_prefix('(') {
            Some(call) => format!(" {}", call.replacen(");", " ;", 1)),
            None => deferred.to_owned(),
        };
        format!("{}{blank}{deferred}\n", &line[..at])
    });
    lines.collect()
}

fn firing(name: &str) -> Package {
    let package = package(name, FIRING, &[("plain", plain(FIRING))]);
    package.add("clippy.toml", CLIPPY_TOML);
    package
}

#[test]
fn lints_fire_as_without_the_attribute() {
    let (stdout, _) = succeeded(&clippy(&firing("lints-firing"), &["--message-format=json"]));
    for module in ["classified", "stack", "heap", "plain"] {
        let (found, expected) = (found(&stdout, module), expected(FIRING, module == "plain"));
        let extra: Vec<_> = found.difference(&expected).collect();
        let missing: Vec<_> = expected.difference(&found).collect();
        assert!(
            extra.is_empty() && missing.is_empty(),
            "{module}: {extra:#?}, missing {missing:#?}"
        );
    }
}

/// Not even those that nobody turns on.
#[test]
fn nothing_fires_at_generated_code() {
    let all = ["--message-format=json", "--", "-W", "clippy::restriction", "-W", "unused_results"];
    let (stdout, _) = succeeded(&clippy(&firing("lints-all"), &all));
    let plain = found(&stdout, "plain");
    let lints = |found: &Found| -> BTreeSet<_> {
        found.iter().map(|(line, lint, _)| (*line, lint.clone())).collect()
    };
    assert!(plain.len() > expected(FIRING, true).len(), "{}", plain.len());
    for module in ["classified", "stack", "heap"] {
        let found = lints(&found(&stdout, module));
        let extra: Vec<_> = found.difference(&lints(&plain)).cloned().collect();
        assert!(extra.is_empty(), "{module}: {extra:#?}");
    }
}
