//! Small programs that say what is right, by kind: `tests/kinds`. Each runs in every mechanism, in a debug and
//! a release build; those that end in `.fail.rs` are refused where they say, with the words they say.
//!
//! `//! error: LINE: WORDS` is an error that begins at the line (or within the lines, 9-12); with
//! `//! or error: LINE: WORDS`, being refused there and nowhere else is right too.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use defer_tests::package::{Package, succeeded};

fn programs(end: &str, other: bool) -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("kinds");
    let files = std::fs::read_dir(folder).expect("the folder of kinds").flatten();
    let mut paths: Vec<PathBuf> = files.map(|file| file.path()).collect();
    paths.sort();
    let name = |path: &PathBuf| path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let chosen = paths.into_iter().filter(|path| name(path).ends_with(end) != other);
    let read = |path: PathBuf| (name(&path), std::fs::read_to_string(&path).expect("a program"));
    chosen.map(read).collect()
}

/// The name of a module or a program for it.
fn identifier(file: &str) -> String {
    format!("k{}", file.trim_end_matches(".fail.rs").trim_end_matches(".rs").replace('-', "_"))
}

/// Mechanisms, as what stands in the attribute.
const MECHANISMS: [&str; 3] = ["", "(force = \"stack\")", "(force = \"heap\")"];

#[test]
fn every_kind_in_every_mechanism() {
    let package = Package::new(env!("CARGO_TARGET_TMPDIR"), "kinds", "");
    let (mut modules, mut calls) = (String::new(), String::new());
    for (file, source) in programs(".fail.rs", true) {
        if source.contains("//! or error:") {
            continue;
        }
        for (number, mechanism) in MECHANISMS.iter().enumerate() {
            let module = format!("{}_{number}", identifier(&file));
            let mut source = source.clone();
            if !mechanism.is_empty() {
                source = source.replace("#[deferrable(deny(stack, heap))]", "#[deferrable]");
                source = source.replace("#[deferrable]", &format!("#[deferrable{mechanism}]"));
            }
            package.add(&format!("src/{module}.rs"), &source.replace("fn main()", "pub fn main()"));
            let _ = writeln!(modules, "mod {module};");
            let _ = writeln!(calls, "println!(\"{module}\"); {module}::main();");
        }
    }
    let main = format!("#![allow(warnings)]\n{modules}fn main() {{ {calls} println!(\"done\"); }}");
    package.add("src/main.rs", &main);
    for profile in [&["run"][..], &["run", "--release"]] {
        let (stdout, _) = succeeded(&package.cargo(profile, &[]));
        assert!(stdout.ends_with("done\n"), "{stdout}");
    }
}

/// An error: where it begins, and its text.
struct Refused {
    lines: Vec<u64>,
    text: String,
}

#[test]
fn what_is_refused_is_refused_there() {
    let package = Package::new(env!("CARGO_TARGET_TMPDIR"), "kinds-refused", "fn main() {}");
    std::fs::create_dir_all(package.path("src/bin")).expect("a folder of programs");
    let files: Vec<_> = programs(".fail.rs", false)
        .into_iter()
        .chain(programs(".rs", false).into_iter().filter(|(_, it)| it.contains("//! or error:")))
        .collect();
    for (file, source) in &files {
        package.add(&format!("src/bin/{}.rs", identifier(file)), source);
    }
    let arguments = ["check", "--bins", "--keep-going", "--message-format=json"];
    let output = package.cargo(&arguments, &[]);
    let refused = refused(&String::from_utf8_lossy(&output.stdout));
    let mut wrong = Vec::new();
    for (file, source) in &files {
        let errors = refused.get(&identifier(file)).map(Vec::as_slice).unwrap_or_default();
        for (lines, words) in expectations(source) {
            let meets = |error: &Refused| {
                error.lines.iter().any(|line| lines.contains(line)) && error.text.contains(words)
            };
            if !errors.iter().any(meets) {
                let texts: Vec<_> = errors.iter().map(|error| &*error.text).collect();
                wrong.push(format!(
                    "{file}: none at {lines:?} says {words:?}\n{}",
                    texts.join("\n")
                ));
            }
        }
    }
    assert!(!files.is_empty() && wrong.is_empty(), "{}", wrong.join("\n"));
}

fn expectations(source: &str) -> Vec<(std::ops::RangeInclusive<u64>, &str)> {
    let expectation = |line| {
        let text = str::strip_prefix(line, "//! error: ")
            .or_else(|| str::strip_prefix(line, "//! or error: "))?;
        let (lines, words) = text.split_once(": ")?;
        let (first, last) = lines.split_once('-').unwrap_or((lines, lines));
        Some((first.parse().ok()?..=last.parse().ok()?, words.trim()))
    };
    source.lines().filter_map(expectation).collect()
}

/// The errors of each program.
fn refused(stdout: &str) -> BTreeMap<String, Vec<Refused>> {
    let mut refused = BTreeMap::<_, Vec<_>>::new();
    for line in stdout.lines() {
        let Ok(line) = serde_json::from_str::<serde_json::Value>(line) else { continue };
        let message = &line["message"];
        if message["level"] != "error" {
            continue;
        }
        let spans = message["spans"].as_array().into_iter().flatten();
        let primary = spans.filter(|span| span["is_primary"] == true);
        let lines = primary.filter_map(|span| span["line_start"].as_u64()).collect();
        let text = message["rendered"].as_str().unwrap_or_default().to_owned();
        let name = line["target"]["name"].as_str().unwrap_or_default().to_owned();
        refused.entry(name).or_default().push(Refused { lines, text });
    }
    refused
}
