//! Go parity of the classifier: every function that Go's compiler judged is printed as Rust, really
//! compiled, and its notes are read.

use std::collections::BTreeMap;

use defer_tests::package::{Package, succeeded};
use defer_tests::programs::corpus::{Classified, kinds, read};
use defer_tests::programs::print::{self, Printed};

/// The mechanism in each note, by line.
fn notes(stderr: &str) -> BTreeMap<usize, &str> {
    let note = |line| -> Option<(usize, &str)> {
        let (place, text) = str::strip_prefix(line, "src/main.rs:")?.split_once(": ")?;
        Some((place.split(':').next()?.parse().ok()?, text))
    };
    stderr.lines().filter_map(note).collect()
}

#[test]
fn every_site_gets_the_mechanism_that_go_gave_it() {
    let corpus: Vec<Classified> = read(include_str!("../go-facts/classification.jsonl"));
    let mut printed = Printed::default();
    printed.raw("#![allow(warnings)]\nuse defer_rt::{Outcome, Panic, deferrable};\nfn main() {}");
    printed.raw(print::prelude());
    for function in &corpus {
        print::classified(function, &mut printed);
    }
    let package = Package::new(env!("CARGO_TARGET_TMPDIR"), "go-classifier", &printed.text);
    let (_, stderr) = succeeded(&package.cargo(&["check"], &[("DEFER_NOTES", "1")]));
    let notes = notes(&stderr);

    let mut wrong = Vec::new();
    let mut sites = 0;
    for function in &corpus {
        for (id, kind) in kinds(function) {
            sites += 1;
            let line = printed.sites[&(function.id, id)];
            let expected = match kind {
                "open" => Some("open-coded defer"),
                "stack" => Some("stack-allocated defer"),
                "heap" => Some("heap-allocated defer"),
                // Go has no note for a site that it finds to be unreachable.
                "none" => None,
                other => panic!("site {id} of {}: {other}", function.id),
            };
            let got = notes.get(&line).copied();
            if got != expected {
                wrong.push(format!(
                    "function {}, site {id}, line {line}: {expected:?}, not {got:?}",
                    function.id
                ));
            }
        }
    }
    assert!(corpus.len() == 1_000 && sites > 6_500, "{sites} sites in {} functions", corpus.len());
    assert!(wrong.is_empty(), "{} of {sites} sites\n{}", wrong.len(), wrong.join("\n"));
}
