//! How much a debug build compiles for each site: functions, and lines of what rustc hands to LLVM, counted from a
//! function with one site to one with six. That many make a build slow, which no clock in a test could tell.

use std::fmt::Write as _;

use defer_tests::package::{Package, succeeded};

/// Of a program whose one function has so many sites, each behind a `?`.
fn compiled(sites: usize) -> (usize, usize) {
    let mut source = String::from(
        "use defer_rt::deferrable;\n\
        use std::hint::black_box;\n\
        fn step(n: u64) -> Result<u64, u64> { black_box(Ok(n)) }\n\
        fn release(n: u64) { black_box(n); }\n\
        #[deferrable]\n\
        fn all(n: u64) -> Result<u64, u64> {\n",
    );
    for _ in 0..sites {
        source += "let n = step(n)?;\ndefer!(release(7));\n";
    }
    let _ = write!(source, "Ok(n)\n}}\nfn main() {{ let _ = all(1); }}\n");
    let name = format!("compiled_{sites}");
    let package = Package::new(env!("CARGO_TARGET_TMPDIR"), &name, &source);
    let build = ["rustc", "--", "--emit=llvm-ir", "-Ccodegen-units=1"];
    let _ = succeeded(&package.cargo(&build, &[]));
    let code = package.newest(&format!("debug/deps/{name}"), ".ll");
    let code = std::fs::read_to_string(code).expect("the compiler's output");
    let functions = code.lines().filter(|line| line.starts_with("define ")).count();
    let is_code = |line: &&str| line.starts_with("  ") && !line.trim_start().starts_with("#dbg");
    (functions, code.lines().filter(is_code).count())
}

#[test]
fn a_site_takes_little_to_compile() {
    let ((few, few_lines), (many, many_lines)) = (compiled(1), compiled(6));
    // The rest, what takes and what calls it, the exit code, and the way out.
    assert_eq!((many - few) / 5, 5, "functions a site");
    let lines = (many_lines - few_lines) / 5;
    println!("{lines} lines a site");
    assert!(lines <= 220, "{lines} lines a site");
}
