//! The notes as a user sees them: cargo is run on a package of its own, with `DEFER_NOTES` set and not.

use std::process::Output;

use defer_tests::package::{Package, succeeded};

const MAIN: &str = r#"use defer_rt::deferrable;

#[deferrable]
fn classified(n: u32) {
    defer!(drop(n.to_string()));
    for i in 0..n {
        let text = format!("\"{i}\"");
        defer! { drop(text); }
    }
    let _ = || {
        defer!(main());
    };
}

fn main() {
    classified(1);
}
"#;

const PLAIN: &str = "\
src/main.rs:5:5: stack-allocated defer
src/main.rs:8:9: heap-allocated defer
src/main.rs:11:9: open-coded defer
";

const EXPLAINED: &str = "\
src/main.rs:5:5: stack-allocated defer: another defer of the function is in the loop at line 6; \
captures `n.to_string()` by value; to have it open-coded, put `#[deferrable]` ahead of that loop: \
each turn then runs its defers at its end
src/main.rs:8:9: heap-allocated defer: in the loop at line 6; captures `text` by value; \
to have it open-coded, put `#[deferrable]` ahead of the loop: each turn then runs its defers at its end
src/main.rs:11:9: open-coded defer: 1 defer, 0 returns, no loop
";

/// What was said of the source, without cargo's own lines.
fn notes(output: &Output) -> String {
    let (_, stderr) = succeeded(output);
    let ours = |line: &&str| line.starts_with("src/main.rs:") || line.starts_with(" {");
    stderr.lines().filter(ours).map(|line| line.to_owned() + "\n").collect()
}

#[test]
fn notes_follow_the_environment() {
    let package = Package::new(env!("CARGO_TARGET_TMPDIR"), "notes", MAIN);
    let check = |value: &str| notes(&package.cargo(&["check"], &[("DEFER_NOTES", value)]));
    let silent = || notes(&package.cargo(&["check"], &[]));

    assert_eq!(silent(), "");
    assert_eq!(check("1"), PLAIN, "the variable changed: built anew");
    assert_eq!(check("1"), PLAIN, "nothing changed: replayed");
    assert_eq!(check("2"), EXPLAINED);
    assert_eq!(check("all"), PLAIN);
    assert_eq!(check("2,all"), EXPLAINED);
    assert_eq!(check("0"), "");
    assert_eq!(silent(), "");
}

#[test]
fn a_contract_for_a_whole_build() {
    let package = Package::new(env!("CARGO_TARGET_TMPDIR"), "deny", MAIN);
    for (value, message) in [
        ("heap", "heap-allocated defer, which `deny(heap)` forbids: in the loop at line 6"),
        ("await, stack", "stack-allocated defer, which `deny(stack)` forbids"),
        ("heep", "`DEFER_DENY` says `heep`"),
    ] {
        let output = package.cargo(&["check"], &[("DEFER_DENY", value)]);
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert!(!output.status.success() && stderr.contains(message), "{stderr}");
    }
    let _ = succeeded(&package.cargo(&["check"], &[("DEFER_DENY", "await")]));
}

#[test]
fn a_word_that_notes_do_not_have_is_an_error() {
    let package = Package::new(env!("CARGO_TARGET_TMPDIR"), "notes-words", MAIN);
    for (value, message) in [
        ("true", "`DEFER_NOTES` says `true`: notes are `1`, `2`, `json` or `warn`"),
        ("2, al", "`DEFER_NOTES` says `al`"),
    ] {
        let output = package.cargo(&["check"], &[("DEFER_NOTES", value)]);
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert!(!output.status.success() && stderr.contains(message), "{stderr}");
    }
}

#[test]
fn what_is_captured_is_shown_as_written() {
    let main = "#[defer_rt::deferrable]
fn main() {
    let pair = (1, 2.0);
    for i in 0..2_i32 {
        defer!(log(vec![i; 2].len(), format!(\"{i}{}\", i.pow(2)), -pair.1, pair . 0+ i, {
            i << 2
        }));
    }
}
fn log(_: usize, _: String, _: f64, _: i32, _: i32) {}
";
    let package = Package::new(env!("CARGO_TARGET_TMPDIR"), "notes-written", main);
    let notes = notes(&package.cargo(&["check"], &[("DEFER_NOTES", "2")]));
    let captured = "captures `vec![i; 2].len()`, `format!(\"{i}{}\", i.pow(2))`, `-pair.1`, \
        `pair . 0+ i`, `{ i << 2 }` by value";
    assert!(notes.contains(captured), "{notes}");
}

#[test]
fn notes_can_be_json() {
    let package = Package::new(env!("CARGO_TARGET_TMPDIR"), "notes-json", MAIN);
    let text = notes(&package.cargo(&["check"], &[("DEFER_NOTES", "json")]));
    let notes: Vec<serde_json::Value> =
        text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert_eq!(notes.len(), 3);
    let expected = serde_json::json!({
        "package": "notes-json",
        "file": "src/main.rs",
        "line": 8,
        "column": 9,
        "width": 5,
        "function": "classified",
        "function_line": 4,
        "function_end": 13,
        "frame": 0,
        "within": null,
        "mechanism": "heap",
        "awaits": false,
        "reason": "in the loop at line 6",
        "remedy": "put `#[deferrable]` ahead of the loop: each turn then runs its defers at its end",
        "loop": { "line": 6, "column": 5, "once": false },
        "sites": 2,
        "returns": [],
        "captures": [{ "value": "text", "why": "a variable of an inner block" }],
    });
    assert_eq!(notes[1], expected);
}

/// The remedy, taken: each site is counted in the frame of its turn.
#[test]
fn the_remedy_for_a_loop_does_what_it_says() {
    let source = MAIN.replace("    for ", "    #[deferrable]\n    for ");
    assert_ne!(source, MAIN);
    let package = Package::new(env!("CARGO_TARGET_TMPDIR"), "notes-marked", &source);
    let text = notes(&package.cargo(&["check"], &[("DEFER_NOTES", "1")]));
    assert!(text.lines().all(|line| line.ends_with(": open-coded defer")), "{text}");
    let text = notes(&package.cargo(&["check"], &[("DEFER_NOTES", "json")]));
    let within = text.lines().filter(|line| line.contains("a turn of the loop at line 7"));
    assert_eq!(within.count(), 1, "{text}");
}

#[test]
fn an_editor_gets_warnings_at_the_sites() {
    let package = Package::new(env!("CARGO_TARGET_TMPDIR"), "notes-editor", MAIN);
    let check = ["check", "--message-format=json"];
    let (stdout, _) = succeeded(&package.cargo(&check, &[("DEFER_NOTES", "warn")]));
    let messages = stdout.lines().filter_map(|line| {
        let message: serde_json::Value = serde_json::from_str(line).ok()?;
        let message = message.get("message")?;
        let span = message["spans"].get(0)?;
        let at =
            ["line_start", "column_start", "line_end", "column_end"].map(|of| span[of].as_u64());
        let level = message["level"].as_str()?.to_owned();
        Some((
            level,
            at.map(Option::unwrap_or_default),
            message["children"][0]["message"].to_string(),
        ))
    });
    let messages: Vec<_> = messages.collect();
    let places: Vec<_> = messages.iter().map(|(level, at, _)| (level.as_str(), *at)).collect();
    let warned = |line, from| ("warning", [line, from, line, from + 5]);
    assert_eq!(places, [warned(5, 5), warned(8, 9), warned(11, 9)]);
    assert!(messages[1].2.contains("heap-allocated defer: in the loop at line 6"), "{messages:?}");
}

#[test]
fn notes_are_for_the_packages_being_built() {
    let notes = |environment: &[(&str, &str)], name| {
        let package = Package::new(env!("CARGO_TARGET_TMPDIR"), name, "fn main() { user::f(); }");
        package
            .depend_on("user", "#[defer_rt::deferrable]\npub fn f() {\n    defer!(drop(1));\n}\n");
        let (_, stderr) = succeeded(&package.cargo(&["check"], environment));
        stderr.lines().any(|line| line.ends_with("lib.rs:3:5: open-coded defer"))
    };
    assert!(!notes(&[("DEFER_NOTES", "1")], "notes-of-dependencies"));
    assert!(notes(&[("DEFER_NOTES", "all")], "notes-of-all"));
}
