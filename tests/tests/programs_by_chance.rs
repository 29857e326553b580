//! Semantics: programs by chance do what the interpreter says, in each mechanism, with and without
//! optimization, whichever way they end.
//!
//! `DEFER_PROGRAMS=5000 DEFER_SEED=7 cargo test -p defer-tests --test programs_by_chance` makes as many.

use defer_tests::programs::generate;
use defer_tests::programs::interpret;
use defer_tests::programs::run::build;

/// How often each program is run, in each mechanism and at each level of optimization.
const RUNS: usize = 40;

#[test]
fn programs_by_chance_do_what_the_interpreter_says() {
    let number = |name| std::env::var(name).ok().and_then(|text| text.parse::<u64>().ok());
    let count = number("DEFER_PROGRAMS").unwrap_or(60);
    let seed = number("DEFER_SEED").unwrap_or(1);
    let programs = generate::programs(seed, usize::try_from(count).expect("a count"), RUNS);
    for some in programs.chunks(100) {
        for profile in [&[][..], &["--release"]] {
            let start = std::time::Instant::now();
            let built = build(env!("CARGO_TARGET_TMPDIR"), "by-chance", some, profile, &[]);
            println!("{:?}", start.elapsed());
            let built = built.unwrap_or_else(|error| panic!("{error}"));
            let wrong = built.mismatches(|program, run| interpret::trace(&some[program], run));
            println!("{:?}", start.elapsed());
            for wrong in wrong {
                let expected = interpret::trace(&some[wrong.program], wrong.run);
                assert_eq!(wrong.got, expected, "{} {}", wrong.program, wrong.attribute);
            }
        }
    }
}
