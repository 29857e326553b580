//! `defer-rt` without `std`: what it can do, and that a panic never passes by a pending defer in silence.

use defer_tests::package::{Package, succeeded};

const MAIN: &str = r#"
use defer_rt::deferrable;

#[deferrable]
fn f(n: u32, log: &mut Vec<u32>) -> Option<u32> {
    defer! { log.push(n); }
    if n > 1 {
        errdefer! { log.push(100); }
        defer!(n.checked_sub(3)?);
    }
    LOOP
    assert_ne!(n, 7);
    n.checked_sub(1)
}

#[deferrable]
async fn g(log: &mut Vec<u32>) {
    defer! { log.push(1); }
    std::future::ready(()).await;
}

fn main() {
    let mut log = Vec::new();
    assert_eq!([f(0, &mut log), f(2, &mut log), f(4, &mut log)], [None, None, Some(3)]);
    println!("{log:?}");
    let mut log = Vec::new();
    let mut cx = std::task::Context::from_waker(std::task::Waker::noop());
    assert!(std::pin::pin!(g(&mut log)).as_mut().poll(&mut cx).is_ready());
    println!("{log:?}");
    if std::env::args().len() > 1 {
        let _ = std::panic::catch_unwind(|| f(7, &mut Vec::new()));
        println!("not reached");
    }
}
"#;

fn package(name: &str, features: &str, in_a_loop: &str) -> Package {
    let main = MAIN.replace("LOOP", in_a_loop);
    let package = Package::new(env!("CARGO_TARGET_TMPDIR"), name, &main);
    package.with_features(features);
    package
}

#[test]
fn without_std_defers_run_and_a_panic_aborts() {
    let package = package("no-std", "", "");
    let (stdout, _) = succeeded(&package.cargo(&["run", "--quiet"], &[]));
    assert_eq!(stdout, "[0, 2, 100, 4]\n[1]\n".replace("2, 100", "100, 2"));
    let output = package.cargo(&["run", "--quiet", "--", "panic"], &[]);
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success() && stderr.contains("pending defers"), "{stderr}");
    assert!(!String::from_utf8_lossy(&output.stdout).contains("not reached"));
}

#[test]
fn heap_records_need_alloc() {
    let in_a_loop = "for i in 0..n { defer! { log.push(i + 10); } }";
    let with = package("no-std-alloc", "\"alloc\"", in_a_loop);
    let (stdout, _) = succeeded(&with.cargo(&["run", "--quiet"], &[]));
    assert_eq!(stdout, "[0, 11, 10, 100, 2, 13, 12, 11, 10, 4]\n[1]\n");
    let without = package("no-std-no-alloc", "", in_a_loop).cargo(&["check"], &[]);
    let stderr = String::from_utf8_lossy(&without.stderr);
    assert!(stderr.contains("HeapRecords") && stderr.contains("alloc"), "{stderr}");
}
