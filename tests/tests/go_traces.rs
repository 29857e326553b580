//! Go parity of behaviour: every traced program prints the trace that Go printed, as classified and
//! with either record forced; and so do programs by chance, by an interpreter that agrees with Go.
//!
//! `DEFER_PROGRAMS=5000 DEFER_SEED=7 cargo test -p defer-tests --test go_traces` runs as many of those.

use std::fmt::Write;

use defer_tests::go::generate;
use defer_tests::go::interpret;
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

const MECHANISMS: [&str; 3] =
    ["#[deferrable]", "#[deferrable(force = \"stack\")]", "#[deferrable(force = \"heap\")]"];

fn corpus() -> Vec<Traced> {
    let corpus: Vec<Traced> = read(include_str!("../go-facts/traces.jsonl"));
    assert!(corpus.len() == 250, "{} programs", corpus.len());
    corpus
}

/// Prints the programs with one attribute, builds and runs them, and compares every trace.
fn compare(name: &str, attribute: &str, corpus: &[Traced], profile: &[&str]) {
    let mut printed = Printed::default();
    printed.raw("#![allow(warnings)]\nuse defer_rt::{Outcome, deferrable};");
    printed.raw(print::PRELUDE);
    printed.raw(MAIN);
    let mut main = "fn main() {\nstd::panic::set_hook(Box::new(|_| {}));\n".to_owned();
    for program in corpus {
        print::traced(program, attribute, &mut printed);
        let (id, seed, result) = (program.id, program.seed, program.funcs[0].result);
        let _ = writeln!(main, "println!(\"PROGRAM {id}\"); traced({seed}, {result}, p{id}::f0);");
    }
    printed.raw(&(main + "}"));
    let package = Package::new(env!("CARGO_TARGET_TMPDIR"), name, &printed.text);
    let (stdout, _) = succeeded(&package.cargo(&[&["run", "--quiet"], profile].concat(), &[]));

    let mut expected = String::new();
    for program in corpus {
        let _ = writeln!(expected, "PROGRAM {}\n{}", program.id, program.trace.join("\n"));
    }
    let programs = |text: &str| text.split("PROGRAM ").map(str::to_owned).collect::<Vec<_>>();
    let (got, expected) = (programs(&stdout), programs(&expected));
    assert_eq!(got.len(), expected.len());
    for (got, expected) in got.iter().zip(&expected) {
        assert_eq!(got, expected);
    }
}

#[test]
fn programs_print_the_trace_of_go_as_classified() {
    compare("go-traces", MECHANISMS[0], &corpus(), &[]);
}

#[test]
fn programs_print_the_trace_of_go_from_stack_records() {
    compare("go-traces-stack", MECHANISMS[1], &corpus(), &[]);
}

#[test]
fn programs_print_the_trace_of_go_from_heap_records() {
    compare("go-traces-heap", MECHANISMS[2], &corpus(), &[]);
}

#[test]
fn the_interpreter_agrees_with_go() {
    for program in corpus() {
        assert_eq!(interpret::trace(&program), program.trace, "program {}", program.id);
    }
}

#[test]
fn programs_by_chance_do_what_the_interpreter_says() {
    let number = |name| std::env::var(name).ok().and_then(|text| text.parse::<u64>().ok());
    let count = number("DEFER_PROGRAMS").unwrap_or(60);
    let seed = number("DEFER_SEED").unwrap_or(1);
    let programs = generate::programs(seed, usize::try_from(count).expect("a count"));
    for (mechanism, name) in MECHANISMS.into_iter().zip(["chance", "chance-stack", "chance-heap"]) {
        for chunk in programs.chunks(200) {
            compare(name, mechanism, chunk, &[]);
            compare(name, mechanism, chunk, &["--release"]);
        }
    }
}
