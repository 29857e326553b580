//! Go's `defer` fact by fact: small programs whose output was taken from real Go, written again in
//! Rust, must print the same lines and end with the same panic. Each runs as classified, from stack
//! records and from heap records.
//!
//! The variables that a program shares with what it defers are plain `let mut`. Go's named results
//! are such variables too, or the frame's outcome.
//!
//! Facts without a counterpart, or with a part that has none:
//!
//! | fact | why |
//! |---|---|
//! | `args_eval` | no two slices over one array: the length is a value, the elements are a place |
//! | `defer_init_and_main` | there is no `init`, and no code before `main` |
//! | `defer_order_vs_side_effects` | no nil functions: its function panics when it is called |
//! | `error_panics_while_printing` | it is about the text of a crash |
//! | `fatal_not_recoverable` | there is no detection of deadlocks |
//! | `goexit` | threads have no `Goexit` |
//! | `goexit_during_panic` | the same |
//! | `goexit_main` | the same |
//! | `goexit_panic_recovered` | the same |
//! | `goexit_unrecovered_panic` | the same |
//! | `goroutine_panic` | a panic ends its thread, not the program |
//! | `goto_order` | there is no `goto` |
//! | `loopvar` | its last loop: a defer takes a loop's variable as it is at the `defer!` |
//! | `nil_func` | functions, interfaces and references are never nil |
//! | `nil_func_many` | the same; `panic_in_each_loop_defer` shows what it is about |
//! | `panic_nil` | a panic always has a value |
//! | `panic_values` | the text of a crash; that values of any type get out is tested |
//! | `range_func` | the body of a closure that iterates is a frame of its own |
//! | `receiver_eval` | no pointer to what is then assigned; a pointer is deferred as an argument |
//! | `recover_depth` | only who is handed the outcome recovers: most traps cannot be written |
//! | `recover_when_not_panicking` | its first line: there is no `recover` outside deferred code |
//! | `repanic_norecover_same`, `repanic_same_dynamic` | are about the text; the panic is tested |
//! | `runtime_error` | messages are Rust's own; no nil map, pointer or failing type assertion |
//! | `stack_not_unwound` | the panicking frames are gone when defers run |
//! | `stack_overflow` | it aborts, as in Go, but by a signal |

use std::cell::RefCell;
use std::fmt::{Debug, Display};
use std::panic::{AssertUnwindSafe, catch_unwind, panic_any};
use std::process::Command;
use std::sync::Mutex;

use defer_rt::{Outcome, Panic, deferrable};

/// What a program printed. A child process is heard on its standard error.
#[derive(Default)]
struct Log(Vec<String>);

impl Log {
    fn print(&mut self, line: impl Display) {
        eprintln!("{line}");
        self.0.push(line.to_string());
    }
}

/// A log for functions that print when they are called at the exit.
struct Shared<'a>(RefCell<&'a mut Log>);

impl<'a> Shared<'a> {
    fn new(log: &'a mut Log) -> Self {
        Self(RefCell::new(log))
    }

    fn print(&self, line: impl Display) {
        self.0.borrow_mut().print(line);
    }
}

/// What Go printed, and how the program ends.
struct Expected {
    lines: Vec<&'static str>,
    end: End,
}

enum End {
    Returns,
    Panics(&'static str),
    Exits(i32),
}

fn prints<const N: usize>(lines: [&'static str; N]) -> Expected {
    Expected { lines: lines.to_vec(), end: End::Returns }
}

impl Expected {
    fn panics(self, message: &'static str) -> Self {
        Self { end: End::Panics(message), ..self }
    }

    fn exits(self, status: i32) -> Self {
        Self { end: End::Exits(status), ..self }
    }
}

/// Says to a child process which attribute's program to run.
const CHILD: &str = "GO_BEHAVIOUR_CHILD";

fn check(test: &str, attribute: &str, program: fn(&mut Log), expected: &Expected) {
    if let End::Exits(status) = expected.end {
        return check_exit(test, attribute, program, status, &expected.lines);
    }
    let mut log = Log::default();
    let end = catch_unwind(AssertUnwindSafe(|| program(&mut log)));
    let panic = end.err().map(|payload| Panic::from(payload).to_string());
    assert_eq!(log.0, expected.lines, "{attribute}");
    match expected.end {
        End::Panics(message) => assert_eq!(panic.as_deref(), Some(message), "{attribute}"),
        _ => assert_eq!(panic, None, "{attribute}"),
    }
}

/// Runs the program in a process of its own: this test, with the variable set.
fn check_exit(test: &str, attribute: &str, program: fn(&mut Log), status: i32, lines: &[&str]) {
    if let Ok(wanted) = std::env::var(CHILD) {
        if wanted == attribute {
            std::panic::set_hook(Box::new(|_| {}));
            program(&mut Log::default());
        }
        return;
    }
    let this = std::env::current_exe().expect("the path of this program");
    let mut child = Command::new(this);
    child.args([test, "--exact", "--nocapture"]).env(CHILD, attribute);
    let ended = child.output().expect("a child process");
    let printed = String::from_utf8(ended.stderr).expect("text");
    assert_eq!(printed.lines().collect::<Vec<_>>(), lines, "{attribute}");
    assert_eq!(ended.status.code(), Some(status), "{attribute}");
}

/// Makes a test of a program and what Go printed: all its functions are defined three times, with
/// another attribute each, and the one named `program` is run.
macro_rules! go {
    ($(#[$about:meta])* fn $test:ident() => $expected:expr; $($functions:tt)+) => {
        $(#[$about])*
        #[test]
        fn $test() {
            let expected = $expected;
            go!(@run $test expected #[deferrable] $($functions)+);
            go!(@run $test expected #[deferrable(force = "stack")] $($functions)+);
            go!(@run $test expected #[deferrable(force = "heap")] $($functions)+);
        }
    };
    (@run $test:ident $expected:ident #[$attribute:meta] $(
        fn $name:ident($($arguments:tt)*) $(-> $result:ty)? { $($body:tt)* }
    )+) => {{
        $(
            #[$attribute]
            fn $name($($arguments)*) $(-> $result)? { $($body)* }
        )+
        check(stringify!($test), stringify!($attribute), program, &$expected);
    }};
}

/// What Go prints for `recover()`.
fn show(recovered: Option<Panic>) -> String {
    recovered.map_or_else(|| "<nil>".to_owned(), |panic| panic.to_string())
}

/// What Go prints for a slice or an array.
fn list(items: &[i32]) -> String {
    format!("{items:?}").replace(',', "")
}

// When deferred calls run, and in what order.

go! {
    /// `lifo`
    fn deferred_calls_run_last_in_first_out() =>
        prints(["body", "b", "a", "loop 2", "loop 1", "loop 0"]);

    fn program(log: &mut Log) {
        for i in 0..3 {
            defer!(log.print(format!("loop {i}")));
        }
        defer!(log.print("a"));
        defer!(log.print("b"));
        log.print("body");
    }
}

go! {
    /// `conditional`
    fn only_a_defer_that_was_reached_runs() => prints([
        "body true 0", "last", "zero", "if", "always",
        "else", "always",
        "body false 2", "last", "many", "else", "always",
    ]);

    fn f(log: &mut Log, c: bool, n: u32) {
        defer!(log.print("always"));
        if c {
            defer!(log.print("if"));
        } else {
            defer!(log.print("else"));
        }
        match n {
            0 => {
                defer!(log.print("zero"));
            }
            1 => return,
            _ => {
                defer!(log.print("many"));
            }
        }
        defer!(log.print("last"));
        log.print(format!("body {c} {n}"));
    }

    fn program(log: &mut Log) {
        f(log, true, 0);
        f(log, false, 1);
        f(log, false, 2);
    }
}

go! {
    /// `closure_scope`
    fn a_defer_belongs_to_the_innermost_function_and_not_to_a_block() =>
        prints(["literal body", "block", "literal", "main body", "main block", "main"]);

    fn program(log: &mut Log) {
        defer!(log.print("main"));
        let mut literal = || {
            defer!(log.print("literal"));
            {
                defer!(log.print("block"));
            }
            log.print("literal body");
        };
        literal();
        {
            defer!(log.print("main block"));
        }
        log.print("main body");
    }
}

go! {
    /// `loop_exit`
    fn defers_of_a_loop_outlive_it_however_it_ends() => prints([
        "iter 2 0", "iter 2 2", "deferred 2 2", "deferred 2 0", "fell out",
        "iter 9 0", "iter 9 2", "iter 9 3", "deferred 9 3", "deferred 9 2", "deferred 9 0",
        "returned from loop",
    ]);

    fn f(log: &mut Log, n: u32) -> &'static str {
        for i in 0..5 {
            if i == 1 {
                continue;
            }
            defer!(log.print(format!("deferred {n} {i}")));
            log.print(format!("iter {n} {i}"));
            if i == n {
                break;
            }
            if i == 3 {
                return "returned from loop";
            }
        }
        "fell out"
    }

    fn program(log: &mut Log) {
        let first = f(log, 2);
        log.print(first);
        let second = f(log, 9);
        log.print(second);
    }
}

go! {
    /// `nested_defers`
    fn a_deferred_block_runs_its_own_defers_at_its_end() => prints([
        "body", "outer 3", "outer 2 body", "inner 2", "innermost", "inner 1", "outer 1",
    ]);

    fn program(log: &mut Log) {
        defer!(log.print("outer 1"));
        defer! {
            defer!(log.print("inner 1"));
            defer! {
                defer!(log.print("innermost"));
                log.print("inner 2");
            }
            log.print("outer 2 body");
        }
        defer!(log.print("outer 3"));
        log.print("body");
    }
}

go! {
    /// `mixed_order`
    fn frames_of_every_mechanism_unwind_in_order() => prints([
        "open 2", "open 1",
        "s9", "s8", "s7", "s6", "s5", "s4", "s3", "s2", "s1",
        "h loop 2", "h loop 1", "h loop 0", "h top",
        "recovered deep",
    ]);

    fn open(log: &mut Log) {
        defer!(log.print("open 1"));
        defer!(log.print("open 2"));
        panic!("deep");
    }

    fn stack(log: &mut Log) {
        defer!(log.print("s1"));
        defer!(log.print("s2"));
        defer!(log.print("s3"));
        defer!(log.print("s4"));
        defer!(log.print("s5"));
        defer!(log.print("s6"));
        defer!(log.print("s7"));
        defer!(log.print("s8"));
        defer!(log.print("s9"));
        open(log);
    }

    fn heap(log: &mut Log) {
        defer!(log.print("h top"));
        for i in 0..3 {
            defer!(log.print(format!("h loop {i}")));
        }
        stack(log);
    }

    fn program(log: &mut Log) {
        defer!(|outcome| log.print(format!("recovered {}", show(outcome.recover()))));
        heap(log);
    }
}

go! {
    /// `many_defers`
    fn a_million_deferred_blocks_of_a_closure_run_in_order() =>
        prints(["ordered true", "499999500000 0"]);

    fn f(log: &mut Log, n: i64) -> (i64, i64) {
        let mut sum = 0;
        let mut last = -1;
        let mut ordered = true;
        let mut literal = || {
            for i in 0..n {
                defer! {
                    if last != -1 && i != last - 1 {
                        ordered = false;
                    }
                    last = i;
                    sum += i;
                }
            }
        };
        literal();
        log.print(format!("ordered {ordered}"));
        (sum, last)
    }

    fn program(log: &mut Log) {
        let (sum, last) = f(log, 1_000_000);
        log.print(format!("{sum} {last}"));
    }
}

go! {
    fn a_million_records_of_one_loop_run_in_order_while_panicking() =>
        prints(["body 1000000", "recovered stop 0 499999500000", "499999500000"]);

    fn f(log: &mut Log, n: u64) -> u64 {
        let mut left = 0;
        let mut sum = 0;
        defer!(|outcome| {
            let recovered = show(outcome.recover());
            log.print(format!("recovered {recovered} {left} {sum}"));
            outcome.set(sum);
        });
        for i in 0..n {
            left += 1;
            let boxed = Box::new(i);
            defer! {
                left -= 1;
                sum += u64::from(left == *boxed) * i;
            }
        }
        log.print(format!("body {left}"));
        panic!("stop");
    }

    fn program(log: &mut Log) {
        let sum = f(log, 1_000_000);
        log.print(sum);
    }
}

go! {
    /// `recursive`
    fn every_activation_has_its_own_defers() => prints([
        "leave 0 x0", "leave 1 x0-1", "leave 2 x0-1-2", "leave 3 x0-1-2-3", "x0-1-2-3",
    ]);

    fn f(log: &mut Log, n: u32) -> String {
        defer!(|outcome| {
            let s = outcome.result_mut().expect("no panic");
            *s += &n.to_string();
            log.print(format!("leave {n} {s}"));
        });
        if n == 0 {
            return "x".to_owned();
        }
        f(log, n - 1) + "-"
    }

    fn program(log: &mut Log) {
        let s = f(log, 3);
        log.print(s);
    }
}

go! {
    fn recursive_frames_with_loops_keep_their_records_apart() => prints([
        "enter 2", "enter 1", "enter 0", "leave 0", "1.0", "leave 1", "2.1", "2.0", "leave 2",
    ]);

    fn f(log: &mut Log, n: u32) {
        let mut word = "never";
        defer! { log.print(format!("{word} {n}")); }
        for i in 0..n {
            defer!(log.print(format!("{n}.{i}")));
        }
        log.print(format!("enter {n}"));
        if n > 0 {
            f(log, n - 1);
        }
        word = "leave";
    }

    fn program(log: &mut Log) {
        f(log, 2);
    }
}

go! {
    fn a_panic_at_the_bottom_of_a_recursion_runs_every_frame() =>
        prints(["0", "1 loop", "1", "2 loop", "2 loop", "2", "bottom"]);

    fn f(log: &mut Log, n: usize) -> usize {
        defer!(log.print(n));
        for _ in 0..n {
            defer! { log.print(format!("{n} loop")); }
        }
        assert!(n > 0, "bottom");
        f(log, n - 1)
    }

    fn program(log: &mut Log) {
        defer!(|outcome| log.print(show(outcome.recover())));
        f(log, 2);
    }
}

go! {
    fn closures_in_loops_of_closures_are_frames() => prints([
        "in 0.0", "out 0.0", "in 0.1", "out 0.1", "in 1.0", "out 1.0", "in 1.1", "out 1.1",
        "out 1", "out 0", "calls 4",
    ]);

    fn program(log: &mut Log) {
        let mut calls = 0;
        defer! { log.print(format!("calls {calls}")); }
        let mut outer = || {
            for i in 0..2 {
                defer!(log.print(format!("out {i}")));
                let mut inner = |j: u32| {
                    defer! {
                        calls += 1;
                        log.print(format!("out {i}.{j}"));
                    }
                    log.print(format!("in {i}.{j}"));
                };
                inner(0);
                inner(1);
            }
        };
        outer();
    }
}

// What is evaluated at the `defer!`, and what at the exit.

#[derive(Clone, Copy)]
struct Number(i32);

impl Log {
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "a borrow is what is deferred")]
    fn show(&mut self, tag: &str, x: i32, s: Number, len: usize, items: &[i32], p: &i32) {
        self.print(format!("{tag} {x} {} {} {p}", s.0, list(&items[..len])));
    }

    fn list(&mut self, tag: &str, items: &[i32]) {
        self.print(format!("{tag} {}", list(items)));
    }

    fn array(&mut self, tag: &str, items: [i32; 3]) {
        self.list(tag, &items);
    }
}

go! {
    /// `args_eval`
    fn arguments_are_evaluated_at_the_defer() =>
        prints(["now 2 2 [99 2 3] 2", "deferred 1 1 [99 2] 2"]);

    fn program(log: &mut Log) {
        let (mut x, mut s, mut sl) = (1, Number(1), vec![1, 2]);
        defer!(log.show("deferred", x, s, sl.len(), &sl, &x));
        x = 2;
        s.0 = 2;
        sl[0] = 99;
        sl.push(3);
        log.show("now", x, s, sl.len(), &sl, &x);
    }
}

go! {
    /// `args_variadic`
    fn an_array_is_copied_and_a_borrowed_slice_is_not() =>
        prints(["body 50 [50 2 3] [50 8]", "array [1 2 3]", "built [1 2]", "spread [50 8]"]);

    fn program(log: &mut Log) {
        let (mut x, mut arr, mut sl) = (1, [1, 2, 3], vec![7, 8]);
        defer!(log.list("spread", &sl));
        defer!(log.list("built", &[x, x + 1]));
        defer!(log.array("array", arr));
        x = 50;
        arr[0] = 50;
        sl[0] = 50;
        log.print(format!("body {x} {} {}", list(&arr), list(&sl)));
    }
}

go! {
    /// `closure_late`
    fn a_block_reads_variables_when_it_runs() =>
        prints(["body 2", "argument 1", "captured 2"]);

    fn program(log: &mut Log) {
        let mut x = 1;
        defer! { log.print(format!("captured {x}")); }
        defer!(log.print(format!("argument {x}")));
        x = 2;
        log.print(format!("body {x}"));
    }
}

go! {
    /// `locals_seen_by_defers`
    fn a_block_sees_the_variables_as_the_panic_left_them() =>
        prints(["panicked at iteration 3 3"]);

    fn program(log: &mut Log) {
        defer!(|outcome| {
            outcome.recover();
        });
        let mut step = "start".to_owned();
        let mut n = 0;
        defer! { log.print(format!("panicked at {step} {n}")); }
        loop {
            n += 1;
            step = format!("iteration {n}");
            assert!(n < 3, "stop");
        }
    }
}

go! {
    /// `loopvar`
    fn each_iteration_has_its_own_variable() => prints([
        "body", "int 11", "int 10", "range 1b", "range 0a", "for 2", "for 1", "for 0",
    ]);

    fn program(log: &mut Log) {
        for i in 0..3 {
            defer! { log.print(format!("for {i}")); }
        }
        for (i, s) in ["a", "b"].into_iter().enumerate() {
            defer! { log.print(format!("range {i}{s}")); }
        }
        for mut i in 0..2 {
            defer! {
                i += 10;
                log.print(format!("int {i}"));
            }
        }
        log.print("body");
    }
}

go! {
    /// `loopvar_go121`
    fn iterations_share_a_variable_declared_before_the_loop() =>
        prints(["body", "range 1b", "range 1b", "for 3", "for 3", "for 3"]);

    fn program(log: &mut Log) {
        let mut n = 0;
        while n < 3 {
            defer! { log.print(format!("for {n}")); }
            n += 1;
        }
        let (mut i, mut s) = (0, "");
        for item in ["a", "b"].into_iter().enumerate() {
            (i, s) = item;
            defer! { log.print(format!("range {i}{s}")); }
        }
        log.print("body");
    }
}

fn function_value(log: &Shared, name: &'static str) -> fn(&Shared, u32, u32) {
    log.print(format!("fv {name}"));
    match name {
        "nil" => |_, _, _| panic!("no function"),
        _ => |log, a, b| log.print(format!("call ok {a} {b}")),
    }
}

fn number(log: &Shared, n: u32) -> u32 {
    log.print(format!("arg {n}"));
    n
}

go! {
    /// `defer_order_vs_side_effects`
    fn the_callee_is_evaluated_before_its_arguments() => prints([
        "fv ok", "arg 1", "arg 2", "fv nil", "arg 3", "arg 4", "body",
        "call ok 1 2", "recovered no function",
    ]);

    fn program(log: &mut Log) {
        let log = &Shared::new(log);
        defer!(|outcome| log.print(format!("recovered {}", show(outcome.recover()))));
        defer!(function_value(log, "ok")(log, number(log, 1), number(log, 2)));
        defer!(function_value(log, "nil")(log, number(log, 3), number(log, 4)));
        log.print("body");
    }
}

struct Text(String);

impl Text {
    fn make(log: &Shared, s: &str) -> Self {
        log.print(format!("mk {s}"));
        Self(s.to_owned())
    }

    fn add(&self, log: &Shared, s: &str) -> Self {
        log.print(format!("add {} {s}", self.0));
        Self(format!("{}{s}", self.0))
    }

    fn done(&self, log: &Shared, x: &str) {
        log.print(format!("done {} {x}", self.0));
    }
}

fn text(log: &Shared, s: &'static str) -> &'static str {
    log.print(format!("arg {s}"));
    s
}

fn curry(log: &Shared, s: &'static str) -> impl Fn(&Shared, &str) + use<> {
    log.print(format!("curry {s}"));
    move |log, x| log.print(format!("run {s} {x}"))
}

go! {
    /// `eval_chain`
    fn all_but_the_last_call_of_a_chain_runs_at_the_defer() => prints([
        "mk a", "arg b", "add a b", "arg c", "arg p", "curry p", "arg q", "body",
        "run p q", "done ab c",
    ]);

    fn program(log: &mut Log) {
        let log = &Shared::new(log);
        defer!(Text::make(log, "a").add(log, text(log, "b")).done(log, text(log, "c")));
        defer!(curry(log, text(log, "p"))(log, text(log, "q")));
        log.print("body");
    }
}

go! {
    /// `func_value_eval`
    fn the_function_value_is_evaluated_at_the_defer() => prints(["new f", "old f"]);

    fn program(log: &mut Log) {
        let log = &Shared::new(log);
        let mut f: fn(&Shared) = |log| log.print("old f");
        defer!(f(log));
        f = |log| log.print("new f");
        f(log);
    }
}

trait Show {
    fn value(self, log: &Shared, tag: &str);
}

impl Show for Number {
    fn value(self, log: &Shared, tag: &str) {
        log.print(format!("{tag} {}", self.0));
    }
}

impl Number {
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "Go's pointer receiver")]
    fn pointer(&self, log: &Shared, tag: &str) {
        self.value(log, tag);
    }
}

go! {
    /// `receiver_eval`
    fn a_value_receiver_is_copied_and_a_variable_is_looked_up() => prints([
        "now p 3", "now m 5",
        "method expression 1",
        "method value 1",
        "pointer receiver via pointer 1",
        "pointer receiver of variable 2",
        "value receiver via pointer (derefs now) 1",
        "value receiver of variable 1",
    ]);

    fn program(log: &mut Log) {
        let log = &Shared::new(log);
        let mut t = Number(1);
        let mut p = &Number(1);
        defer!({ t }.value(log, "value receiver of variable"));
        defer!({ *p }.value(log, "value receiver via pointer (derefs now)"));
        defer!(t.pointer(log, "pointer receiver of variable"));
        defer!(Number::pointer(p, log, "pointer receiver via pointer"));
        let mut m: &dyn Fn(&Shared, &str) = &move |log, tag| t.value(log, tag);
        defer!(m(log, "method value"));
        defer!(Number::value(t, log, "method expression"));
        t.0 = 2;
        p = &Number(3);
        m = &|log, tag| Number(5).value(log, tag);
        p.pointer(log, "now p");
        m(log, "now m");
    }
}

fn bad(log: &mut Log) -> i32 {
    log.print("bad evaluated");
    panic!("arg")
}

go! {
    /// `panic_in_args`
    fn a_panic_in_the_arguments_registers_nothing() =>
        prints(["bad evaluated", "registered before", "recovered arg"]);

    fn program(log: &mut Log) {
        defer!(|outcome| log.print(format!("recovered {}", show(outcome.recover()))));
        defer!(log.print("registered before"));
        defer!(log.print(format!("never registered {}", bad(log))));
        defer!(log.print("never reached"));
    }
}

go! {
    fn a_panic_in_the_arguments_in_a_loop_leaves_the_earlier_records() => prints([
        "bad evaluated", "one", "1", "zero", "0",
    ]).panics("arg");

    fn program(log: &mut Log) {
        for i in 0..3 {
            defer!(log.print(if i < 2 { i } else { bad(log) }));
            if i == 0 {
                defer!(log.print("zero"));
            } else {
                defer!(log.print("one"));
            }
        }
    }
}

go! {
    fn a_panic_in_the_arguments_in_a_branch_registers_nothing() =>
        prints(["bad evaluated", "before"]).panics("arg");

    fn program(log: &mut Log) {
        let mut failing = false;
        defer!(log.print("before"));
        for _ in 0..2 {
            failing = !failing;
        }
        if !failing {
            defer!(log.print(bad(log)));
        }
        defer!(log.print("after"));
    }
}

// What the function returns.

go! {
    /// `named_result`
    fn a_defer_changes_a_result_and_no_variable_it_was_computed_from() =>
        prints(["42 21 6 2 1 41 7 1"]);

    fn named() -> i32 {
        defer!(|outcome| *outcome.result_mut().expect("no panic") *= 2);
        21
    }

    fn unnamed() -> i32 {
        let mut r = 21;
        defer! { r *= 2; }
        r
    }

    fn bare() -> i32 {
        let mut r = 0;
        defer!(|outcome| outcome.set(r));
        defer! { r += 1; }
        r = 5;
        r
    }

    fn two() -> (i32, i32) {
        defer!(|outcome| {
            let (a, b) = outcome.result_mut().expect("no panic");
            std::mem::swap(a, b);
        });
        (1, 2)
    }

    fn chain() -> i32 {
        defer!(|outcome| *outcome.result_mut().expect("no panic") += 1);
        defer!(|outcome| *outcome.result_mut().expect("no panic") *= 10);
        4
    }

    fn set() -> i32 {
        defer!(|outcome| outcome.set(7));
        1
    }

    fn shadow() -> i32 {
        {
            let mut r = 3;
            defer! { r += 96; assert_eq!(r, 100); }
            r += 1;
            assert_eq!(r, 4);
        }
        1
    }

    fn program(log: &mut Log) {
        let (a, b) = two();
        let (named, unnamed, bare) = (named(), unnamed(), bare());
        log.print(format!("{named} {unnamed} {bare} {a} {b} {} {} {}", chain(), set(), shadow()));
    }
}

impl Log {
    fn eval(&mut self, s: &str) -> usize {
        self.print(format!("eval {s}"));
        s.len()
    }
}

go! {
    /// `return_order`
    fn the_result_is_evaluated_then_deferred_calls_see_it() => prints([
        "eval x", "eval yy", "defer 2 sees 1 2", "defer 1 sees 100 2", "caller 100 2",
    ]);

    fn f(log: &mut Log) -> (usize, usize) {
        defer!(|outcome| {
            let (a, b) = outcome.result().expect("no panic");
            log.print(format!("defer 1 sees {a} {b}"));
        });
        defer!(|outcome| {
            let (a, b) = outcome.result_mut().expect("no panic");
            log.print(format!("defer 2 sees {a} {b}"));
            *a = 100;
        });
        (log.eval("x"), log.eval("yy"))
    }

    fn program(log: &mut Log) {
        let (a, b) = f(log);
        log.print(format!("caller {a} {b}"));
    }
}

go! {
    fn a_result_is_computed_before_the_defers_run() =>
        prints(["first 5 5", "second 6 5,6", "early 1 [1]", "late 3 [1, 2]"]);

    fn f(n: &mut u32, text: &mut String) -> String {
        defer! {
            *n += 1;
            text.push(',');
            text.push_str(&n.to_string());
        }
        format!("{n} {text}")
    }

    fn g(early: bool) -> (usize, Vec<i32>) {
        let mut items = vec![1];
        defer! { items.clear(); }
        if early {
            return (items.len(), items.clone());
        }
        items.push(2);
        (items.len() + 1, items.clone())
    }

    fn program(log: &mut Log) {
        let (mut n, mut text) = (5, "5".to_owned());
        for name in ["first", "second"] {
            let result = f(&mut n, &mut text);
            log.print(format!("{name} {result}"));
        }
        let early = g(true);
        log.print(format!("early {} {:?}", early.0, early.1));
        let late = g(false);
        log.print(format!("late {} {:?}", late.0, late.1));
    }
}

impl Log {
    fn one(&mut self) -> i32 {
        self.print("one called");
        1
    }
}

go! {
    /// `result_discarded`
    fn the_result_of_deferred_code_is_thrown_away() => prints(["one called", "5"]);

    fn f(log: &mut Log) -> i32 {
        defer!(log.one());
        let literal = || 99;
        defer!(literal());
        5
    }

    fn program(log: &mut Log) {
        let n = f(log);
        log.print(n);
    }
}

go! {
    /// `panic_in_return_expr`
    fn a_panic_in_the_result_leaves_what_was_set_before() =>
        prints(["recovered ret 1 2", "1 2"]);

    fn bad_result() -> i32 {
        panic!("ret")
    }

    fn f(log: &mut Log) -> (i32, i32) {
        let (mut a, mut b) = (0, 0);
        defer!(|outcome| {
            outcome.recover_with(|panic| {
                log.print(format!("recovered {panic} {a} {b}"));
                (a, b)
            });
        });
        (a, b) = (1, 2);
        (10, bad_result())
    }

    fn program(log: &mut Log) {
        let (a, b) = f(log);
        log.print(format!("{a} {b}"));
    }
}

// Panics.

go! {
    /// `panic_runs_defers`
    fn a_panic_runs_the_defers_of_every_frame() =>
        prints(["c1", "b2", "b1", "a1", "main1"]).panics("boom");

    fn a(log: &mut Log) {
        defer!(log.print("a1"));
        b(log);
        log.print("not reached");
    }

    fn b(log: &mut Log) {
        defer!(log.print("b1"));
        defer!(log.print("b2"));
        c(log);
    }

    fn c(log: &mut Log) {
        defer!(log.print("c1"));
        panic!("boom");
    }

    fn program(log: &mut Log) {
        defer!(log.print("main1"));
        a(log);
    }
}

go! {
    /// `panic_in_normal_defer`
    fn a_panic_in_a_defer_leaves_the_others_pending() =>
        prints(["first", "last 3", "recovered in defer"]);

    fn f(log: &mut Log) -> i32 {
        let mut r = 0;
        defer! { log.print(format!("last {r}")); }
        defer! { panic!("in defer"); }
        defer!(log.print("first"));
        r += 3;
        r
    }

    fn program(log: &mut Log) {
        defer!(|outcome| log.print(format!("recovered {}", show(outcome.recover()))));
        let r = f(log);
        log.print(r);
    }
}

go! {
    /// `panic_in_each_loop_defer`
    fn every_defer_of_a_loop_runs_though_each_panics() =>
        prints(["run 2", "run 1", "run 0"]).panics("P0");

    fn program(log: &mut Log) {
        for i in 0..3 {
            defer! {
                log.print(format!("run {i}"));
                panic!("P{i}");
            }
        }
    }
}

go! {
    /// `panic_two_frames`
    fn a_panic_of_an_outer_frame_replaces_the_one_passing_through() =>
        prints(["f defer", "main defer"]).panics("B");

    fn f(log: &mut Log) {
        defer!(log.print("f defer"));
        panic!("A");
    }

    fn g(log: &mut Log) {
        defer! { panic!("B"); }
        f(log);
    }

    fn program(log: &mut Log) {
        defer!(log.print("main defer"));
        g(log);
    }
}

go! {
    /// `repanic`
    fn a_panic_in_a_defer_replaces_the_one_in_flight() =>
        prints(["before B", "outermost, no recover"]).panics("B");

    fn program(log: &mut Log) {
        defer! { log.print("outermost, no recover"); }
        defer! { panic!("B"); }
        defer! { log.print("before B"); }
        panic!("A");
    }
}

go! {
    /// `repanic_three`
    fn the_last_of_three_panics_leaves() => prints(["start"]).panics("C");

    fn program(log: &mut Log) {
        defer! { panic!("C"); }
        defer! { panic!("B"); }
        log.print("start");
        panic!("A");
    }
}

go! {
    /// `repanic_norecover_same`
    fn the_same_panic_twice_leaves_once() => prints(["again"]).panics("A");

    fn program(log: &mut Log) {
        defer! {
            log.print("again");
            panic!("A");
        }
        panic!("A");
    }
}

go! {
    /// `repanic_same_dynamic`
    fn an_equal_panic_twice_leaves_once() => prints([]).panics("A1");

    fn program(_log: &mut Log) {
        defer! { panic!("A{}", 1); }
        panic!("A{}", 1);
    }
}

go! {
    /// `repanic_recovered`
    fn a_recovered_panic_may_be_replaced_by_one_that_tells_of_it() =>
        prints(["got A"]).panics("wrapped A");

    fn program(log: &mut Log) {
        defer!(|outcome| {
            let e = show(outcome.recover());
            log.print(format!("got {e}"));
            panic!("wrapped {e}");
        });
        panic!("A");
    }
}

go! {
    /// `repanic_same`
    fn a_recovered_panic_may_be_raised_again() => prints(["got A"]).panics("A");

    fn program(log: &mut Log) {
        defer!(|outcome| {
            let e = outcome.recover().expect("a panic");
            log.print(format!("got {e}"));
            e.resume();
        });
        panic!("A");
    }
}

go! {
    /// `repanic_seen`
    fn only_the_newest_panic_is_recovered() =>
        prints(["f recovers C", "caller recovers outer B", "fine"]);

    fn f(log: &mut Log) {
        defer!(|outcome| log.print(format!("f recovers {}", show(outcome.recover()))));
        defer! { panic!("C"); }
        defer! { panic!("B"); }
        panic!("A");
    }

    fn g() {
        defer! { panic!("outer B"); }
        panic!("outer A");
    }

    fn program(log: &mut Log) {
        f(log);
        let mut literal = || {
            defer!(|outcome| log.print(format!("caller recovers {}", show(outcome.recover()))));
            g();
        };
        literal();
        log.print("fine");
    }
}

#[derive(Debug, PartialEq)]
struct My(i32, &'static str);

/// Runs a function that panics with a `T`, and prints the value that got out of it.
fn value_of<T: Debug + 'static>(log: &mut Log, function: impl FnOnce(&mut Log)) {
    let left = catch_unwind(AssertUnwindSafe(|| function(log))).expect_err("a panic");
    let value = *left.downcast::<T>().expect("the type that it was raised with");
    log.print(format!("left {value:?}"));
}

go! {
    /// `panic_values_composite`
    fn a_value_of_any_type_is_recovered_and_raised_again() => prints([
        "My: true", r#"left My(1, "x")"#,
        "My: false", r#"left My(2, "y")"#,
        "My: false", "left [1]",
        "My: false", "left ParseIntError { kind: InvalidDigit }",
        "My: false", r#"left "two\nlines""#,
    ]);

    fn raised(log: &mut Log, raise: impl FnOnce()) {
        defer!(|outcome| {
            let e = outcome.recover().expect("a panic");
            log.print(format!("My: {}", e.downcast_ref::<My>().is_some()));
            e.resume();
        });
        raise();
    }

    fn program(log: &mut Log) {
        value_of::<My>(log, |log| raised(log, || panic_any(My(1, "x"))));
        value_of::<Box<My>>(log, |log| raised(log, || panic_any(Box::new(My(2, "y")))));
        value_of::<Vec<i32>>(log, |log| raised(log, || panic_any(vec![1])));
        let wrapped = "x".parse::<i32>().expect_err("no number");
        value_of::<std::num::ParseIntError>(log, |log| raised(log, || panic_any(wrapped)));
        value_of::<&str>(log, |log| raised(log, || panic!("two\nlines")));
    }
}

go! {
    /// `runtime_error`
    fn a_panic_of_the_language_is_recovered_like_any_other() => prints([
        "index | index out of bounds: the len is 0 but the index is 0",
        "div | attempt to divide by zero",
        "unwrap | called `Option::unwrap()` on a `None` value",
        "custom | no error of the language",
    ]);

    fn attempt(log: &mut Log, name: &str, f: fn(&[usize]) -> usize) {
        defer!(|outcome| log.print(format!("{name} | {}", show(outcome.recover()))));
        f(&[]);
    }

    fn program(log: &mut Log) {
        attempt(log, "index", |s| s[s.len()]);
        attempt(log, "div", |s| 1 / s.len());
        attempt(log, "unwrap", |s| *s.first().unwrap());
        attempt(log, "custom", |_| panic!("no error of the language"));
    }
}

go! {
    /// `mutex_unlock_panic`
    fn a_deferred_unlock_releases_the_lock_after_a_panic() =>
        prints(["Ok(()) Err(\"caught: inside\") true"]);

    fn critical(lock: &Mutex<()>, fail: bool) -> Result<(), String> {
        let guard = lock.lock().expect("not poisoned");
        defer!(drop(guard));
        defer!(|outcome| {
            outcome.recover_with(|panic| Err(format!("caught: {panic}")));
        });
        assert!(!fail, "inside");
        Ok(())
    }

    fn program(log: &mut Log) {
        let lock = Mutex::new(());
        let (first, second) = (critical(&lock, false), critical(&lock, true));
        log.print(format!("{first:?} {second:?} {}", lock.try_lock().is_ok()));
    }
}

// Recovering.

go! {
    /// `recover_basic`
    fn a_recovered_frame_returns_its_results_after_the_other_defers() => prints([
        "defer 3", "recovered boom", "defer 1 (after the recovery)", "7 set by defer",
        "unnamed, panic before return: 0",
    ]);

    fn f(log: &mut Log) -> (i32, &'static str) {
        let (mut r, mut s) = (0, "");
        defer!(log.print("defer 1 (after the recovery)"));
        defer!(|outcome| {
            outcome.recover_with(|panic| {
                log.print(format!("recovered {panic}"));
                s = "set by defer";
                (r, s)
            });
        });
        defer!(log.print("defer 3"));
        r += 7;
        panic!("boom");
    }

    fn g() -> i32 {
        defer!(|outcome| {
            outcome.recover();
        });
        panic!("1");
    }

    fn program(log: &mut Log) {
        let (r, s) = f(log);
        log.print(format!("{r} {s}"));
        log.print(format!("unnamed, panic before return: {}", g()));
    }
}

go! {
    /// The last line of `recover_basic`.
    fn a_result_outlives_the_panic_of_a_later_defer() =>
        prints(["unnamed, panic in a defer after return 5: 5"]);

    fn h() -> i32 {
        defer!(|outcome| {
            outcome.recover();
        });
        defer! { panic!("2"); }
        5
    }

    fn program(log: &mut Log) {
        log.print(format!("unnamed, panic in a defer after return 5: {}", h()));
    }
}

go! {
    /// The same for a result that a defer has set.
    fn a_result_that_was_set_outlives_the_panic_of_a_later_defer() => prints(["7"]);

    fn f() -> i32 {
        defer!(|outcome| {
            outcome.recover();
        });
        defer! { panic!("2"); }
        defer!(|outcome| outcome.set(7));
        5
    }

    fn program(log: &mut Log) {
        log.print(f());
    }
}

go! {
    /// `recover_returns_to_caller`
    fn after_a_recovery_the_caller_goes_on() =>
        prints(["c defer", "a goes on after b", "main goes on"]);

    fn a(log: &mut Log) {
        b(log);
        log.print("a goes on after b");
    }

    fn b(log: &mut Log) {
        defer!(|outcome| {
            outcome.recover();
        });
        c(log);
        log.print("b: not reached");
    }

    fn c(log: &mut Log) {
        defer!(log.print("c defer"));
        panic!("1");
    }

    fn program(log: &mut Log) {
        a(log);
        log.print("main goes on");
    }
}

go! {
    /// `recover_then_defers_panic`
    fn a_panic_after_a_recovery_is_a_fresh_one() =>
        prints(["recovered A", "main defer"]).panics("B after recovery of A");

    fn f(log: &mut Log) {
        defer! { panic!("B after recovery of A"); }
        defer!(|outcome| log.print(format!("recovered {}", show(outcome.recover()))));
        panic!("A");
    }

    fn program(log: &mut Log) {
        defer!(log.print("main defer"));
        f(log);
    }
}

go! {
    /// `recover_when_not_panicking`
    fn there_is_nothing_to_recover_without_a_panic_or_twice() =>
        prints(["first x", "second <nil>", "later defer <nil>", "normal exit <nil>"]);

    fn program(log: &mut Log) {
        defer!(|outcome| log.print(format!("normal exit {}", show(outcome.recover()))));
        let mut literal = || -> () {
            defer!(|outcome| log.print(format!("later defer {}", show(outcome.recover()))));
            defer!(|outcome| {
                log.print(format!("first {}", show(outcome.recover())));
                log.print(format!("second {}", show(outcome.recover())));
            });
            panic!("x");
        };
        literal();
    }
}

go! {
    /// `recover_mid_open`
    fn the_defers_after_a_recovery_run_as_in_a_normal_return() =>
        prints(["654[first]3(again)21"]);

    fn f() -> String {
        let mut r = String::new();
        defer!(|outcome| {
            r += "1";
            outcome.set(r);
        });
        defer! { r += "2"; }
        defer!(|outcome| r += &["3(", &show(outcome.recover()), ")"].concat());
        defer!(|outcome| {
            r += "4";
            if let Some(e) = outcome.recover() {
                r += &["[", &e.to_string(), "]"].concat();
                panic!("again");
            }
        });
        defer! { r += "5"; }
        if r.is_empty() {
            defer! { r += "6"; }
        } else {
            defer! { r += "never"; }
        }
        panic!("first");
    }

    fn program(log: &mut Log) {
        log.print(f());
    }
}

go! {
    /// `recover_in_loop_frames`
    fn a_defer_of_a_loop_recovers_and_the_others_still_run() =>
        prints(["recovered x", "[4 3 2 1 0]"]);

    fn f(log: &mut Log) -> Vec<i32> {
        let mut r = Vec::new();
        defer!(|outcome| outcome.set(r));
        for i in 0..5 {
            defer!(|outcome| {
                if i == 3 {
                    log.print(format!("recovered {}", show(outcome.recover())));
                }
                r.push(i);
            });
        }
        panic!("x");
    }

    fn program(log: &mut Log) {
        let r = f(log);
        log.print(list(&r));
    }
}

go! {
    /// `recover_other_frame`
    fn a_frame_called_while_panicking_has_nothing_to_recover() => prints([
        "inner body", "inner's deferred recover: <nil>", "after inner", "main recover: A",
    ]);

    fn inner(log: &mut Log) {
        defer!(|outcome| {
            log.print(format!("inner's deferred recover: {}", show(outcome.recover())));
        });
        log.print("inner body");
    }

    fn program(log: &mut Log) {
        defer!(|outcome| log.print(format!("main recover: {}", show(outcome.recover()))));
        defer! {
            inner(log);
            log.print("after inner");
        }
        panic!("A");
    }
}

go! {
    /// `nested_recovered_inside`
    fn a_panic_recovered_in_a_deferred_block_leaves_the_first_in_force() =>
        prints(["inner recovers B", "main recovers A"]);

    fn program(log: &mut Log) {
        defer!(|outcome| log.print(format!("main recovers {}", show(outcome.recover()))));
        defer! {
            defer!(|outcome| log.print(format!("inner recovers {}", show(outcome.recover()))));
            panic!("B");
        }
        panic!("A");
    }
}

go! {
    /// `nested_recovered_inside_fatal`
    fn the_first_panic_leaves_though_a_second_was_recovered() =>
        prints(["inner recovers B"]).panics("A");

    fn program(log: &mut Log) {
        defer! {
            defer!(|outcome| log.print(format!("inner recovers {}", show(outcome.recover()))));
            panic!("B");
        }
        panic!("A");
    }
}

fn deferred_helper(outcome: &mut Outcome<()>) -> String {
    format!("  deferredHelper: {}", show(outcome.recover()))
}

/// Runs a function, and prints whether a panic left it.
fn attempt(log: &mut Log, name: &str, function: fn(&mut Log)) {
    let left = catch_unwind(AssertUnwindSafe(|| function(log))).err();
    match left.map(Panic::from) {
        Some(e) => log.print(format!("{name} NOT recovered inside: {e}")),
        None => log.print(format!("{name} recovered inside")),
    }
}

go! {
    /// `recover_depth`
    fn a_panic_is_recovered_by_who_is_handed_the_outcome_of_its_frame() => prints([
        "  got 1", "closure recovered inside",
        "  deferredHelper: 2", "named func recovered inside",
        "  inner deferred got <nil>", "defer inside deferred NOT recovered inside: 12",
        "  args got 5 14", "closure with args recovered inside",
    ]);

    fn closure(log: &mut Log) {
        defer!(|outcome| log.print(format!("  got {}", show(outcome.recover()))));
        panic!("1");
    }

    fn named(log: &mut Log) {
        defer!(|outcome| log.print(deferred_helper(outcome)));
        panic!("2");
    }

    fn inside(log: &mut Log) {
        defer! {
            defer!(|outcome| {
                log.print(format!("  inner deferred got {}", show(outcome.recover())));
            });
        }
        panic!("12");
    }

    fn with_args(log: &mut Log) {
        {
            let n = 5;
            defer!(|outcome| log.print(format!("  args got {n} {}", show(outcome.recover()))));
        }
        panic!("14");
    }

    fn program(log: &mut Log) {
        attempt(log, "closure", closure);
        attempt(log, "named func", named);
        attempt(log, "defer inside deferred", inside);
        attempt(log, "closure with args", with_args);
    }
}

// Leaving the program.

go! {
    /// `os_exit`
    fn exit_runs_no_defers() => prints(["exiting"]).exits(3);

    fn program(log: &mut Log) {
        defer!(log.print("never printed"));
        defer! { log.print("never"); }
        log.print("exiting");
        std::process::exit(3);
    }
}

go! {
    /// `os_exit_in_defer`
    fn a_defer_that_exits_ends_a_panic() => prints(["exit now"]).exits(4);

    fn program(log: &mut Log) {
        defer!(log.print("never printed"));
        defer! {
            log.print("exit now");
            std::process::exit(4);
        }
        panic!("A");
    }
}
