//! Crates of older editions: what closures capture there is more, and must not be seen.

use std::process::Command;

use defer_tests::package::{Package, succeeded};

const MAIN: &str = r#"
use defer_rt::deferrable;
use std::convert::TryFrom;

struct List { items: Vec<u32>, log: Vec<&'static str> }

impl List {
    #[deferrable]
    fn push(&mut self, item: u32) -> &mut Self {
        defer!(say("pushed"));
        self.items.push(item);
        self
    }

    #[deferrable]
    fn last(&mut self) -> Option<&mut u32> {
        if self.items.is_empty() {
            defer!(say("nothing"));
        }
        self.items.last_mut()
    }

    #[deferrable]
    fn of_two_fields(&mut self) -> &u32 {
        defer! { self.log.push("deferred"); }
        &self.items[0]
    }

    #[deferrable]
    fn joins(&mut self, fails: bool) -> Result<&mut Vec<u32>, String> {
        defer! { check(&mut self.log, fails)?; }
        defer!(|outcome| {
            check(&mut self.log, outcome.is_failure())?;
        });
        for _ in 0..2 {
            defer!(say("one"));
            defer! { self.log.push("other"); }
        }
        Ok(&mut self.items)
    }

    #[deferrable]
    async fn waits(&mut self) -> Result<&mut Vec<u32>, String> {
        defer! {
            std::future::ready(()).await;
            check(&mut self.log, false)?;
        }
        Ok(&mut self.items)
    }

    #[deferrable]
    async fn later(&mut self) -> &mut Self {
        defer!(say("waited"));
        std::future::ready(()).await;
        self.items.push(9);
        self
    }
}

fn check(log: &mut Vec<&'static str>, fails: bool) -> Result<(), String> {
    log.push("checked");
    if fails { Err("failed".into()) } else { Ok(()) }
}

fn say(what: &str) { println!("{}", what); }

fn main() {
    let mut list = List { items: Vec::new(), log: Vec::new() };
    list.last();
    *list.push(1).push(2).last().unwrap() += u32::try_from(5).unwrap();
    println!("{}", list.of_two_fields());
    println!("{:?}", list.items);
    println!("{:?}", list.log);
    println!("{:?} {:?}", list.joins(false).is_ok(), list.joins(true).is_ok());
    println!("{}", list.log.len());
    let mut future = Box::pin(list.waits());
    let mut cx = std::task::Context::from_waker(std::task::Waker::noop());
    assert!(std::future::Future::poll(future.as_mut(), &mut cx).is_ready());
    drop(future);
    let mut future = Box::pin(list.later());
    let mut cx = std::task::Context::from_waker(std::task::Waker::noop());
    assert!(std::future::Future::poll(future.as_mut(), &mut cx).is_ready());
}
"#;

#[test]
fn methods_return_what_they_borrow() {
    for edition in ["2018", "2021", "2024"] {
        let package = Package::new(env!("CARGO_TARGET_TMPDIR"), &format!("e{edition}"), MAIN);
        package.with_edition(edition);
        let (stdout, _) = succeeded(&package.cargo(&["run", "--quiet"], &[]));
        let expected = "nothing\npushed\npushed\n1\n[1, 7]\n[\"deferred\"]\none\none\none\none\ntrue false\n9\nwaited\n";
        assert_eq!(stdout, expected, "{edition}");
    }
}

const OLDEST: &str = r#"
extern crate defer_rt;
use defer_rt::deferrable;

struct List { items: Vec<u32>, log: Vec<&'static str> }

impl List {
    #[deferrable]
    fn push(&mut self, item: u32) -> &mut Self {
        defer!(say("pushed"));
        self.items.push(item);
        self
    }

    #[deferrable]
    fn first(&mut self, fails: bool) -> Result<&mut u32, String> {
        defer! { self.log.push("deferred"); }
        for item in self.items.clone() {
            let mut text = item.to_string();
            defer! { println!("{}", text); }
            text.push('.');
        }
        if fails { Err("failed".to_string())?; }
        Ok(&mut self.items[0])
    }
}

fn say(what: &str) { println!("{}", what); }

fn main() {
    let mut list = List { items: Vec::new(), log: Vec::new() };
    list.push(1).push(2);
    *list.first(false).unwrap() += 5;
    let failed = list.first(true).is_err();
    println!("{:?} {} {:?}", list.items, failed, list.log);
}
"#;

/// However the edition is said, and if it is not said at all.
const EDITIONS: [&[&str]; 7] = [
    &[],
    &["--edition", "2015"],
    &["--edition=2015"],
    &["--edition", "2018"],
    &["--edition=2018"],
    &["--edition", "2021"],
    &["--edition=2024"],
];

/// Two mistakes, of which one is found where the code is written anew.
const MISTAKEN: &str = "
extern crate defer_rt;
use defer_rt::deferrable;

fn check() -> Result<(), String> { Ok(()) }

#[deferrable]
fn unwraps() { defer!(check().unwrap()); }

#[deferrable]
fn changes() { for i in 0..2 { let n = i; defer! { println!(\"{}\", n); } n += 1; } }

fn main() { unwraps(); changes(); }
";

#[test]
fn without_cargo() {
    let package = Package::new(env!("CARGO_TARGET_TMPDIR"), "editions_by_rustc", MAIN);
    let _ = succeeded(&package.cargo(&["build", "--quiet"], &[]));
    let library = package.newest("debug/deps/libdefer_rt-", ".rlib");
    let dependencies = library.parent().expect("a folder of libraries").to_owned();
    package.add("oldest.rs", OLDEST);
    package.add("mistaken.rs", MISTAKEN);
    for edition in EDITIONS {
        let program = package.path("oldest");
        let compile = |file: &str| {
            Command::new("rustc")
                .args(edition)
                .arg(package.path(file))
                .arg("-o")
                .arg(&program)
                .arg("--extern")
                .arg(format!("defer_rt={}", library.display()))
                .arg("-L")
                .arg(&dependencies)
                .output()
                .expect("rustc starts")
        };
        let _ = succeeded(&compile("oldest.rs"));
        let (stdout, _) = succeeded(&Command::new(&program).output().expect("the program starts"));
        let expected = "pushed\npushed\n2.\n1.\n2.\n6.\n[6, 2] true [\"deferred\", \"deferred\"]\n";
        assert_eq!(stdout, expected, "{edition:?}");
        let said = String::from_utf8_lossy(&compile("mistaken.rs").stderr).into_owned();
        for words in ["only `.unwrap()` would be called", "`n` is not declared as mutable"] {
            assert!(said.contains(words), "{edition:?} {said}");
        }
    }
}
