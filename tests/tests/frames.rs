//! Every kind of function and closure that can be a frame, and every way out of one.
#![allow(clippy::all, clippy::pedantic, reason = "the programs are odd on purpose")]

use std::fmt::{Debug, Display};

use defer_rt::deferrable;
use defer_tests::log::{Log, add, said};

struct Account {
    balance: i64,
    names: Vec<String>,
}

impl Account {
    #[deferrable]
    fn new(log: &Log) -> Self {
        defer!(add(log, "new"));
        Self { balance: 1, names: vec!["a".into()] }
    }

    #[deferrable]
    fn shared(&self, log: &Log) -> &str {
        defer! { add(log, self.balance); }
        &self.names[0]
    }

    #[deferrable]
    fn exclusive(&mut self, log: &Log) -> &mut String {
        defer! { self.balance += 1; add(log, self.balance); }
        if self.names.is_empty() {
            self.names.push(String::new());
        }
        &mut self.names[0]
    }

    #[deferrable]
    fn named<'a>(
        &'a mut self,
        other: &'a mut String,
        log: &Log,
    ) -> impl Iterator<Item = &'a mut String> {
        if self.balance > 0 {
            let text = "named";
            defer!(add(log, text));
        }
        self.names.iter_mut().chain(std::iter::once(other))
    }

    #[deferrable]
    fn by_value(mut self, log: &Log) -> i64 {
        defer! { add(log, self.balance); }
        self.balance *= 2;
        self.balance
    }

    #[deferrable]
    fn boxed(
        self: Box<Self>,
        log: &Log,
    ) -> Result<impl Iterator<Item = String>, Box<dyn std::error::Error>> {
        defer! { add(log, "boxed"); }
        let n: i64 = "7".parse()?;
        if n == 8 {
            return Err("eight".into());
        }
        Ok(self.names.into_iter().chain([n.to_string()]))
    }
}

#[test]
fn methods() {
    let log = Log::default();
    let mut account = Account::new(&log);
    assert_eq!(account.shared(&log), "a");
    account.exclusive(&log).push('b');
    let mut other = "c".to_string();
    assert_eq!(account.named(&mut other, &log).map(|s| s.clone()).collect::<String>(), "abc");
    assert_eq!(Account { balance: 4, names: Vec::new() }.by_value(&log), 8);
    let boxed = Box::new(account).boxed(&log).expect("seven");
    assert_eq!(boxed.collect::<Vec<_>>(), ["ab", "7"]);
    assert_eq!(said(&log), "new 1 2 named 8 boxed");
}

trait Job {
    const NAME: &'static str;

    fn log(&self) -> &Log;

    #[deferrable]
    fn run(&self) -> u32
    where
        Self: Sized,
    {
        defer!(add(self.log(), Self::NAME));
        self.work(3u8)
    }

    fn work<T: Debug + Into<u32>>(&self, input: T) -> u32;
}

impl Job for Log {
    const NAME: &'static str = "job";

    fn log(&self) -> &Log {
        self
    }

    #[deferrable]
    fn work<T: Debug + Into<u32>>(&self, input: T) -> u32 {
        defer!(add(self, "work"));
        input.into() + 1
    }
}

#[deferrable]
fn generic<const N: usize, T>(items: [T; N], log: &Log) -> [T; N]
where
    T: Clone + Display,
{
    for item in &items {
        defer!(add(log, item));
    }
    defer!(add(log, N));
    items.clone()
}

#[deferrable]
extern "C" fn foreign(n: u32) -> u32 {
    let mut n = n;
    defer! { n += 1; }
    n
}

#[deferrable]
fn pinned<'a>(log: &'a Log) -> Box<dyn Fn(u32) -> u32 + 'a> {
    defer!(add(log, "boxed closure"));
    Box::new(|n| {
        add(log, n);
        n
    })
}

#[test]
fn traits_generics_and_abis() {
    let log = Log::default();
    assert_eq!(log.run(), 4);
    assert_eq!(said(&log), "work job");
    assert_eq!(generic([1, 2, 3], &log), [1, 2, 3]);
    assert_eq!(said(&log), "3 3 2 1");
    assert_eq!(foreign(2), 2);
    assert_eq!(pinned(&log)(5), 5);
    assert_eq!(said(&log), "boxed closure 5");
}

#[deferrable]
fn never(log: &Log) -> ! {
    defer!(add(log, "never"));
    if log.borrow().is_empty() {
        panic!("left");
    }
    std::panic::panic_any(5)
}

#[test]
fn a_function_that_never_returns_is_left_by_a_panic() {
    let log = Log::default();
    let caught = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| never(&log)));
    assert_eq!(caught.err().and_then(|p| p.downcast::<&str>().ok()).as_deref(), Some(&"left"));
    assert_eq!(said(&log), "never");
}

#[deferrable]
fn closures(log: &Log) -> Vec<u32> {
    defer!(add(log, "function"));
    let mut total = 0;
    let mut add_up = |n: u32| -> u32 {
        defer! { add(log, format!("closure {total}")); }
        if n == 0 {
            return total;
        }
        total += n;
        total
    };
    add_up(1);
    add_up(0);
    let text = String::from("moved");
    let owned = move |n: u32| {
        let text = &text;
        defer!(add(log, text));
        n * 2
    };
    let short = |n| match n {
        0 => {
            defer!(add(log, "zero"));
            0
        }
        n => n,
    };
    (0..2).map(owned).chain([short(0), short(9)]).collect()
}

#[test]
fn closures_are_frames() {
    let log = Log::default();
    assert_eq!(closures(&log), [0, 2, 0, 9]);
    // The chain's array is built before the iterator runs.
    assert_eq!(said(&log), "closure 1 closure 1 zero moved moved function");
}

#[deferrable]
fn threads(log: &std::sync::Mutex<Vec<u32>>) {
    std::thread::scope(|scope| {
        for n in 0..4 {
            scope.spawn(move || {
                defer! { log.lock().expect("no panic").push(n); }
                for _ in 0..n {
                    defer! { log.lock().expect("no panic").push(100); }
                }
            });
        }
    });
}

#[test]
fn frames_in_threads() {
    let log = std::sync::Mutex::default();
    threads(&log);
    let mut log = log.into_inner().expect("no panic");
    log.sort_unstable();
    assert_eq!(log, [0, 1, 2, 3, 100, 100, 100, 100, 100, 100]);
}

macro_rules! leave_if {
    ($condition:expr, $value:expr) => {
        if $condition {
            return $value;
        }
    };
}

#[deferrable]
fn hidden_exits(n: u32, log: &Log) -> anyhow::Result<u32> {
    defer!(add(log, "a"));
    leave_if!(n == 0, Ok(100));
    if n < 10 {
        defer!(add(log, "b"));
        anyhow::ensure!(n != 1, "one");
    }
    for i in 0..n {
        defer!(add(log, i));
        if i == 1 {
            anyhow::bail!("two");
        }
    }
    leave_if!(n == 1, Ok(200));
    Ok(n)
}

#[test]
fn returns_hidden_in_macros_are_exits() {
    let log = Log::default();
    assert_eq!(hidden_exits(0, &log).expect("early"), 100);
    assert_eq!(said(&log), "a");
    assert_eq!(hidden_exits(1, &log).expect_err("ensure").to_string(), "one");
    assert_eq!(said(&log), "b a");
    assert_eq!(hidden_exits(5, &log).expect_err("bail").to_string(), "two");
    assert_eq!(said(&log), "1 0 b a");
}

struct Dropped<'a>(&'static str, &'a Log);

impl Drop for Dropped<'_> {
    fn drop(&mut self) {
        add(self.1, self.0);
    }
}

#[deferrable]
fn before_variables(log: &Log, argument: Dropped<'_>) -> usize {
    let ahead = Dropped("ahead", log);
    defer!(add(log, "defer"));
    let behind = Dropped("behind", log);
    defer! { add(log, format!("last sees {} and {}", ahead.0, behind.0)); }
    argument.0.len()
}

#[test]
fn defers_run_before_the_variables_ahead_of_them_are_dropped() {
    let log = Log::default();
    before_variables(&log, Dropped("argument", &log));
    assert_eq!(said(&log), "last sees ahead and behind behind defer ahead argument");
}

#[deferrable]
fn mixed(log: &Log) -> u32 {
    defer!(add(log, "stack 1"));
    for i in 0..2 {
        defer!(add(log, format!("heap {i}")));
    }
    if log.borrow().is_empty() {
        defer!(add(log, "stack 2"));
    }
    let open = || {
        defer!(add(log, "open-coded"));
        2
    };
    while log.borrow().is_empty() {
        defer!(add(log, "heap again"));
        open();
    }
    defer!(add(log, "stack 3"));
    1
}

#[test]
fn last_in_first_out_across_mechanisms() {
    let log = Log::default();
    mixed(&log);
    assert_eq!(said(&log), "open-coded stack 3 heap again stack 2 heap 1 heap 0 stack 1");
}

#[deferrable]
fn many(log: &Log) {
    let mut n = 0;
    defer! { n += 1; add(log, n); }
    defer! { n += 1; add(log, n); }
    defer! { n += 1; add(log, n); }
    defer! { n += 1; add(log, n); }
    defer! { n += 1; add(log, n); }
    defer! { n += 1; add(log, n); }
    defer! { n += 1; add(log, n); }
    defer! { n += 1; add(log, n); }
    defer! { n += 1; add(log, n); }
    defer! { n += 1; add(log, n); }
}

#[test]
fn nine_defers_and_more() {
    let log = Log::default();
    many(&log);
    assert_eq!(said(&log), "1 2 3 4 5 6 7 8 9 10");
}

#[deferrable]
fn recursive(n: u32, log: &Log) {
    if n > 0 {
        defer!(add(log, n));
        recursive(n - 1, log);
    }
}

#[test]
fn each_call_has_its_own_defers() {
    let log = Log::default();
    recursive(4, &log);
    assert_eq!(said(&log), "1 2 3 4");
}

#[deferrable]
fn without_a_site(n: u32) -> u32 {
    n
}

#[deferrable]
#[must_use]
/// Attributes and comments are kept.
#[inline]
pub fn with_attributes(n: u32) -> u32 {
    #![allow(unused_variables)]
    //! Inner ones too.
    let unused = 1;
    n
}

#[test]
fn functions_without_sites_and_with_attributes() {
    assert_eq!(without_a_site(1) + with_attributes(2), 3);
}
