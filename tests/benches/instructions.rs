//! Instructions by valgrind, through gungraun: exact, so one run of each is enough.
#![allow(missing_docs, reason = "what gungraun's macros make has none")]

use defer_benches::{Case, all, repetitions};
use gungraun::{library_benchmark, library_benchmark_group, main};

// Not counted: finding the case by its place among all.
fn find(place: usize) -> (fn(), u32) {
    let (_, Case { name, run }) = all().nth(place).expect("a case");
    (*run, repetitions(name))
}

#[library_benchmark]
#[benches::all(iter = 0..all().count(), setup = find)]
fn case((run, repetitions): (fn(), u32)) {
    for _ in 0..repetitions {
        run();
    }
}

library_benchmark_group!(name = cases, benchmarks = case);
main!(library_benchmark_groups = cases);
