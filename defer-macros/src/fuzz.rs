//! The macro never panics, and what it emits parses, whatever it is given: functions of the tests, with
//! tokens left out, doubled, swapped, cut off, wrapped, and mixed with those of others.
//!
//! `DEFER_FUZZ=10000000 cargo test --release -p defer-macros fuzz` runs that many instead of a few.

use std::panic::catch_unwind;
use std::path::Path;

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use quote::ToTokens;
use syn::visit::{self, Visit};

/// What is put in anywhere.
const FRAGMENTS: &[&str] = &[
    "defer!(f(a));",
    "defer!(x.m(a)?);",
    "defer! { x += 1; }",
    "defer!(f(&mut x).await);",
    "errdefer!(|outcome| { outcome.recover(); });",
    "errdefer! { return; }",
    "defer!",
    "defer!()",
    "defer!(|o| o.set(1))",
    "#[cfg(any())]",
    "#[allow(unused)]",
    "return",
    "return x?",
    "?",
    ".await",
    "loop { break }",
    "for x in y",
    "while let Some(x) = y",
    "if x",
    "else",
    "match x { _ => {} }",
    "async move",
    "|x| x",
    "move ||",
    "'a: ",
    "break 'a",
    "let x = 1;",
    "let Some(x) = y else { return };",
    "x",
    "self",
    "Self",
    "crate::x",
    "x!{ defer!(g()) }",
    "println!(\"{x} {y:?}\")",
    "fn g() {}",
    "use a::b;",
    "const C: u8 = 1;",
    "static S: u8 = 1;",
    "macro_rules! m { () => {} }",
    "unsafe",
    "&",
    "&mut",
    "*",
    "=",
    "=>",
    "::",
    "..",
    ";",
    ",",
    "1",
    "\"a\"",
    "b'x'",
    "__defer_site!(0)",
    "_",
    "-> Result<(), ()>",
    "where T: U",
    "<T>",
    "impl Trait",
    "dyn X",
    "!",
    "|",
    "||",
    "@",
    "#",
    "$x",
];

#[test]
fn fuzz() {
    on_a_large_stack(mutations);
}

fn mutations() {
    let executions = std::env::var("DEFER_FUZZ").ok().and_then(|count| count.parse().ok());
    let seed = std::env::var("DEFER_FUZZ_SEED").ok().and_then(|seed| seed.parse().ok());
    let functions = functions();
    let fragments: Vec<TokenStream> =
        FRAGMENTS.iter().map(|text| text.parse().expect("tokens")).collect();
    let mut random = fastrand::Rng::with_seed(seed.unwrap_or(1));
    for _ in 0..executions.unwrap_or(4_000) {
        let mut tokens = random.choice(&functions).expect("functions").clone();
        for _ in 0..random.u32(1..6) {
            tokens = mutated(tokens, &functions, &fragments, &mut random);
        }
        check(&tokens);
    }
}

/// Expands it, and looks at what comes out.
fn check(tokens: &TokenStream) {
    let given = tokens.to_string();
    let expand = || crate::expand(TokenStream::new(), tokens.clone());
    let Ok(expanded) = catch_unwind(std::panic::AssertUnwindSafe(expand)) else {
        panic!("the macro panics on\n{given}");
    };
    let Ok(file) = syn::parse2::<syn::File>(tokens.clone()) else { return };
    let [syn::Item::Fn(_)] = &*file.items else { return };
    let text = expanded.to_string();
    if given.contains("defer") {
        if let Err(error) = syn::parse2::<syn::File>(expanded) {
            panic!("{error}\n{given}\nbecomes\n{text}");
        }
    } else {
        assert_eq!(given, text, "a function without a site is left alone");
    }
}

/// One change, somewhere.
fn mutated(
    tokens: TokenStream,
    functions: &[TokenStream],
    fragments: &[TokenStream],
    random: &mut fastrand::Rng,
) -> TokenStream {
    let mut trees: Vec<TokenTree> = tokens.into_iter().collect();
    let groups: Vec<usize> =
        (0..trees.len()).filter(|at| matches!(trees[*at], TokenTree::Group(_))).collect();
    if let Some(&at) = random.choice(&groups).filter(|_| random.u8(..10) < 8)
        && let TokenTree::Group(group) = &trees[at]
    {
        let inner = mutated(group.stream(), functions, fragments, random);
        trees[at] = Group::new(group.delimiter(), inner).into();
        return trees.into_iter().collect();
    }
    let at = random.usize(..=trees.len());
    let some = at..(at + random.usize(..6)).min(trees.len());
    match random.u8(..9) {
        0 => drop(trees.drain(some)),
        1 => trees.truncate(at),
        2 => {
            let doubled = trees[some].to_vec();
            drop(trees.splice(at..at, doubled));
        }
        3 if !trees.is_empty() => {
            let (a, b) = (random.usize(..trees.len()), random.usize(..trees.len()));
            trees.swap(a, b);
        }
        4 => {
            let delimiters = [Delimiter::Brace, Delimiter::Parenthesis, Delimiter::None];
            let delimiter = delimiters[random.usize(..3)];
            let inner: TokenStream = trees.drain(some).collect();
            trees.insert(at, Group::new(delimiter, inner).into());
        }
        5 => {
            let other = random.choice(functions).expect("functions").clone();
            let other: Vec<TokenTree> = other.into_iter().collect();
            drop(trees.splice(at..at, other));
        }
        _ => {
            let fragment = random.choice(fragments).expect("fragments").clone();
            drop(trees.splice(at..at, fragment));
        }
    }
    trees.into_iter().collect()
}

/// Those of the tests that users would write.
fn functions() -> Vec<TokenStream> {
    struct Functions(Vec<TokenStream>);
    impl<'ast> Visit<'ast> for Functions {
        fn visit_item_fn(&mut self, function: &'ast syn::ItemFn) {
            let function = syn::ItemFn { attrs: Vec::new(), ..function.clone() };
            self.0.push(function.to_token_stream());
            visit::visit_item_fn(self, &function.clone());
        }
    }
    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/tests");
    let mut functions = Functions(Vec::new());
    for name in ["forms", "placement", "frames", "outcome", "async_frames", "corners", "containers"]
    {
        let text = std::fs::read_to_string(tests.join(name).with_extension("rs")).expect("a test");
        functions.visit_file(&syn::parse_file(&text).expect("it compiles"));
    }
    functions.0
}

/// With as much of a stack as the compiler gives itself for deep code.
fn on_a_large_stack(run: impl FnOnce() + Send + 'static) {
    let thread = std::thread::Builder::new().stack_size(256 << 20).spawn(run);
    thread.expect("a thread").join().expect("nothing is found");
}

#[test]
fn deep_nesting_and_long_functions_end() {
    on_a_large_stack(deep_and_long);
}

fn deep_and_long() {
    let deep = |open: &str, close: &str| {
        let (open, close) = (open.repeat(100), close.repeat(100));
        format!("fn f() {{ {open} defer!(g()); {close} }}")
    };
    for text in [
        deep("{", "}"),
        deep("if x {", "}"),
        deep("loop {", "}"),
        deep("let c = || {", "};"),
        deep("defer! {", "}"),
        format!("fn f() {{ {} }}", "defer!(g(x)?); h()?;".repeat(1_000)),
        format!("fn f() {{ x = {}; defer!(g()); }}", "a + ".repeat(1_000) + "1"),
    ] {
        check(&text.parse().expect("tokens"));
    }
}
