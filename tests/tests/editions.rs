//! Crates of older editions: what closures capture there is more, and must not be seen.

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
