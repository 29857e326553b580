//! Go parity of behaviour: every traced program prints the trace that Go printed, as classified and with
//! either record forced; and the interpreter, by which programs are judged that no Go has run, agrees.

use defer_tests::programs::corpus::{Traced, read};
use defer_tests::programs::interpret;
use defer_tests::programs::ir::{Program, Run};
use defer_tests::programs::run::build;

/// The programs, and what Go printed.
fn corpus() -> (Vec<Program>, Vec<Vec<String>>) {
    let corpus: Vec<Traced> = read(include_str!("../go-facts/traces.jsonl"));
    assert!(corpus.len() == 250, "{} programs", corpus.len());
    let program = |Traced { seed, funcs, trace }| {
        (Program { funcs, runs: vec![Run { seed, waits: None }] }, trace)
    };
    corpus.into_iter().map(program).unzip()
}

#[test]
fn programs_print_the_trace_of_go() {
    let (programs, traces) = corpus();
    let built = build(env!("CARGO_TARGET_TMPDIR"), "go-traces", &programs, &[], &[]);
    let built = built.unwrap_or_else(|error| panic!("{error}"));
    for wrong in built.mismatches(|program, _| traces[program].clone()) {
        assert_eq!(wrong.got, traces[wrong.program], "{} {}", wrong.program, wrong.attribute);
    }
}

#[test]
fn the_interpreter_agrees_with_go() {
    let (programs, traces) = corpus();
    for (program, trace) in programs.iter().zip(&traces) {
        assert_eq!(interpret::trace(program, program.runs[0]), *trace);
    }
}
