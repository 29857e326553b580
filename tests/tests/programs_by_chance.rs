//! Semantics: programs by chance do what the interpreter says, in each mechanism, with and without
//! optimization, whichever way they end. One that does not is made small before it is shown.
//!
//! `DEFER_PROGRAMS=2000 cargo test --release -p defer-tests --test programs_by_chance` makes that many, each of
//! which is run `DEFER_RUNS` times in each of the six ways; `DEFER_SEED` is the first one's number. With
//! `DEFER_SANITIZER=address` they are watched for leaks and wrong accesses (Linux, no nightly needed).

use defer_tests::programs::generate;
use defer_tests::programs::interpret;
use defer_tests::programs::ir::Program;
use defer_tests::programs::run::{Built, build, source};
use defer_tests::programs::shrink::shrink;

fn number(name: &str) -> Option<usize> {
    std::env::var(name).ok().and_then(|text| text.parse().ok())
}

/// Most of the time is the optimizer's, and a third of that goes into what it inlined.
const LESS_INLINED: &str = "-C llvm-args=-inline-threshold=-1000";

fn built<'a>(programs: &'a [Program], profile: &[&str]) -> Result<Built<'a>, String> {
    let sanitizer = std::env::var("DEFER_SANITIZER").map(|name| format!("-Zsanitizer={name}"));
    let target = ["--target", "x86_64-unknown-linux-gnu"];
    let (target, flags) = match &sanitizer {
        Ok(sanitizer) => (&target[..], format!("{LESS_INLINED} {sanitizer}")),
        Err(_) => (&[][..], LESS_INLINED.to_owned()),
    };
    let mut environment = vec![("RUSTFLAGS", flags.as_str()), ("CARGO_PROFILE_RELEASE_LTO", "off")];
    environment.extend(sanitizer.is_ok().then_some(("RUSTC_BOOTSTRAP", "1")));
    let arguments = [profile, target].concat();
    build(env!("CARGO_TARGET_TMPDIR"), "by-chance", programs, &arguments, &environment)
}

/// The first program that does something else than the interpreter says, with both traces.
fn wrong(programs: &[Program], profile: &[&str]) -> Result<Option<(usize, String)>, String> {
    let expected = |program: usize, run| interpret::trace(&programs[program], run);
    let wrong = built(programs, profile)?.mismatches(expected);
    Ok(wrong.into_iter().next().map(|wrong| {
        let expected = expected(wrong.program, wrong.run).join("\n");
        let (attribute, got) = (wrong.attribute, wrong.got.join("\n"));
        (wrong.program, format!("{attribute}\n\nexpected\n{expected}\n\ngot\n{got}"))
    }))
}

/// The error that the compiler stopped at first, without its place.
fn code(error: &str) -> Option<&str> {
    error.lines().find(|line| line.starts_with("error"))
}

/// Panics with the program made small, if it does not compile or does something else.
fn check(some: &[Program], profile: &[&str]) {
    let at = match wrong(some, profile) {
        Ok(None) => return,
        Ok(Some((at, _))) => at,
        Err(error) => {
            let fails = |one: &Program| {
                let one = std::slice::from_ref(one);
                built(one, profile).is_err_and(|other| code(&other) == code(&error))
            };
            let alone = some.iter().find(|one| fails(one)).expect("one of them does not compile");
            let small = [shrink(alone, fails)];
            let small_error = built(&small, profile).err().unwrap_or_default();
            panic!("{}\n{small_error}\n\nat first\n{error}", source(&small));
        }
    };
    let is_wrong = |one: &Program| matches!(wrong(std::slice::from_ref(one), profile), Ok(Some(_)));
    let small = [shrink(&some[at], is_wrong)];
    let traces = wrong(&small, profile).ok().flatten();
    panic!("{}\n{}", source(&small), traces.expect("it is still wrong").1);
}

#[test]
fn programs_by_chance_do_what_the_interpreter_says() {
    let count = number("DEFER_PROGRAMS").unwrap_or(20);
    let runs = number("DEFER_RUNS").unwrap_or(150);
    let seed = number("DEFER_SEED").unwrap_or(1) as u64;
    let programs = generate::programs(seed, count, runs);
    let mut done = 0;
    for some in programs.chunks(100) {
        for profile in [&[][..], &["--release"]] {
            check(some, profile);
        }
        done += some.iter().map(|program| program.runs.len()).sum::<usize>();
        println!("{done} runs, six ways each");
    }
}

/// What the programs are for happens in them.
#[test]
fn programs_by_chance_end_in_every_way() {
    let programs = generate::programs(1, 300, 10);
    let traces = programs
        .iter()
        .flat_map(|program| program.runs.iter().map(|run| interpret::trace(program, *run)));
    let traces: Vec<Vec<String>> = traces.collect();
    let times = |is_it: &dyn Fn(&str) -> bool| {
        traces.iter().filter(|trace| trace.iter().any(|line| is_it(line))).count()
    };
    let beginnings =
        ["END ok", "END err", "END panic", "END dropped", "~ ", "E ", "S ", "Y ", "V "];
    for beginning in beginnings {
        let times = times(&|line| line.starts_with(beginning));
        assert!(times > 20, "{beginning}: {times} times");
    }
    assert!(times(&|line| line.starts_with("C ") && !line.ends_with("nil")) > 20);
    // What deferred code sees: of a unit, of a number, of results, of what does not return.
    let sees = |line: &str, ending: &str| {
        let seen = line.strip_prefix("O ").and_then(|rest| rest.split_once(' '));
        seen.is_some_and(|(_, seen)| seen.trim_end().trim_end_matches(char::is_numeric) == ending)
    };
    let endings = [
        "returned",
        "returned ",
        "returned ok ",
        "returned err ",
        "returned kept ",
        "panicked ",
        "dropped",
    ];
    for ending in endings {
        let times = times(&|line| sees(line, ending));
        assert!(times > 5, "{ending}: {times} times");
    }
}

/// What the programs are for is written in them.
#[test]
fn programs_by_chance_have_every_form() {
    let programs = generate::programs(1, 300, 1);
    let sources: Vec<String> = programs.iter().map(|it| source(std::slice::from_ref(it))).collect();
    let printed = sources.iter().filter_map(|text| text.split_once("pub mod p0_0"));
    let printed: Vec<&str> = printed.map(|(_, programs)| programs).collect();
    let forms = [
        ("a variable is lent", "let lent"),
        ("one is assigned", "= value("),
        ("one is taken away", ", take!("),
        ("one is taken away into another", "= take!("),
        ("one is handed out", "Ok(v"),
        ("one is handed out in a tuple", "Ok((v"),
        ("one is handed out in a struct", "Ok(Pair"),
        ("a reference goes along", "= &mut v"),
        ("an expression is a fragment", "$e0:expr"),
        ("so is a variable", "$v"),
        ("a turn or a block is a frame", "#[deferrable]\n'l"),
    ];
    for (what, form) in forms {
        let times = printed.iter().filter(|text| text.contains(form)).count();
        assert!(times > 20, "{what}: {times} programs");
    }
}
