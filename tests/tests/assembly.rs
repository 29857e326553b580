//! What it costs: the code that can run without a panic, compared with the same function written by hand
//! with its cleanup repeated at each exit. Counted in the assembly, so it holds on any machine.
#![cfg(target_arch = "x86_64")]

use defer_tests::asm::reachable;
use defer_tests::package::{Package, succeeded};

const MAIN: &str = r#"
use defer_rt::deferrable;
use std::hint::black_box;
use std::panic::{AssertUnwindSafe, catch_unwind};

// Each may panic, as far as the compiler knows.
#[inline(never)] fn check(n: u64) { assert_ne!(black_box(n), 78); }
#[inline(never)] fn step(n: u64) -> Result<u64, u64> { check(n); if n == 77 { Err(n) } else { Ok(n) } }
#[inline(never)] fn close(n: u64) -> Result<(), u64> { check(n); if n == 99 { Err(n) } else { Ok(()) } }
#[inline(never)] fn release(n: u64) { check(n); }

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
}
"#;

#[test]
fn no_more_instructions_than_by_hand() {
    let package = Package::new(env!("CARGO_TARGET_TMPDIR"), "assembly", MAIN);
    let arguments = ["rustc", "--release", "--", "--emit=asm", "-Ccodegen-units=1"];
    let output = package.cargo(&arguments, &[]);
    let _ = succeeded(&output);
    let assembly = std::fs::read_to_string(package.newest("release/deps/assembly-", ".s"));
    let functions = reachable(&assembly.expect("assembly"));
    // A join tests once more whether the body failed, as all exits share it; by hand, each has its own.
    for (case, more) in [("one", 0), ("four", 0), ("join", 2), ("recover", 0)] {
        let ours = &functions[&format!("{case}_ours")];
        let hand = &functions[&format!("{case}_hand")];
        println!("{case}: {} instructions, {} by hand", ours.len(), hand.len());
        let fits = !hand.is_empty() && ours.len() <= hand.len() + more;
        assert!(fits, "{case}\n{ours:#?}\n{hand:#?}");
        let calls = |body: &[String]| body.iter().filter(|line| line.starts_with("call")).count();
        assert!(calls(ours) <= calls(hand), "{case}\n{ours:#?}\n{hand:#?}");
    }
    let caller = &functions["caller_ours"];
    assert!(!caller.iter().any(|line| line.contains("inlined_ours")), "{caller:#?}");
}
