//! Stack traces and debuggers: a backtrace through deferred code names the user's function and the line of
//! the `defer!`, in each mechanism, in panics and in futures too; breakpoints on deferred lines are hit.

use std::path::Path;
use std::process::Command;

use defer_tests::package::{Package, succeeded};

/// The comments name what is asked for at the line.
const MAIN: &str = r#"
use defer_rt::deferrable;
use std::future::Future;

#[inline(never)]
fn told(what: &str) {
    println!("TRACE {what}\n{}", std::backtrace::Backtrace::force_capture());
}

#[deferrable(ATTRIBUTE)]
fn returns(n: u32) -> u32 {
    defer!(told("a call"));                 // a call
    if n > 0 {
        let inner = n;
        defer! {
            let _ = inner;
            told("a block");                // a block
        }
    }
    for _ in 0..n {
        defer!(told("in a loop"));          // in a loop
    }
    told("the rest");                       // the rest
    n
}

#[deferrable(ATTRIBUTE)]
fn panics(n: u32) -> u32 {
    defer!(|outcome| {
        told("a recover");                  // a recover
        outcome.recover();
    });
    defer!(told("in a panic"));             // in a panic
    assert_eq!(n, 0);
    n
}

#[deferrable(ATTRIBUTE)]
async fn waits() {
    defer!(told("in a future"));            // in a future
    std::future::ready(()).await;
    defer! {
        std::future::ready(()).await;
        told("a block that waits");         // a block that waits
    }
}

fn main() {
    std::panic::set_hook(Box::new(|_| {}));
    returns(1);
    panics(1);
    let future = std::pin::pin!(waits());
    let _ = future.poll(&mut std::task::Context::from_waker(std::task::Waker::noop()));
}
"#;

const ASKED: [(&str, &str); 8] = [
    ("a call", "returns"),
    ("a block", "returns"),
    ("in a loop", "returns"),
    ("the rest", "returns"),
    ("a recover", "panics"),
    ("in a panic", "panics"),
    ("in a future", "waits"),
    ("a block that waits", "waits"),
];

/// Deferred code is so many frames away from its function at most, or from the closure that the rest is.
const OF_A_MECHANISM: usize = 8;
/// And each place around it where a panic is caught has so many.
const OF_A_CATCH: usize = 10;

fn package(name: &str, attribute: &str) -> (Package, String) {
    let main = MAIN.replace("ATTRIBUTE", attribute);
    (Package::new(env!("CARGO_TARGET_TMPDIR"), name, &main), main)
}

/// The line with this comment, counted from 1.
fn line_of(main: &str, comment: &str) -> usize {
    let ends = format!("// {comment}");
    1 + main.lines().position(|line| line.ends_with(&ends)).expect("a line")
}

#[test]
fn a_backtrace_names_the_function_and_the_line_of_the_defer() {
    for attribute in ["", "force = \"stack\"", "force = \"heap\""] {
        let (package, main) = package("backtraces", attribute);
        let environment = [("CARGO_PROFILE_DEV_DEBUG", "true")];
        let (stdout, _) = succeeded(&package.cargo(&["run", "--quiet"], &environment));
        for (what, function) in ASKED {
            let begin = format!("TRACE {what}\n");
            let trace = stdout.split(&begin).nth(1).expect("it was told");
            let frames: Vec<&str> =
                trace.split("TRACE").next().unwrap_or_default().lines().collect();
            let place = format!("src/main.rs:{}:", line_of(&main, what));
            let at = frames.iter().position(|frame| frame.contains(&place));
            let at = at.unwrap_or_else(|| panic!("{what} {place}\n{trace}"));
            let name = format!("backtraces::{function}");
            assert!(frames[at - 1].contains(&name), "{what}: {}\n{trace}", frames[at - 1]);
            // From there to the function itself, which is called by `main`.
            let calls: Vec<&str> = frames[at + 1..]
                .iter()
                .copied()
                .filter(|frame| frame.contains(": ") && !frame.trim().starts_with("at "))
                .take_while(|frame| !frame.trim_end().ends_with("backtraces::main"))
                .collect();
            assert!(calls.len() < frames.len() / 2, "{what}: no main\n{trace}");
            let catches = calls.iter().filter(|frame| is_catch(frame)).count();
            let most = OF_A_MECHANISM + OF_A_CATCH * catches;
            assert!(calls.len() <= most, "{what}: {} of {most} frames\n{trace}", calls.len());
        }
    }
}

/// The rest of a frame, run or polled.
fn is_catch(frame: &str) -> bool {
    frame.ends_with("panic::catch_call") || frame.contains("future::Drive")
}

#[test]
fn breakpoints_on_deferred_lines_are_hit() {
    if Command::new("gdb").arg("--version").output().is_err() {
        return println!("not tried: this takes gdb (`apt-get install gdb`)");
    }
    let (package, main) = package("breakpoints", "");
    let arguments = ["build", "--quiet"];
    let _ = succeeded(&package.cargo(&arguments, &[("CARGO_PROFILE_DEV_DEBUG", "true")]));
    for (what, function) in ASKED {
        let line = line_of(&main, what);
        let hit = gdb(&package.program(&arguments), line);
        let name = format!("breakpoints::{function}");
        let place = format!("main.rs:{line}");
        let is_hit = |stop: &str| {
            stop.starts_with("Breakpoint 1") && stop.contains(&name) && stop.ends_with(&place)
        };
        assert!(hit.lines().any(is_hit), "{what}: not hit\n{hit}");
    }
}

/// What gdb says each time that the program comes to the line: where it is deferred, and where it runs.
fn gdb(program: &Path, line: usize) -> String {
    let stop = format!("break main.rs:{line}");
    let mut gdb = Command::new("gdb");
    gdb.args(["-batch", "-nx", "-iex", "set debuginfod enabled off", "-ex", &stop, "-ex", "run"]);
    let output = gdb.args(["-ex", "continue"].repeat(4)).arg(program).output();
    String::from_utf8_lossy(&output.expect("gdb starts").stdout).into_owned()
}
