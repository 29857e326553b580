//! Go parity of the classifier: every function that Go's compiler judged is printed as Rust, really
//! compiled, and its notes are read.

use std::collections::BTreeMap;

use defer_tests::package::{Package, succeeded};
use defer_tests::programs::corpus::{Classified, kinds, read};
use defer_tests::programs::print::{self, Printed};

/// What Go decides in ways that Rust has no counterpart for: it takes out what stands under a constant
/// condition, and keeps dead code ahead of a label, to which a `goto` could jump.
fn is_go_only(function: &Classified) -> bool {
    let has = |wanted: &str| function.tags.iter().any(|tag| tag == wanted);
    has("const_cond") || (has("dead") && (has("label_loop") || has("label_block")))
}

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
    let corpus: Vec<&Classified> = corpus.iter().filter(|f| !is_go_only(f)).collect();
    let mut printed = Printed::default();
    printed.raw("#![allow(warnings)]\nuse defer_rt::{Outcome, Panic, deferrable};\nfn main() {}");
    printed.raw(print::PRELUDE);
    for function in &corpus {
        print::classified(function, &mut printed);
    }
    let package = Package::new(env!("CARGO_TARGET_TMPDIR"), "go-classifier", &printed.text);
    let (_, stderr) = succeeded(&package.cargo(&["check"], &[("DEFER_NOTES", "1")]));
    let notes = notes(&stderr);

    let mut wrong = Vec::new();
    let mut sites = 0;
    for function in &corpus {
        // Go has no note for a site that it finds unreachable after counting it.
        for (id, kind) in kinds(function).into_iter().filter(|(_, kind)| *kind != "none") {
            sites += 1;
            let line = printed.sites[&(function.id, id)];
            let expected = match kind {
                "open" => "open-coded defer",
                "stack" => "stack-allocated defer",
                "heap" => "heap-allocated defer",
                other => panic!("site {id} of {}: {other}", function.id),
            };
            let got = notes.get(&line).copied();
            if got != Some(expected) {
                wrong.push(format!(
                    "function {}, site {id}, line {line}: {expected}, not {got:?}",
                    function.id
                ));
            }
        }
    }
    assert!(corpus.len() > 800 && sites > 5_000, "{sites} sites in {} functions", corpus.len());
    assert!(wrong.is_empty(), "{} of {sites} sites\n{}", wrong.len(), wrong.join("\n"));
}
