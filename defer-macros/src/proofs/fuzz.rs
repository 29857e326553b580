//! The macro never panics, it ends, and what it emits parses, whatever it is given: functions of the
//! tests, with tokens left out, doubled, swapped, cut off, wrapped, and mixed with those of others; code
//! that is typed half, as an editor sends it; junk; in an `impl`, a `trait` or a `mod`; with options.
//!
//! `DEFER_FUZZ=10000000 cargo test --release -p defer-macros fuzz` runs that many instead of a few. What a macro is made
//! of is not optimized unless cargo is told so: with `CARGO_PROFILE_RELEASE_BUILD_OVERRIDE_OPT_LEVEL=3`, it is four times
//! as fast. `DEFER_FUZZ_SEED` is where to begin, for several processes.

use std::panic::catch_unwind;
use std::path::Path;

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use quote::ToTokens;
use syn::visit::{self, Visit};

use crate::error::Errors;
use crate::read::{Options, Prepared, prepare};

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
    "#[deferrable]",
    "#[deferrable(force = \"heap\")]",
    "#[deferrable] for x in y { defer!(f(x)); if x { continue } g(x)?; }",
    "let z = #[deferrable] 'b: { errdefer!(f(&x)); break 'b x };",
    "#[deferrable] while x { defer! { y += 1; } return y; }",
    "take!(x)",
    "take!(x).m()?",
    "let mut x = f();",
    "let x;",
    "x = f(x);",
    "trace!(took = ?x, %y)",
    "ensure!(x, \"{y}\")",
    "Ok(x)",
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

/// What stands in the attribute.
const OPTIONS: &[&str] = &[
    "",
    "",
    "",
    "notes",
    "force = \"stack\"",
    "force = \"heap\", deny(stack)",
    "deny(stack, heap, await)",
    "crate = ::a::b",
    "force = \"neither\"",
    "notes, notes",
    "deny",
    "track_caller",
    "crate =",
    ", force = ,",
    "unknown(a b c) 1",
];

#[test]
fn fuzz() {
    let number = |name| std::env::var(name).ok().and_then(|text| text.parse().ok());
    let first: u64 = number("DEFER_FUZZ_SEED").unwrap_or(1);
    let seeds: Vec<u64> = (first..first + number("DEFER_FUZZ").unwrap_or(4_000)).collect();
    // A thread keeps the places of all that it ever read, so it must not live long.
    for (done, some) in seeds.chunks(20_000).enumerate() {
        let some = some.to_vec();
        on_a_large_stack(move || executions(&some));
        println!("{} executions", done * 20_000 + 20_000.min(seeds.len() - done * 20_000));
    }
}

/// Each is decided by its seed alone.
fn executions(seeds: &[u64]) {
    let mut functions = functions();
    functions.sort_by_cached_key(size);
    let material = Material {
        functions,
        fragments: FRAGMENTS.iter().map(|text| text.parse().expect("tokens")).collect(),
    };
    for &seed in seeds {
        let (options, tokens) = material.attributed(&mut fastrand::Rng::with_seed(seed));
        let checked = catch_unwind(std::panic::AssertUnwindSafe(|| check(&options, &tokens)));
        assert!(checked.is_ok(), "DEFER_FUZZ_SEED={seed} DEFER_FUZZ=1 runs this one alone");
    }
}

/// Expands it, and looks at what comes out.
fn check(options: &TokenStream, tokens: &TokenStream) {
    let expand = || super::expand(options, tokens);
    let Ok(expanded) = catch_unwind(std::panic::AssertUnwindSafe(expand)) else {
        panic!("the macro panics on\n{tokens}");
    };
    if let Err(error) = syn::parse2::<syn::File>(expanded.clone()) {
        let is_item = syn::parse2::<syn::File>(as_rustc_sees_it(tokens)).is_ok_and(|file| {
            use syn::Item::{Fn, Impl, Mod, Trait};
            matches!(&*file.items, [Fn(_) | Impl(_) | Trait(_) | Mod(_)])
        });
        assert!(!is_item, "{error}\n{tokens}\nbecomes\n{expanded}");
    } else if !mentions_defer(tokens.clone())
        && !crate::read::tokens::mention(expanded.clone(), "compile_error")
    {
        // A group without delimiters leaves spaces behind, or the parentheses that it stands for.
        let left: &[char] = if has_hidden(tokens) { &[' ', '\n', '(', ')'] } else { &[' ', '\n'] };
        let text = |tokens: &TokenStream| tokens.to_string().replace(left, "");
        assert!(text(tokens) == text(&expanded), "without a site\n{tokens}\nbecomes\n{expanded}");
    }
}

/// Groups that nobody sees hold together what is in them, which syn does not mind.
fn as_rustc_sees_it(tokens: &TokenStream) -> TokenStream {
    let options = Options::parse(TokenStream::new(), &mut Errors::default());
    match prepare(&options, &TokenStream::new(), tokens.clone()) {
        Prepared::Item(item) => item,
        Prepared::Asks(_) => tokens.clone(),
    }
}

fn has_hidden(tokens: &TokenStream) -> bool {
    tokens.clone().into_iter().any(|token| match token {
        TokenTree::Group(it) => it.delimiter() == Delimiter::None || has_hidden(&it.stream()),
        _ => false,
    })
}

fn mentions_defer(tokens: TokenStream) -> bool {
    tokens.into_iter().any(|token| match token {
        TokenTree::Group(group) => mentions_defer(group.stream()),
        TokenTree::Ident(name) => name.to_string().contains("defer"),
        TokenTree::Punct(_) | TokenTree::Literal(_) => false,
    })
}

/// What the items are made of.
struct Material {
    /// The small ones first.
    functions: Vec<TokenStream>,
    fragments: Vec<TokenStream>,
}

impl Material {
    /// An attribute, and what it stands on.
    fn attributed(&self, random: &mut fastrand::Rng) -> (TokenStream, TokenStream) {
        let mut tokens = match random.u8(..20) {
            0 => (0..random.u8(..20)).flat_map(|_| one_of(&self.fragments, random)).collect(),
            // A mistake in a small one is found sooner.
            1..18 => one_of(&self.functions[..self.functions.len() / 4], random),
            _ => one_of(&self.functions, random),
        };
        for _ in 0..random.u32(1..6) {
            tokens = mutated(tokens, &self.functions, &self.fragments, random);
        }
        if random.u8(..4) == 0 {
            tokens = half_typed(tokens, random);
        }
        if random.u8(..8) == 0 {
            let around =
                ["impl X", "impl<T> X for Y<T>", "trait X", "mod x", "pub mod x", "union U"];
            let head: TokenStream = one_of(&around, random).parse().expect("tokens");
            tokens = quote::quote!(#head { #tokens });
        }
        (one_of(OPTIONS, random).parse().expect("tokens"), tokens)
    }
}

fn size(tokens: &TokenStream) -> usize {
    let within = |token| match token {
        TokenTree::Group(group) => size(&group.stream()),
        TokenTree::Ident(_) | TokenTree::Punct(_) | TokenTree::Literal(_) => 0,
    };
    tokens.clone().into_iter().map(|token| 1 + within(token)).sum()
}

fn one_of<T: Clone>(choices: &[T], random: &mut fastrand::Rng) -> T {
    random.choice(choices).expect("a choice").clone()
}

/// As an editor sends it: the text ends somewhere in the middle, and what is open is closed.
fn half_typed(tokens: TokenStream, random: &mut fastrand::Rng) -> TokenStream {
    let mut text = tokens.to_string();
    let mut end = random.usize(..=text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.truncate(end);
    let mut open = Vec::new();
    for character in text.chars() {
        match character {
            '(' => open.push(')'),
            '[' => open.push(']'),
            '{' => open.push('}'),
            ')' | ']' | '}' => drop(open.pop()),
            _ => {}
        }
    }
    text.extend(open.into_iter().rev());
    text.parse().unwrap_or(tokens)
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
            let other = one_of(functions, random);
            let other: Vec<TokenTree> = other.into_iter().collect();
            drop(trees.splice(at..at, other));
        }
        _ => {
            let fragment = one_of(fragments, random);
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
    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests");
    let names =
        ["forms", "placement", "frames", "outcome", "async_frames", "corners", "containers"];
    let mut files: Vec<_> =
        names.iter().map(|name| tests.join("tests").join(name).with_extension("rs")).collect();
    let kinds = std::fs::read_dir(tests.join("kinds")).expect("the folder of kinds").flatten();
    files.extend(kinds.map(|file| file.path()));
    files.sort();
    let mut functions = Functions(Vec::new());
    for file in files {
        let text = std::fs::read_to_string(&file).expect("a test");
        functions.visit_file(&syn::parse_file(&text).expect("it is Rust"));
    }
    functions.0
}

/// With as much of a stack as the compiler gives itself for deep code.
pub(crate) fn on_a_large_stack(run: impl FnOnce() + Send + 'static) {
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
        check(&TokenStream::new(), &text.parse().expect("tokens"));
    }
}

#[test]
fn what_was_found_stays_mended() {
    let text = "fn f(m: &M) { take! { (x).m()? } defer!(add(&mut *m.lock())); }";
    check(&TokenStream::new(), &text.parse().expect("tokens"));
}
