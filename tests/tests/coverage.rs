//! What coverage counts: with `-C instrument-coverage` each statement of the user's has its region, deferred
//! code included, and none has two. The regions are read from the compiler's output.

use std::collections::BTreeMap;

use defer_tests::package::{Package, succeeded};

const LINES: &str = include_str!("../coverage/lines.rs");

/// From one line and column to another.
type Region = ((usize, usize), (usize, usize));

/// The regions of a program, each with the functions and closures that count it.
fn regions(name: &str, source: &str) -> BTreeMap<Region, Vec<String>> {
    let package = Package::new(env!("CARGO_TARGET_TMPDIR"), name, source);
    let counted = ["rustc", "--", "-Cinstrument-coverage", "--emit=mir"];
    let _ = succeeded(&package.cargo(&counted, &[]));
    let mir = package.newest(&format!("debug/deps/{name}"), ".mir");
    let mir = std::fs::read_to_string(mir).expect("the compiler's output");
    let mut regions = BTreeMap::<Region, Vec<String>>::new();
    let mut function = String::new();
    for line in mir.lines() {
        if let Some(signature) = line.strip_prefix("fn ") {
            signature.split('(').next().unwrap_or_default().clone_into(&mut function);
        } else if let Some(region) = region(line) {
            regions.entry(region).or_default().push(function.clone());
        }
    }
    regions
}

/// `coverage Code { bcb: bcb0 } => src/main.rs:9:5: 9:8 (#0);`
fn region(line: &str) -> Option<Region> {
    let (_, place) = line.trim().strip_prefix("coverage Code ")?.split_once(".rs:")?;
    let mut numbers = place.split([':', ' ']).filter_map(|part| part.parse().ok());
    let mut position = || Some((numbers.next()?, numbers.next()?));
    Some((position()?, position()?))
}

/// Where `hit(` is called.
fn hits(source: &str) -> Vec<(usize, usize)> {
    let on_line = |(line, text): (usize, &str)| {
        let columns = text.match_indices("hit(").map(|(at, _)| at + 1).collect::<Vec<_>>();
        columns.into_iter().map(move |column| (line + 1, column))
    };
    let calls = source.lines().enumerate().filter(|(_, text)| !text.starts_with("fn "));
    calls.flat_map(on_line).collect()
}

#[test]
fn every_statement_is_counted_once() {
    for (name, option) in [
        ("coverage_classified", ""),
        ("coverage_stack", "(force = \"stack\")"),
        ("coverage_heap", "(force = \"heap\")"),
    ] {
        let source = LINES.replace("#[deferrable]", &format!("#[deferrable{option}]"));
        let regions = regions(name, &source);
        let is_counted = |at| regions.keys().any(|(from, to)| *from <= at && at < *to);
        let missing: Vec<_> = hits(&source).into_iter().filter(|at| !is_counted(*at)).collect();
        assert!(missing.is_empty(), "{name}: {missing:?} {regions:#?}");
        let twice =
            regions.iter().filter(|(region, by)| by.len() > 1 && !is_brace(region, &source));
        let twice: Vec<_> = twice.collect();
        assert!(twice.is_empty(), "{name}: {twice:?}");
    }
}

/// The braces of an async function are those of each async block that its body becomes.
fn is_brace(((line, column), _): &Region, source: &str) -> bool {
    let text = source.lines().nth(line - 1).unwrap_or_default();
    let in_async = text.starts_with("async fn") || text == "}";
    in_async && matches!(&text[column - 1..], "{" | "}")
}
