//! Go parity of behaviour: every traced program prints the trace that Go printed, as classified and
//! with either record forced.

use std::fmt::Write;

use defer_tests::go::ir::{Traced, read};
use defer_tests::go::print::{self, Printed};
use defer_tests::package::{Package, succeeded};

const MAIN: &str = r#"
fn traced(seed: u32, result: bool, entry: fn(&mut i32, Option<&mut Outcome<()>>)) {
    STATE.set(seed);
    let mut r = 0;
    let end = match std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| entry(&mut r, None))) {
        Ok(()) if result => format!("END {r}"),
        Ok(()) => "END".to_owned(),
        Err(panic) => format!("END panic {}", panic.downcast::<i32>().expect("a number")),
    };
    trace(end);
    TRACE.take().iter().for_each(|line| println!("{line}"));
}
"#;

/// Prints the programs with one attribute, builds and runs them, and compares every trace.
fn compare(name: &str, attribute: &str) {
    let corpus: Vec<Traced> = read(include_str!("../go-facts/traces.jsonl"));
    let corpus: Vec<&Traced> = corpus.iter().collect();
    let mut printed = Printed::default();
    printed.raw("#![allow(warnings)]\nuse defer_rt::{Outcome, deferrable};");
    printed.raw(print::PRELUDE);
    printed.raw(MAIN);
    let mut main = "fn main() {\nstd::panic::set_hook(Box::new(|_| {}));\n".to_owned();
    for program in &corpus {
        print::traced(program, attribute, &mut printed);
        let (id, seed, result) = (program.id, program.seed, program.funcs[0].result);
        let _ = writeln!(main, "println!(\"PROGRAM {id}\"); traced({seed}, {result}, p{id}::f0);");
    }
    printed.raw(&(main + "}"));
    let package = Package::new(env!("CARGO_TARGET_TMPDIR"), name, &printed.text);
    let (stdout, _) = succeeded(&package.cargo(&["run", "--quiet"], &[]));

    let mut expected = String::new();
    for program in &corpus {
        let _ = writeln!(expected, "PROGRAM {}\n{}", program.id, program.trace.join("\n"));
    }
    let programs = |text: &str| text.split("PROGRAM ").map(str::to_owned).collect::<Vec<_>>();
    let (got, expected) = (programs(&stdout), programs(&expected));
    assert_eq!(got.len(), expected.len());
    for (got, expected) in got.iter().zip(&expected) {
        assert_eq!(got, expected);
    }
    assert!(corpus.len() == 250, "{} programs", corpus.len());
}

#[test]
fn programs_print_the_trace_of_go_as_classified() {
    compare("go-traces", "#[deferrable]");
}

#[test]
fn programs_print_the_trace_of_go_from_stack_records() {
    compare("go-traces-stack", "#[deferrable(force = \"stack\")]");
}

#[test]
fn programs_print_the_trace_of_go_from_heap_records() {
    compare("go-traces-heap", "#[deferrable(force = \"heap\")]");
}
