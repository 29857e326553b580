//! `cargo defer` as its users see it: on a workspace of three packages in a folder of its own.
#![expect(clippy::needless_raw_string_hashes, reason = "expect-test writes them")]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::{Mutex, MutexGuard, PoisonError};

use expect_test::{Expect, expect, expect_file};

const QUEUE: &str = r#"use defer_rt::deferrable;

pub fn log(text: &str) {
    println!("{text}");
}

#[deferrable]
pub fn drain(names: Vec<String>) -> Result<usize, String> {
    defer!(log("drained"));
    let mut count = 0;
    for name in names {
        let upper = name.to_uppercase();
        defer! { println!("{upper}"); }
        count += name.parse::<usize>().map_err(|error| error.to_string())?;
    }
    Ok(count)
}

#[deferrable]
pub fn first(names: &[String]) -> Option<&String> {
    for name in names {
        defer! { println!("{name}"); }
        return Some(name);
    }
    None
}
"#;

const APP: &str = r#"use defer_rt::deferrable;

#[deferrable]
fn many(n: u32) -> Result<u32, std::num::TryFromIntError> {
    let a = u8::try_from(n)?;
    defer!(queue::log("a"));
    let b = u16::try_from(n)?;
    defer!(queue::log("b"));
    let c = i8::try_from(n)?;
    defer!(queue::log("c"));
    let d = i16::try_from(n)?;
    defer!(queue::log("d"));
    Ok(u32::from(a) + u32::from(b) + u32::from(c.unsigned_abs()) + u32::from(d.unsigned_abs()))
}

fn main() {
    let _ = (many(3), queue::drain(vec![]), queue::first(&[]));
}

#[cfg(test)]
mod tests {
    #[defer_rt::deferrable]
    #[test]
    fn plain() {
        let run = || {
            defer!(queue::log("closure"));
        };
        run();
    }
}
"#;

/// Cargo takes packages of one name in one target folder for the same, whichever workspace they are in.
static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());

struct Workspace(PathBuf, #[expect(dead_code, reason = "it is held")] MutexGuard<'static, ()>);

impl Workspace {
    fn new(name: &str) -> Self {
        let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        let _ = std::fs::remove_dir_all(&root);
        let turn = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
        let workspace = Self(root, turn);
        workspace.write(
            "Cargo.toml",
            "[workspace]\nmembers = [\"app\", \"queue\", \"none\"]\nresolver = \"3\"\n",
        );
        workspace.write("queue/Cargo.toml", &(manifest("queue") + &dependency()));
        workspace.write("queue/src/lib.rs", QUEUE);
        let queue = "queue = { path = \"../queue\" }\n";
        workspace.write("app/Cargo.toml", &(manifest("app") + &dependency() + queue));
        workspace.write("app/src/main.rs", APP);
        workspace.write("none/Cargo.toml", &manifest("none"));
        workspace.write("none/src/lib.rs", "");
        std::fs::copy(repository().join("Cargo.lock"), workspace.0.join("Cargo.lock"))
            .expect("a lock file");
        workspace
    }

    fn write(&self, file: &str, text: &str) {
        let path = self.0.join(file);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("a temporary folder");
        std::fs::write(path, text).expect("a file");
    }

    fn run(&self, arguments: &[&str]) -> Output {
        self.run_in("", arguments)
    }

    fn run_in(&self, folder: &str, arguments: &[&str]) -> Output {
        let mut command = self.command(env!("CARGO_BIN_EXE_cargo-defer"));
        command.arg("defer").args(arguments).current_dir(self.0.join(folder));
        command.output().expect("cargo-defer starts")
    }

    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        // All tests share what they build.
        let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("target");
        command.current_dir(&self.0).env("CARGO_TARGET_DIR", target).env_remove("DEFER_NOTES");
        command.env_remove("NO_COLOR").env_remove("CARGO_TERM_COLOR").env_remove("CLICOLOR_FORCE");
        command
    }

    /// What cargo makes of it, as a user calls it: the files, and whether they were there already.
    fn built(&self, arguments: &[&str]) -> Vec<(String, bool)> {
        let output = self.command("cargo").args(arguments).output().expect("cargo starts");
        assert!(output.status.success(), "{}", stderr(&output));
        artifacts(&output)
    }

    /// What it prints, with the exit code.
    fn shows(&self, arguments: &[&str], code: i32, expected: &Expect) {
        let output = self.run(arguments);
        expected.assert_eq(&String::from_utf8_lossy(&output.stdout));
        assert_eq!(output.status.code(), Some(code), "{}", stderr(&output));
    }

    /// What it complains of, with the exit code.
    fn complains(&self, arguments: &[&str], code: i32, message: &str) {
        let output = self.run(arguments);
        assert!(stderr(&output).contains(message), "{}", stderr(&output));
        assert_eq!(output.status.code(), Some(code), "{}", stderr(&output));
    }
}

fn manifest(name: &str) -> String {
    format!("[package]\nname = {name:?}\nversion = \"0.0.0\"\nedition = \"2024\"\n[dependencies]\n")
}

fn dependency() -> String {
    format!("defer-rt = {{ path = '{}' }}\n", repository().join("defer-rt").display())
}

fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the repository")
}

/// Of cargo's messages.
fn artifacts(output: &Output) -> Vec<(String, bool)> {
    let messages = String::from_utf8_lossy(&output.stdout).into_owned();
    let messages = messages.lines().map(|line| serde_json::from_str(line).expect("JSON"));
    let artifacts = messages.filter(|it: &serde_json::Value| it["reason"] == "compiler-artifact");
    let artifact = |it: serde_json::Value| (it["filenames"].to_string(), it["fresh"] == true);
    artifacts.map(artifact).collect()
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn the_report_is_the_same_cold_and_fresh() {
    let workspace = Workspace::new("report");
    let cold = workspace.run(&[]).stdout;
    expect![[r#"
        note: `many`: 0 of 4 sites open-coded, 4 stack-allocated
          --> app/src/main.rs:6:5
           |
         6 |     defer!(queue::log("a"));
           |     ^^^^^ stack-allocated: 4 defers × 5 returns = 20, open-coding allows 15
         7 |     let b = u16::try_from(n)?;
         8 |     defer!(queue::log("b"));
           |     ^^^^^ stack-allocated: 4 defers × 5 returns = 20, open-coding allows 15
         9 |     let c = i8::try_from(n)?;
        10 |     defer!(queue::log("c"));
           |     ^^^^^ stack-allocated: 4 defers × 5 returns = 20, open-coding allows 15
        11 |     let d = i16::try_from(n)?;
        12 |     defer!(queue::log("d"));
           |     ^^^^^ stack-allocated: 4 defers × 5 returns = 20, open-coding allows 15
           |
           = help: to have it open-coded, bundle related cleanups, or let exits share a return

        warning: `drain`: 0 of 2 sites open-coded, 1 stack-allocated, 1 heap-allocated
          --> queue/src/lib.rs:9:5
           |
         9 |     defer!(log("drained"));
           |     ^^^^^ stack-allocated: another defer of the function is in the loop at line 11
        ...
        13 |         defer! { println!("{upper}"); }
           |         ^^^^^ heap-allocated: in the loop at line 11; captures `upper`
           |
           = note: each turn of the loop keeps `upper` until `drain` returns
           = help: to have it open-coded, put `#[deferrable]` ahead of the loop: each turn then runs its defers at its end

        note: `first`: 0 of 1 site open-coded, 1 heap-allocated
          --> queue/src/lib.rs:22:9
           |
        22 |         defer! { println!("{name}"); }
           |         ^^^^^ heap-allocated: in the loop at line 21, which is always left in its first turn; captures `name`
           |
           = help: to have it open-coded, put `#[deferrable]` ahead of the loop: each turn then runs its defers at its end

        0 of 7 sites open-coded, 5 stack-allocated, 2 heap-allocated
    "#]].assert_eq(&String::from_utf8_lossy(&cold));
    assert_eq!(workspace.run(&["--workspace"]).stdout, cold);
}

#[test]
fn go_lines_of_all_targets() {
    let workspace = Workspace::new("go");
    workspace.shows(
        &["--go", "--all-targets"],
        0,
        &expect![[r#"
        app/src/main.rs:6:5: stack-allocated defer
        app/src/main.rs:8:5: stack-allocated defer
        app/src/main.rs:10:5: stack-allocated defer
        app/src/main.rs:12:5: stack-allocated defer
        app/src/main.rs:26:13: open-coded defer
        queue/src/lib.rs:9:5: stack-allocated defer
        queue/src/lib.rs:13:9: heap-allocated defer
        queue/src/lib.rs:22:9: heap-allocated defer
    "#]],
    );
    workspace.shows(
        &["--go", "queue"],
        0,
        &expect![[r#"
        queue/src/lib.rs:9:5: stack-allocated defer
        queue/src/lib.rs:13:9: heap-allocated defer
        queue/src/lib.rs:22:9: heap-allocated defer
    "#]],
    );
    let manifest = workspace.0.join("app/Cargo.toml");
    let manifest = manifest.to_str().expect("a path of text");
    workspace.shows(
        &["--go", "--sort=function", "--manifest-path", manifest],
        0,
        &expect![[r#"
            app/src/main.rs:6:5: stack-allocated defer
            app/src/main.rs:8:5: stack-allocated defer
            app/src/main.rs:10:5: stack-allocated defer
            app/src/main.rs:12:5: stack-allocated defer
        "#]],
    );
    workspace.shows(
        &["--go", "--only", "heap", "--path=queue", "--", "--quiet"],
        0,
        &expect![[r#"
            queue/src/lib.rs:13:9: heap-allocated defer
            queue/src/lib.rs:22:9: heap-allocated defer
        "#]],
    );
}

#[test]
fn colors_as_asked_for() {
    let workspace = Workspace::new("color");
    let colored = workspace.run(&["--color=always", "app", "--path", "app"]);
    let text = String::from_utf8_lossy(&colored.stdout).replace('\u{1b}', "^");
    expect![[r#"
        ^[1m^[92mnote^[0m^[1m: `many`: 0 of 4 sites open-coded, 4 stack-allocated^[0m
          ^[1m^[94m--> ^[0mapp/src/main.rs:6:5
           ^[1m^[94m|^[0m
        ^[1m^[94m 6^[0m ^[1m^[94m|^[0m     defer!(queue::log("a"));
           ^[1m^[94m|^[0m     ^[1m^[92m^^^^^^[0m ^[1m^[92mstack-allocated: 4 defers × 5 returns = 20, open-coding allows 15^[0m
        ^[1m^[94m 7^[0m ^[1m^[94m|^[0m     let b = u16::try_from(n)?;
        ^[1m^[94m 8^[0m ^[1m^[94m|^[0m     defer!(queue::log("b"));
           ^[1m^[94m|^[0m     ^[1m^[92m^^^^^^[0m ^[1m^[92mstack-allocated: 4 defers × 5 returns = 20, open-coding allows 15^[0m
        ^[1m^[94m 9^[0m ^[1m^[94m|^[0m     let c = i8::try_from(n)?;
        ^[1m^[94m10^[0m ^[1m^[94m|^[0m     defer!(queue::log("c"));
           ^[1m^[94m|^[0m     ^[1m^[92m^^^^^^[0m ^[1m^[92mstack-allocated: 4 defers × 5 returns = 20, open-coding allows 15^[0m
        ^[1m^[94m11^[0m ^[1m^[94m|^[0m     let d = i16::try_from(n)?;
        ^[1m^[94m12^[0m ^[1m^[94m|^[0m     defer!(queue::log("d"));
           ^[1m^[94m|^[0m     ^[1m^[92m^^^^^^[0m ^[1m^[92mstack-allocated: 4 defers × 5 returns = 20, open-coding allows 15^[0m
           ^[1m^[94m|^[0m
           ^[1m^[94m= ^[0m^[1mhelp^[0m: to have it open-coded, bundle related cleanups, or let exits share a return

        0 of 4 sites open-coded, 4 stack-allocated
    "#]].assert_eq(&text);
    let plain = workspace.run(&["--color=never"]);
    assert!(!stderr(&plain).contains('\u{1b}') && !plain.stdout.contains(&0x1b));
}

#[test]
fn json_and_sarif_are_for_tools() {
    let workspace = Workspace::new("tools");
    workspace.shows(&["--json", "-p", "queue", "--only", "heap"], 0, &expect![[r#"
        [
        {"file":"queue/src/lib.rs","line":13,"column":9,"width":5,"package":"queue","function":"drain","function_line":8,"function_end":17,"frame":0,"within":null,"mechanism":"heap","awaits":false,"reason":"in the loop at line 11","remedy":"put `#[deferrable]` ahead of the loop: each turn then runs its defers at its end","loop":{"line":11,"column":5,"once":false},"sites":2,"returns":[{"line":14,"column":74},{"line":16,"column":5}],"captures":[{"value":"upper","why":"a variable of an inner block"}]},
        {"file":"queue/src/lib.rs","line":22,"column":9,"width":5,"package":"queue","function":"first","function_line":20,"function_end":26,"frame":0,"within":null,"mechanism":"heap","awaits":false,"reason":"in the loop at line 21, which is always left in its first turn","remedy":"put `#[deferrable]` ahead of the loop: each turn then runs its defers at its end","loop":{"line":21,"column":5,"once":true},"sites":1,"returns":[{"line":23,"column":9},{"line":25,"column":5}],"captures":[{"value":"name","why":"a variable of an inner block"}]}
        ]
    "#]]);
    workspace.shows(
        &["--json", "-p", "none"],
        0,
        &expect![[r#"
        []
    "#]],
    );
    let sarif = workspace.run(&["--sarif", "-p", "queue", "--only", "heap"]).stdout;
    expect_file!["queue.sarif"].assert_eq(&String::from_utf8_lossy(&sarif));
}

#[test]
fn explain_tells_what_the_pass_saw() {
    let workspace = Workspace::new("explain");
    workspace.shows(
        &["explain", "queue/src/lib.rs:13"],
        0,
        &expect![[r#"
            note: `drain`, its own frame
              --> queue/src/lib.rs:9:5
               |
             9 |     defer!(log("drained"));
               |     ^^^^^ stack-allocated: another defer of the function is in the loop at line 11
            10 |     let mut count = 0;
            11 |     for name in names {
               |     - loop
            12 |         let upper = name.to_uppercase();
            13 |         defer! { println!("{upper}"); }
               |         ^^^^^ heap-allocated: in the loop at line 11
            14 |         count += name.parse::<usize>().map_err(|error| error.to_string())?;
               |                                                                          - return 1
            15 |     }
            16 |     Ok(count)
               |     - return 2

              sites    2
              returns  2
              product  4; open-coding allows 8 sites, and a product of 15
              loops    line 11
              9:5 stack-allocated, captures nothing by value
                  to have it open-coded, put `#[deferrable]` ahead of that loop: each turn then runs its defers at its end
              13:9 heap-allocated
                  captures `upper`: a variable of an inner block
                  to have it open-coded, put `#[deferrable]` ahead of the loop: each turn then runs its defers at its end

        "#]],
    );
    workspace.shows(
        &["explain", "app/src/main.rs:5"],
        0,
        &expect![[r#"
            note: `many`, its own frame
              --> app/src/main.rs:6:5
               |
             5 |     let a = u8::try_from(n)?;
               |                            - return 1
             6 |     defer!(queue::log("a"));
               |     ^^^^^ stack-allocated: 4 defers × 5 returns = 20, open-coding allows 15
             7 |     let b = u16::try_from(n)?;
               |                             - return 2
             8 |     defer!(queue::log("b"));
               |     ^^^^^ stack-allocated: 4 defers × 5 returns = 20, open-coding allows 15
             9 |     let c = i8::try_from(n)?;
               |                            - return 3
            10 |     defer!(queue::log("c"));
               |     ^^^^^ stack-allocated: 4 defers × 5 returns = 20, open-coding allows 15
            11 |     let d = i16::try_from(n)?;
               |                             - return 4
            12 |     defer!(queue::log("d"));
               |     ^^^^^ stack-allocated: 4 defers × 5 returns = 20, open-coding allows 15
            13 |     Ok(u32::from(a) + u32::from(b) + u32::from(c.unsigned_abs()) + u32::from(d.unsigned_abs()))
               |     - return 5

              sites    4
              returns  5
              product  20; open-coding allows 8 sites, and a product of 15
              loops    none has a site
              6:5 stack-allocated, captures nothing by value
                  to have it open-coded, bundle related cleanups, or let exits share a return
              8:5 stack-allocated, captures nothing by value
                  to have it open-coded, bundle related cleanups, or let exits share a return
              10:5 stack-allocated, captures nothing by value
                  to have it open-coded, bundle related cleanups, or let exits share a return
              12:5 stack-allocated, captures nothing by value
                  to have it open-coded, bundle related cleanups, or let exits share a return

        "#]],
    );
    workspace.complains(
        &["explain", "app/src/main.rs:1"],
        2,
        "no function with defers at app/src/main.rs:1",
    );
    workspace.complains(&["explain", "nowhere.rs:1"], 2, "is it the right file?");
    let expanded = workspace.run(&["explain", "queue/src/lib.rs:13", "--expand"]).stdout;
    let expanded = String::from_utf8_lossy(&expanded).into_owned();
    assert!(
        expanded.contains("    let __defer_ended = ::defer_rt::__private::after_each(\n"),
        "{expanded}"
    );
    workspace.complains(&["explain"], 2, "<PLACE>");
    workspace.complains(&["explain", "drained"], 2, "no function with defers at drained");
    workspace.complains(&["--go", "explain", "drain"], 2, "are for reports alone");
}

#[test]
fn bytes_of_a_heap_record_come_from_the_program() {
    let workspace = Workspace::new("bytes");
    let output = workspace.run(&["--bytes", "--json", "--path", "queue"]);
    let sites: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let bytes = |site: usize| sites[site]["record_bytes"].clone();
    let words = |count: usize| serde_json::json!([count * size_of::<usize>()]);
    // A `String`, and a reference.
    assert_eq!([bytes(0), bytes(1), bytes(2)], [serde_json::Value::Null, words(3), words(1)]);
    let explained = workspace.run(&["explain", "queue/src/lib.rs:13", "--bytes"]);
    let text = format!("{} bytes a record", 3 * size_of::<usize>());
    assert!(String::from_utf8_lossy(&explained.stdout).contains(&text), "{}", stderr(&explained));
}

#[test]
fn contracts_break_with_the_rule_the_numbers_and_the_rewrite() {
    let workspace = Workspace::new("contracts");
    let denied =
        workspace.run(&["--deny", "heap", "-p", "queue", "--path", "queue", "--only", "heap"]);
    assert_eq!(denied.status.code(), Some(1));
    let errors = stderr(&denied);
    let errors = &errors[errors.find("error: ").expect("an error")..];
    expect![[r#"
        error: heap-allocated defer, against --deny heap
          --> queue/src/lib.rs:13:9
           |
        13 |         defer! { println!("{upper}"); }
           |         ^^^^^ in the loop at line 11
           |
           = help: to have it open-coded, put `#[deferrable]` ahead of the loop: each turn then runs its defers at its end

        error: heap-allocated defer, against --deny heap
          --> queue/src/lib.rs:22:9
           |
        22 |         defer! { println!("{name}"); }
           |         ^^^^^ in the loop at line 21, which is always left in its first turn
           |
           = help: to have it open-coded, put `#[deferrable]` ahead of the loop: each turn then runs its defers at its end

        error: 2 sites against --deny heap
    "#]]
    .assert_eq(errors);
    workspace.complains(&["--deny=stack"], 1, "4 defers × 5 returns = 20, open-coding allows 15");
    workspace.complains(&["--max-heap=1"], 1, "against --max-heap 1, of 2");
    workspace.complains(&["--max-heap=2", "--deny", "stack", "-p", "none"], 0, "no defers");
    workspace.complains(
        &["--deny=heap,stack"],
        1,
        "error: 2 sites against --deny heap; 5 sites against --deny stack",
    );
    workspace.complains(&["--deny", "heep"], 2, "invalid value 'heep'");
}

#[test]
fn a_baseline_lets_nothing_get_worse() {
    let workspace = Workspace::new("baseline");
    let baseline = ["--baseline", "defers.json"];
    workspace.complains(&baseline, 2, "`--update-baseline` writes one");
    workspace.complains(&["--update-baseline"], 2, "--baseline <FILE>");
    workspace.complains(&[&baseline[..], &["--update-baseline"]].concat(), 0, "wrote defers.json");
    let written = std::fs::read_to_string(workspace.0.join("defers.json")).expect("a baseline");
    expect![[r#"
        {
          "app/src/main.rs::many": {
            "stack": [
              "defer!(queue::log(\"a\"));",
              "defer!(queue::log(\"b\"));",
              "defer!(queue::log(\"c\"));",
              "defer!(queue::log(\"d\"));"
            ]
          },
          "queue/src/lib.rs::drain": {
            "stack": [
              "defer!(log(\"drained\"));"
            ],
            "heap": [
              "defer! { println!(\"{upper}\"); }"
            ]
          },
          "queue/src/lib.rs::first": {
            "heap": [
              "defer! { println!(\"{name}\"); }"
            ]
          }
        }
    "#]]
    .assert_eq(&written);
    assert_eq!(workspace.run(&baseline).status.code(), Some(0));

    // Lines move, and nothing is worse.
    workspace.write("queue/src/lib.rs", &format!("\n\n{QUEUE}"));
    assert_eq!(workspace.run(&baseline).status.code(), Some(0));
    let more = QUEUE.replace(
        "        return Some(name);",
        "        defer!(log(name));\n        return Some(name);",
    );
    workspace.write("queue/src/lib.rs", &more);
    let worse = workspace.run(&baseline);
    assert_eq!(worse.status.code(), Some(1));
    let errors = stderr(&worse);
    let errors = &errors[errors.find("error: ").expect("an error")..];
    expect![[r#"
        0 of 8 sites open-coded, 5 stack-allocated, 3 heap-allocated
        error: heap-allocated defer, against the baseline, which has 1 heap-allocated in `first`
          --> queue/src/lib.rs:23:9
           |
        23 |         defer!(log(name));
           |         ^^^^^ in the loop at line 21, which is always left in its first turn
           |
           = help: to have it open-coded, put `#[deferrable]` ahead of the loop: each turn then runs its defers at its end

        error: 1 site against the baseline
         |
         = help: `--update-baseline` takes what there is now for the baseline
    "#]].assert_eq(&format!("{}{errors}", String::from_utf8_lossy(&worse.stdout)));
    workspace.write("defers.json", "{");
    workspace.complains(&baseline, 2, "defers.json is no baseline");
}

#[test]
fn what_is_shown_makes_no_difference_to_contracts() {
    let workspace = Workspace::new("filters");
    workspace.complains(&["--deny", "heap", "--only", "open-coded"], 1, "against --deny heap");
    workspace.complains(&["--deny", "heap", "--path", "nowhere"], 1, "none of 7 sites is what");
    workspace.complains(&["--deny", "open-coded"], 2, "[possible values: stack, heap, await]");
    let update = ["--update-baseline", "--baseline=b.json", "--only=stack", "--max-heap=0"];
    workspace.complains(&update, 1, "wrote b.json");
    assert_eq!(workspace.run(&["--baseline=b.json"]).status.code(), Some(0));
}

#[test]
fn functions_of_the_same_name_have_baselines_of_their_own() {
    let workspace = Workspace::new("names");
    let new = |body: &str| format!("#[defer_rt::deferrable] pub fn new() {{ {body} }}");
    let (heap, open) = (new("for _ in 0..2 { defer!(drop(1)); }"), new("defer!(drop(1));"));
    let source =
        |a: &str, b: &str| format!("struct A; struct B;\nimpl A {{\n{a}\n}}\nimpl B {{\n{b}\n}}\n");
    workspace.write("queue/src/lib.rs", &source(&open, &heap));
    let baseline = ["-p", "queue", "--baseline=b.json"];
    workspace.complains(&[&baseline[..], &["--update-baseline"]].concat(), 0, "wrote");
    assert_eq!(workspace.run(&baseline).status.code(), Some(0));
    workspace.write("queue/src/lib.rs", &source(&heap, &open));
    workspace.complains(&baseline, 1, "which has 0 heap-allocated in `new`");
}

#[test]
fn turns_and_blocks_are_frames_with_a_place() {
    let workspace = Workspace::new("marked");
    let source = "use defer_rt::deferrable;\n#[deferrable]\npub fn f(n: u32) {\n    #[deferrable]\n    \
        for i in 0..n {\n        defer! { println(i); }\n    }\n    #[deferrable]\n    { defer!(println(n)); }\n}\n\
        fn println(_: u32) {}\n";
    workspace.write("queue/src/lib.rs", source);
    let shows = |line: &str, place: &str| {
        let output = workspace.run(&["-p", "queue", "explain", line]);
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(text.contains(place), "{text}");
    };
    shows("queue/src/lib.rs:6", "`f`, a turn of the loop at line 5");
    shows("queue/src/lib.rs:9", "`f`, the block at line 9");
}

#[test]
fn what_is_never_reached_is_said_to_be() {
    let workspace = Workspace::new("never");
    let source = "#[defer_rt::deferrable]\npub fn f() {\n    defer!(println());\n    if false {\n        \
        defer!(println());\n    }\n}\nfn println() {}\n";
    workspace.write("queue/src/lib.rs", source);
    workspace.shows(
        &["-p", "queue", "-v"],
        0,
        &expect![[r#"
        note: `f`: 1 of 1 site open-coded, 1 never reached
         --> queue/src/lib.rs:3:5
          |
        3 |     defer!(println());
          |     ^^^^^ open-coded: 1 defer, 0 returns, no loop
        4 |     if false {
        5 |         defer!(println());
          |         ^^^^^ never reached

        1 of 1 site open-coded, 1 never reached
    "#]],
    );
    workspace.shows(
        &["-p", "queue", "--go"],
        0,
        &expect![[r#"
        queue/src/lib.rs:3:5: open-coded defer
    "#]],
    );
    workspace.shows(
        &["-p", "queue", "explain", "queue/src/lib.rs:5"],
        0,
        &expect![[r#"
        note: `f`, its own frame
         --> queue/src/lib.rs:3:5
          |
        3 |     defer!(println());
          |     ^^^^^ open-coded: 1 defer, 0 returns, no loop
        4 |     if false {
        5 |         defer!(println());
          |         ^^^^^ never reached

          sites    1
          returns  0
          product  0; open-coding allows 8 sites, and a product of 15
          loops    none has a site
          3:5 open-coded, captures nothing by value
          5:9 never reached, captures nothing by value

    "#]],
    );
    workspace.complains(&["-p", "queue", "--deny=heap,stack", "--sarif"], 0, "");
}

#[test]
fn paths_are_understood_as_typed() {
    let workspace = Workspace::new("paths");
    let shows = |folder: &str, arguments: &[&str], text: &str| {
        let output = workspace.run_in(folder, arguments);
        let shown = String::from_utf8_lossy(&output.stdout);
        assert!(shown.contains(text), "{shown}\n{}", stderr(&output));
    };
    let absolute = workspace.0.join("queue/src/lib.rs:13");
    shows("", &["explain", absolute.to_str().expect("text")], "`drain`");
    shows("queue", &["explain", "./src/lib.rs:13:9"], "`drain`");
    shows("queue/src", &["explain", "../../app/src/main.rs:6", "--workspace"], "`many`");
    shows("queue", &["explain", "queue/src/lib.rs:13"], "`drain`");
    shows("queue", &["--go", "--path", "./src"], "queue/src/lib.rs:9:5");
    shows("app", &["--go", "--path", "../queue", "--workspace"], "queue/src/lib.rs:9:5");
    workspace.complains(
        &["explain", "app/src/main.rs:18"],
        2,
        "is it behind a feature, or in a test?",
    );
    shows("", &["explain", "--help"], "Exit codes");
}

#[test]
fn errors_are_those_that_cargo_users_expect() {
    let workspace = Workspace::new("errors");
    workspace.complains(&["--frobnicate"], 2, "unexpected argument '--frobnicate'");
    workspace.complains(&["--go", "--json"], 2, "cannot be used with '--json'");
    workspace.complains(&["--sarif", "--message-format=json"], 2, "cannot be used with");
    workspace.complains(&["-q", "-v"], 2, "cannot be used with");
    workspace.complains(&["-p", "defer-rt"], 2, "`defer-rt` is not a package of the workspace");
    workspace.complains(&["-p", "nobody"], 101, "nobody");
    workspace.complains(&["-p", "none"], 0, "no defers: none of what was built has a `defer!`");
    workspace.complains(&["--manifest-path", "gone/Cargo.toml"], 2, "gone/Cargo.toml");
    workspace.write("none/src/lib.rs", "fn broken( {}");
    workspace.complains(&["-p", "none"], 101, "could not compile `none`");
    let help = workspace.run(&["--help"]);
    assert!(help.status.success() && String::from_utf8_lossy(&help.stdout).contains("Exit codes"));
}

#[test]
fn usual_builds_stay_fresh_and_their_dependencies_are_shared() {
    let workspace = Workspace::new("fresh");
    // A package that defers, and is not of the workspace.
    let members = "members = [\"app\", \"queue\"]\nexclude = [\"aside\"]\nresolver = \"3\"\n";
    workspace.write("Cargo.toml", &format!("[workspace]\n{members}"));
    workspace.write("aside/Cargo.toml", &(manifest("aside") + &dependency()));
    workspace.write("aside/src/lib.rs", QUEUE);
    let aside = "queue = { path = \"../queue\" }\naside = { path = \"../aside\" }\n";
    workspace.write("app/Cargo.toml", &(manifest("app") + &dependency() + aside));

    let check = ["check", "--workspace", "--message-format=json"];
    let build = ["build", "--workspace", "--message-format=json"];
    let checked = workspace.built(&check);
    workspace.built(&build);
    let ours = artifacts(&workspace.run(&["--message-format=json"]));
    assert!(workspace.run(&["--bytes"]).status.success());

    let of = |name: &str, artifacts: &[(String, bool)]| {
        let files = artifacts.iter().find(|(files, _)| files.contains(name));
        files.expect("it is built").0.clone()
    };
    for shared in ["libdefer_rt-", "libaside-"] {
        assert_eq!(of(shared, &ours), of(shared, &checked));
    }
    assert_ne!(of("libqueue-", &ours), of("libqueue-", &checked));
    for arguments in [check, build] {
        let again = workspace.built(&arguments);
        assert!(again.iter().all(|(_, fresh)| *fresh), "{again:?}");
    }
}

#[test]
fn a_package_that_was_seen_as_a_dependency_is_told_of_later() {
    let workspace = Workspace::new("seen");
    workspace.write("queue/src/lib.rs", &format!("{QUEUE}\n// never seen before\n"));
    let app = workspace.run(&["--go", "-p", "app"]);
    assert!(!String::from_utf8_lossy(&app.stdout).contains("queue/src/lib.rs"));
    let all = workspace.run(&["--go"]);
    assert!(
        String::from_utf8_lossy(&all.stdout).contains("queue/src/lib.rs:9:5"),
        "{}",
        stderr(&all)
    );
    workspace.complains(
        &["--deny=heap", "--workspace", "--exclude=app"],
        1,
        "2 sites against --deny heap",
    );
}

const ASYNC: &str = r#"use defer_rt::deferrable;

pub async fn later() {}

#[deferrable]
pub async fn say(n: u32) -> u32 {
    defer!(later().await);
    defer! { println!("{n}"); }
    n
}
"#;

#[test]
fn what_is_open_coded_is_shown_if_asked_for() {
    let workspace = Workspace::new("quiet");
    workspace.write("queue/src/lib.rs", ASYNC);
    let app = APP.replace("queue::log", "print");
    let app = app.replace("(many(3), queue::drain(vec![]), queue::first(&[]))", "many(3)");
    workspace.write("app/src/main.rs", &format!("{app}\nfn print(_: &str) {{}}\n"));
    let summary =
        "2 of 6 sites open-coded, 4 stack-allocated; 1 not run if the future is dropped\n";
    let shown =
        |arguments: &[&str]| String::from_utf8_lossy(&workspace.run(arguments).stdout).into_owned();
    let usual = shown(&[]);
    assert!(
        usual.contains("`many`") && !usual.contains("`say`") && usual.ends_with(summary),
        "{usual}"
    );
    assert_eq!(shown(&["-q"]), summary);
    assert!(shown(&["-v"]).contains("`say`") && shown(&["--only=open-coded"]).contains("`say`"));
    assert_eq!(stderr(&workspace.run(&["--quiet"])), "");

    let denied = workspace.run(&["--deny=await", "-q"]);
    assert_eq!(
        (denied.status.code(), String::from_utf8_lossy(&denied.stdout).as_ref()),
        (Some(1), summary)
    );
    expect![[r#"
        error: defer with `.await`, against --deny await
         --> queue/src/lib.rs:7:5
          |
        7 |     defer!(later().await);
          |     ^^^^^ not run if the future is dropped
          |
          = help: defer a call that does not wait, such as one that spawns a task

        error: 1 site against --deny await
    "#]]
    .assert_eq(&stderr(&denied));
}

#[test]
fn functions_and_files_can_be_explained() {
    let workspace = Workspace::new("functions");
    let titles = |arguments: &[&str]| {
        let output = workspace.run(&[&["explain"], arguments].concat());
        let shown = String::from_utf8_lossy(&output.stdout).into_owned();
        shown
            .lines()
            .filter(|line| line.starts_with("note: "))
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    let (drain, first) = ("note: `drain`, its own frame", "note: `first`, its own frame");
    assert_eq!(titles(&["drain"]), [drain]);
    assert_eq!(titles(&["queue/src/lib.rs"]), [drain, first]);
    // Of another package than those that are meant.
    assert_eq!(titles(&["first", "-p", "app"]), [first]);
}

#[test]
fn what_async_functions_become_is_formatted() {
    let workspace = Workspace::new("async");
    workspace.write("queue/src/lib.rs", ASYNC);
    let output = workspace.run(&["explain", "say", "--expand", "-p", "queue"]).stdout;
    let expanded = String::from_utf8_lossy(&output);
    assert!(expanded.contains("::defer_rt::__private::pin!(async {\n"), "{expanded}");
    let longest = expanded.lines().map(str::len).max();
    assert!(longest < Some(120) && !expanded.contains("__defer_bang"), "{longest:?}: {expanded}");
}

#[test]
fn formats_are_those_of_cargo_too() {
    let workspace = Workspace::new("formats");
    let shown =
        |arguments: &[&str]| String::from_utf8_lossy(&workspace.run(arguments).stdout).into_owned();
    assert_eq!(shown(&["--message-format=short"]), shown(&["--go"]));
    assert_eq!(shown(&["--message-format", "sarif"]), shown(&["--sarif"]));
    assert_eq!(shown(&["--message-format=human"]), shown(&[]));
    let lines = shown(&["--message-format=json"]);
    let messages = lines.lines().map(|line| serde_json::from_str(line).expect("JSON"));
    let messages: Vec<serde_json::Value> = messages.collect();
    let of = |reason: &str| messages.iter().filter(|it| it["reason"] == reason).collect::<Vec<_>>();
    assert_eq!(of("build-finished")[0]["success"], true);
    assert_eq!(of("defer-site").len(), 7);
    assert_eq!(of("defer-site")[0]["site"]["package"], "app");
    workspace.write("none/src/lib.rs", "fn broken( {}");
    let broken = workspace.run(&["--message-format=json", "none"]);
    assert!(String::from_utf8_lossy(&broken.stdout).contains(r#""reason":"compiler-message""#));
    assert_eq!(broken.status.code(), Some(101));
    workspace.complains(&["--message-format=short", "none"], 101, "none/src/lib.rs:1:14: error: ");
}

#[test]
fn shells_complete_the_arguments() {
    let workspace = Workspace::new("shells");
    for (shell, text) in [
        ("bash", "complete -F"),
        ("zsh", "#compdef cargo-defer"),
        ("fish", "complete -c cargo-defer"),
    ] {
        let script =
            String::from_utf8_lossy(&workspace.run(&["completions", shell]).stdout).into_owned();
        assert!(script.contains(text) && script.contains("update-baseline"), "{script}");
    }
}

/// The source and each command of the page, with what is shown there.
#[test]
fn the_readme_shows_what_there_is() {
    let workspace = Workspace::new("readme");
    let page = include_str!("../README.md");
    let block = |text: &str| text.split("```\n").next().expect("it ends").to_owned();
    let source = page.split("```rust\n").nth(1).map(block).expect("the source");
    workspace.write("queue/src/lib.rs", &source);
    workspace.write("Cargo.toml", "[workspace]\nmembers = [\"queue\"]\nresolver = \"3\"\n");
    let commands: Vec<String> = page.split("```console\n").skip(1).map(block).collect();
    assert_eq!(commands.len(), 4);
    for command in commands {
        let (typed, shown) = command.split_once('\n').expect("what is shown");
        let arguments = typed.strip_prefix("$ cargo defer").expect("a command");
        let output = workspace.run(&arguments.split_whitespace().collect::<Vec<_>>());
        let errors = stderr(&output);
        let errors = errors.find("error: ").map_or("", |at| &errors[at..]);
        let all = format!("{}{errors}", String::from_utf8_lossy(&output.stdout));
        assert_eq!(all.trim_end(), shown.trim_end(), "{typed}");
    }
}
