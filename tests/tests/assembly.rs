//! What it costs: the code that can run without a panic, compared with the same function written by hand
//! with its cleanup repeated at each exit. Counted in the assembly, so it holds on any machine.
#![cfg(target_arch = "x86_64")]

use std::collections::BTreeMap;
use std::process::Command;

use defer_tests::asm::reachable;
use defer_tests::package::{Package, succeeded};

const MAIN: &str = r#"
use defer_rt::deferrable;
use std::hint::black_box;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering::{Acquire, Release}};

// Each may panic, as far as the compiler knows.
#[inline(never)] #[unsafe(no_mangle)] fn check(n: u64) { assert_ne!(black_box(n), 78); }
#[inline(never)] #[unsafe(no_mangle)] fn step(n: u64) -> Result<u64, u64> { check(n); if n == 77 { Err(n) } else { Ok(n) } }
#[inline(never)] fn close(n: u64) -> Result<(), u64> { check(n); if n == 99 { Err(n) } else { Ok(()) } }
#[inline(never)] #[unsafe(no_mangle)] fn release(n: u64) { check(n); }

#[inline(never)] #[unsafe(no_mangle)] #[deferrable]
pub fn one_ours(n: u64) -> Result<u64, u64> {
    defer!(release(n));
    Ok(step(n)? + 1)
}
#[inline(never)] #[unsafe(no_mangle)]
pub fn one_hand(n: u64) -> Result<u64, u64> {
    match step(n) {
        Ok(a) => { release(n); Ok(a + 1) }
        Err(e) => { release(n); Err(e) }
    }
}

#[inline(never)] #[unsafe(no_mangle)] #[deferrable]
pub fn unit_ours(n: u64) {
    defer!(release(n));
    check(n);
}
#[inline(never)] #[unsafe(no_mangle)]
pub fn unit_hand(n: u64) {
    check(n);
    release(n);
}

#[unsafe(no_mangle)] static LOCKED: AtomicBool = AtomicBool::new(false);
fn lock() { while LOCKED.swap(true, Acquire) {} }
fn unlock() { LOCKED.store(false, Release); }

#[inline(never)] #[unsafe(no_mangle)] #[deferrable]
pub fn lock_ours(n: u64) -> Result<u64, u64> {
    lock();
    defer!(unlock());
    step(n)
}
#[inline(never)] #[unsafe(no_mangle)]
pub fn lock_hand(n: u64) -> Result<u64, u64> {
    lock();
    let result = step(n);
    unlock();
    result
}

#[inline(never)] #[unsafe(no_mangle)] #[deferrable]
pub fn four_ours(n: u64) -> Result<u64, u64> {
    defer!(release(1));
    let a = step(n)?;
    defer!(release(2));
    let b = step(n)?;
    defer!(release(3));
    let c = step(n)?;
    defer!(release(4));
    Ok(a + b + c + step(n)?)
}
#[inline(never)] #[unsafe(no_mangle)]
pub fn four_hand(n: u64) -> Result<u64, u64> {
    let a = match step(n) { Ok(a) => a, Err(e) => { release(1); return Err(e); } };
    let b = match step(n) { Ok(b) => b, Err(e) => { release(2); release(1); return Err(e); } };
    let c = match step(n) { Ok(c) => c, Err(e) => { release(3); release(2); release(1); return Err(e); } };
    let d = match step(n) {
        Ok(d) => d,
        Err(e) => { release(4); release(3); release(2); release(1); return Err(e); }
    };
    release(4); release(3); release(2); release(1);
    Ok(a + b + c + d)
}

#[inline(never)] #[unsafe(no_mangle)] #[deferrable]
pub fn join_ours(n: u64) -> Result<u64, u64> {
    errdefer!(release(n));
    let a = step(n)?;
    defer!(close(n)?);
    Ok(a + step(n + 1)?)
}
#[inline(never)] #[unsafe(no_mangle)]
pub fn join_hand(n: u64) -> Result<u64, u64> {
    let a = match step(n) { Ok(a) => a, Err(e) => { release(n); return Err(e); } };
    let b = match step(n + 1) { Ok(b) => b, Err(e) => { let _ = close(n); release(n); return Err(e); } };
    if let Err(e) = close(n) { release(n); return Err(e); }
    Ok(a + b)
}

#[inline(never)] #[unsafe(no_mangle)] #[deferrable]
pub fn recover_ours(n: u64) -> Result<u64, u64> {
    defer!(|outcome| { outcome.recover_with(|_| Err(1)); });
    step(n)
}
#[inline(never)] #[unsafe(no_mangle)]
pub fn recover_hand(n: u64) -> Result<u64, u64> {
    match catch_unwind(AssertUnwindSafe(|| step(n))) { Ok(result) => result, Err(_) => Err(1) }
}

#[inline(never)] #[unsafe(no_mangle)]
pub fn caller_ours(n: u64) -> u64 { inlined_ours(n) + 1 }
#[inline] #[deferrable]
fn inlined_ours(n: u64) -> u64 { defer!(release(n)); n + 1 }

fn main() {
    for f in [one_ours, one_hand, four_ours, four_hand, join_ours, join_hand, recover_ours, recover_hand] {
        println!("{:?}", f(black_box(1)));
    }
    println!("{}", caller_ours(black_box(1)));
    lock_ours(black_box(1)).and(lock_hand(black_box(1))).unwrap();
    unit_ours(black_box(1));
    unit_hand(black_box(1));
}
"#;

/// What is compiled for it, function by function.
fn functions() -> BTreeMap<String, Vec<String>> {
    let package = Package::new(env!("CARGO_TARGET_TMPDIR"), "assembly", MAIN);
    let arguments = ["rustc", "--release", "--", "--emit=asm", "-Ccodegen-units=1"];
    let output = package.cargo(&arguments, &[]);
    let _ = succeeded(&output);
    let assembly = std::fs::read_to_string(package.newest("release/deps/assembly-", ".s"));
    reachable(&assembly.expect("assembly"))
}

#[test]
fn no_more_instructions_than_by_hand() {
    let functions = functions();
    golden(&functions);
    // Without a result, cleanup by hand is a tail call. A join tests once more whether the body failed, as
    // all exits share it; by hand, each has its own.
    let cases = [("one", 0), ("unit", 1), ("lock", 0), ("four", 0), ("join", 2), ("recover", 0)];
    for (case, more) in cases {
        let ours = &functions[&format!("{case}_ours")];
        let hand = &functions[&format!("{case}_hand")];
        println!("{case}: {} instructions, {} by hand", ours.len(), hand.len());
        let fits = !hand.is_empty() && ours.len() <= hand.len() + more;
        assert!(fits, "{case}\n{ours:#?}\n{hand:#?}");
        let is_call = |line: &&String| line.starts_with("call") || line.ends_with("\trelease");
        let calls = |body: &[String]| body.iter().filter(is_call).count();
        assert!(calls(ours) <= calls(hand), "{case}\n{ours:#?}\n{hand:#?}");
    }
    let caller = &functions["caller_ours"];
    assert!(!caller.iter().any(|line| line.contains("inlined_ours")), "{caller:#?}");
}

/// The four plainest, to the last instruction. Another compiler may order them in another way, so it is
/// held to the comparison with the cleanup by hand alone.
fn golden(functions: &BTreeMap<String, Vec<String>>) {
    let compiler = Command::new("rustc").arg("--version").output().expect("rustc starts").stdout;
    let compiler = String::from_utf8_lossy(&compiler);
    if !compiler.starts_with("rustc 1.95.") {
        return println!("the golden assembly is that of rustc 1.95, not of {compiler}");
    }
    let plainest = ["unit_ours", "one_ours", "lock_ours", "four_ours"];
    let listing = |name: &&str| format!("{name}:\n    {}\n", functions[*name].join("\n    "));
    let text: String = plainest.iter().map(listing).collect();
    let text = text.lines().map(|line| without_label(line).replace('\t', " ") + "\n");
    expect_test::expect_file!["../golden/open_coded.s"].assert_eq(&text.collect::<String>());
}

/// A jump's target is numbered by all that there is in the crate.
fn without_label(line: &str) -> &str {
    line.split_once(" .L").or_else(|| line.split_once("\t.L")).map_or(line, |(jump, _)| jump)
}
