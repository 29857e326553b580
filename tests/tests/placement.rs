//! Where a `defer!` can stand: at the top, in every kind of branch and block, in every kind of loop;
//! names of inner blocks are taken along, names of the frame stay free to use.
#![allow(clippy::all, clippy::pedantic, reason = "the programs are odd on purpose")]

use defer_rt::deferrable;
use defer_tests::log::{Log, add};

/// Runs a function in each mechanism that the attribute can be told to use.
macro_rules! in_each_mechanism {
    ($test:ident, $expected:expr, fn $name:ident($log:ident: &Log $(, $arg:ident: $ty:ty = $value:expr)*) $body:block) => {
        #[test]
        fn $test() {
            #[deferrable]
            fn classified($log: &Log $(, $arg: $ty)*) $body
            #[deferrable(force = "stack")]
            fn stack($log: &Log $(, $arg: $ty)*) $body
            #[deferrable(force = "heap")]
            fn heap($log: &Log $(, $arg: $ty)*) $body
            for f in [classified, stack, heap] {
                let log = Log::default();
                f(&log $(, $value)*);
                assert_eq!(log.borrow().join(" "), $expected);
            }
        }
    };
}

in_each_mechanism! { branches, "end c b 2 a 4", fn f(log: &Log) {
    let mut n = 1;
    if n == 1 {
        let text = String::from("a");
        defer! { add(log, format!("{text} {n}")); }
        n += 1;
    }
    if let Some(m) = Some(n) {
        defer!(add(log, m));
        n += 1;
    }
    match n {
        3 => {
            let text = "b";
            defer!(add(log, text));
            n += 1;
        }
        _ => { defer!(add(log, "not reached")); }
    }
    if n == 0 {
        defer!(add(log, "not reached"));
    } else if let (4, text) | (5, text) = (n, "c") {
        defer!(add(log, text))
    } else {
        defer!(add(log, "not reached"));
    }
    add(log, "end");
} }

in_each_mechanism! { blocks, "end d 3 c b 2 a", fn f(log: &Log) {
    {
        let text = "a".to_string();
        defer!(add(log, text));
    }
    let n = {
        let inner = 2;
        defer!(add(log, inner));
        inner + 1
    };
    'block: {
        defer!(add(log, "b"));
        if n == 3 {
            break 'block;
        }
        defer!(add(log, "not reached"));
    }
    let Some(text) = Some("c") else {
        defer!(add(log, "not reached"));
        return;
    };
    {
        {
            defer!(add(log, text));
        }
    }
    add(log, "end");
    another_function(log, n);
} }

#[deferrable]
fn another_function(log: &Log, n: u32) {
    {
        defer! { add(log, n); }
    }
    defer!(add(log, "d"));
}

in_each_mechanism! { a_let_else_defers_on_its_way_out, "else deferred first", fn f(log: &Log) {
    defer!(add(log, "first"));
    let None = Some(1) else {
        defer!(add(log, "deferred"));
        add(log, "else");
        return;
    };
} }

in_each_mechanism! { loops, "end w1 w0 l2 l1 l0 f2! f1! f0! 3", fn f(log: &Log) {
    let mut n = 0;
    defer! { add(log, n); }
    for i in 0..3 {
        let mut text = format!("f{i}");
        defer! { text.push('!'); add(log, text); }
    }
    loop {
        if n == 3 { break; }
        let text = format!("l{n}");
        defer!(add(log, text));
        n += 1;
    }
    let mut stack = vec![1, 0];
    while let Some(i) = stack.pop() {
        defer!(add(log, format!("w{i}")));
    }
    add(log, "end");
} }

in_each_mechanism! { nested_loops, "b1 a1,2 a1,1 b0 a0,1 a0,0 start", fn f(log: &Log) {
    defer!(add(log, "start"));
    'outer: for i in 0..5 {
        let mut j = i;
        loop {
            if j > i + 1 { break; }
            defer!(add(log, format!("a{i},{j}")));
            j += 1;
        }
        defer!(add(log, format!("b{i}")));
        if i == 1 { break 'outer; }
    }
} }

in_each_mechanism! { one_statement_with_everything, "s2 h1 h0 s1 g1 g0 s0", fn f(log: &Log) {
    'all: {
        if log.borrow().is_empty() { defer!(add(log, "s0")); }
        for i in 0..2 { defer!(add(log, format!("g{i}"))); }
        match Some(1) { Some(n) => { defer!(add(log, format!("s{n}"))); } None => break 'all }
        for i in { let two = 2; 0..two } { let i = i; defer! { add(log, format!("h{i}")); } }
        defer!(add(log, "s2"));
    }
} }

in_each_mechanism! { conditions_and_operands, "2 cond b a", fn f(log: &Log) {
    let sum = { defer!(add(log, "a")); 1 } + { defer!(add(log, "b")); 1 };
    if { let c = "cond"; defer!(add(log, c)); true } && sum == 2 {
        add(log, sum);
    }
} }

in_each_mechanism! { the_right_side_of_an_assignment_comes_first, "place value", fn f(log: &Log) {
    let mut pair = [0, 0];
    pair[{ defer!(add(log, "place")); 0 }] = { defer!(add(log, "value")); 1 };
    std::hint::black_box(pair);
} }

in_each_mechanism! { while_conditions_are_in_the_loop, "3 2 1 0", fn f(log: &Log) {
    let mut n = 0;
    while { defer!(add(log, n)); n < 3 } {
        n += 1;
    }
} }

struct Point {
    x: u32,
    y: (u32, [u32; 3]),
}

in_each_mechanism! { patterns_of_every_kind, "1 2 5 8 7 9 1 6", fn f(log: &Log) {
    let point = Point { x: 1, y: (2, [3, 4, 5]) };
    {
        let Point { x, y: (ref a, [.., b]) } = point;
        let (c @ 6..=9, &d) = (6, &7) else { return };
        let [e, ..] = *[8, 9].as_slice() else { return };
        let f = 9;
        #[allow(unused_parens)]
        let (g) = x;
        defer! { add(log, format!("{x} {a} {b} {e} {d} {f} {g} {c}")); }
    }
} }

in_each_mechanism! { shadowing, "outer inner2 inner1 frame", fn f(log: &Log) {
    let x = "frame";
    {
        defer! { add(log, x); }
        let x = "inner1";
        if x == "inner1" {
            defer!(add(log, x));
        }
        {
            let x = "inner2";
            defer! { add(log, x); }
        }
    }
    let x = "outer";
    defer! { let y = x; let x = y; add(log, x); }
} }

in_each_mechanism! { names_bound_in_the_block_are_its_own, "7 8 9 5", fn f(log: &Log) {
    {
        let n = 5;
        defer! { add(log, n); }
    }
    {
        let n = String::from("kept");
        defer! {
            let n = 7;
            add(log, n);
            if let Some(n) = Some(8) { add(log, n); }
            (|n: u32| add(log, n))(9);
        }
        drop(n);
    }
} }

in_each_mechanism! { variables_of_the_frame_stay_free, "7 [1, 2, 3] lent", fn f(log: &Log) {
    let mut list = vec![1];
    let mut n = 1;
    let text = String::from("lent");
    defer!(add(log, &text));
    defer! { add(log, format!("{list:?}")); }
    if n == 1 {
        defer! { add(log, n); }
    }
    list.push(2);
    let borrow = &mut list;
    borrow.push(3);
    n = text.len() as u32;
    n += 3;
} }

in_each_mechanism! { items_are_in_scope_wherever_they_stand, "helper 3 const imported inner", fn f(log: &Log) {
    {
        use std::fmt::Write as _;
        fn inner() -> &'static str { "inner" }
        defer!(add(log, inner()));
        use std::convert::identity as same;
        defer! {
            let mut text = String::new();
            let _ = text.write_str(same("imported"));
            add(log, text);
        }
    }
    defer!(add(log, TEXT));
    defer! { add(log, helper(3)); }
    const TEXT: &str = "const";
    fn helper(n: u32) -> String { format!("helper {n}") }
} }

in_each_mechanism! { conditional_compilation, "in loop in", fn f(log: &Log) {
    #[cfg(any())]
    defer!(does_not_exist());
    #[cfg(all())]
    defer!(add(log, "in"));
    #[cfg(any())]
    if true { defer!(does_not_exist()); }
    for _ in 0..1 {
        #[cfg(any())]
        defer!(does_not_exist());
        #[cfg(not(any()))]
        defer!(add(log, "in loop"));
    }
    for _ in 0..1 {
        #[cfg(any())]
        { let gone = 1; defer!(does_not_exist(gone)); }
    }
    match 1 {
        #[cfg(any())]
        1 => { defer!(does_not_exist()); }
        _ => {}
    }
} }

in_each_mechanism! { an_argument_and_the_name_it_came_from, "abc 3", fn f(log: &Log) {
    for word in ["abc"] {
        let word = word.to_string();
        defer!(add(log, format!("{} {}", &word, word.len())));
    }
} }

in_each_mechanism! { mutated_only_at_the_exit, "[1] [0]", fn f(log: &Log) {
    for i in 0..2 {
        let mut list = Vec::new();
        defer! { list.push(i); add(log, format!("{list:?}")); }
    }
} }

#[test]
fn a_million_records() {
    #[deferrable]
    fn sum(n: u64, total: &mut u64) {
        for i in 0..n {
            defer! { *total += i; }
        }
    }
    let mut total = 0;
    sum(1_000_000, &mut total);
    assert_eq!(total, 499_999_500_000);
}

#[test]
fn tails_of_which_conditional_compilation_takes_one() {
    #[deferrable]
    fn first(log: &Log) -> u32 {
        #[cfg(all())]
        {
            defer!(add(log, "first"));
            defer! { add(log, "block"); }
            1
        }
        #[cfg(not(all()))]
        {
            defer!(add(log, "second"));
            2
        }
    }
    #[deferrable]
    fn second(log: &Log) -> u32 {
        defer!(add(log, "outer"));
        #[cfg(any())]
        return does_not_exist();
        #[cfg(not(any()))]
        {
            defer!(add(log, "second"));
            2
        }
    }
    #[deferrable]
    fn leaves(log: &Log) -> u32 {
        add(log, "leaves");
        #[cfg(all())]
        return 3;
        #[cfg(any())]
        {
            defer!(add(log, "not here"));
            4
        }
    }
    #[deferrable]
    fn third(log: &Log) -> u32 {
        #[cfg(all())]
        {
            defer!(add(log, "third"));
            5
        }
        #[cfg(any())]
        compile_error!("neither");
    }
    #[deferrable]
    fn deferred(log: &Log) -> Option<u32> {
        defer! {
            #[cfg(all())]
            {
                defer!(add(log, "in a block"));
                Some(log)?
            }
            #[cfg(any())]
            {
                defer!(add(log, "not here"));
                1
            }
        }
        Some(6)
    }
    let log = Log::default();
    assert_eq!([first(&log), second(&log), leaves(&log)], [1, 2, 3]);
    assert_eq!((third(&log), deferred(&log)), (5, Some(6)));
    assert_eq!(log.take().join(" "), "block first second outer leaves third in a block");
}

#[test]
fn an_item_within_has_an_attribute_of_its_own() {
    #[deferrable]
    fn outer(log: &Log) {
        struct Inner<'a>(&'a Log);
        impl Drop for Inner<'_> {
            #[deferrable]
            fn drop(&mut self) {
                defer!(add(self.0, "inner"));
            }
        }
        let _inner = Inner(log);
        defer!(add(log, "outer"));
    }
    let log = Log::default();
    outer(&log);
    assert_eq!(log.take().join(" "), "outer inner");
}
