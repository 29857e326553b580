//! Real code: every function of well-known crates comes out of the macro as it went in, and with a `defer!`
//! put in at a statement by chance, it expands without an error to what parses.
//!
//! By default a fortieth of those of the crates that this workspace is built with; `DEFER_CORPUS=some` is
//! for all of these, and `DEFER_CORPUS=all cargo test --release -p defer-macros corpus` for all crates that
//! cargo has ever unpacked on the machine.

use std::path::{Path, PathBuf};

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::visit::{self, Visit};
use syn::visit_mut::{self, VisitMut};
use syn::{Block, Expr, ImplItemFn, ItemFn, Stmt, TraitItemFn, parse_quote};

use super::fuzz::on_a_large_stack;
use crate::read::tokens::mention;

const CRATES: &[&str] = &[
    "anyhow-",
    "async-trait-",
    "criterion-",
    "eyre-",
    "futures-util-",
    "itertools-",
    "memchr-",
    "object-",
    "rayon-",
    "regex-automata-",
    "regex-syntax-",
    "serde_core-",
    "serde_json-",
    "syn-",
    "tokio-",
    "tracing-",
];

#[test]
fn corpus() {
    on_a_large_stack(|| {
        let which = std::env::var("DEFER_CORPUS").unwrap_or_default();
        let mut run = Run { every: if which.is_empty() { 40 } else { 1 }, ..Run::default() };
        for file in files(which == "all") {
            let Ok(text) = std::fs::read_to_string(&file) else { continue };
            // Not all is Rust of today: tests of compilers, templates.
            let Ok(parsed) = syn::parse_file(&text) else { continue };
            run.random = fastrand::Rng::with_seed(text.len() as u64);
            run.file = file;
            run.visit_file(&parsed);
        }
        println!("{} functions, {} with a defer put in", run.functions, run.sites);
        assert!(run.functions > 20 && run.sites > 20, "the sources are there");
    });
}

/// The sources as cargo unpacks them.
fn files(all: bool) -> Vec<PathBuf> {
    let home = std::env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = home.or_else(|| std::env::home_dir().map(|home| home.join(".cargo")));
    let sources = home.expect("cargo has a home").join("registry/src");
    let registries = std::fs::read_dir(sources).expect("cargo has unpacked something");
    let crates = registries.flatten().flat_map(|registry| folder(&registry.path()));
    let name = |path: &PathBuf| path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let chosen = crates.filter(|path| {
        let name = name(path);
        let version = |known: &&str| {
            name.strip_prefix(*known)
                .is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
        };
        all || CRATES.iter().any(version)
    });
    let mut files = Vec::new();
    chosen.for_each(|path| collect(&path.join("src"), &mut files));
    files
}

fn folder(path: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(path).into_iter().flatten().flatten();
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
    paths.sort();
    paths
}

fn collect(path: &Path, files: &mut Vec<PathBuf>) {
    for path in folder(path) {
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
}

#[derive(Default)]
struct Run {
    random: fastrand::Rng,
    file: PathBuf,
    /// One in so many functions is taken.
    every: usize,
    functions: usize,
    sites: usize,
}

impl<'ast> Visit<'ast> for Run {
    fn visit_item_fn(&mut self, item: &'ast ItemFn) {
        self.function(item.to_token_stream());
        visit::visit_item_fn(self, item);
    }

    fn visit_impl_item_fn(&mut self, item: &'ast ImplItemFn) {
        self.function(item.to_token_stream());
        visit::visit_impl_item_fn(self, item);
    }

    fn visit_trait_item_fn(&mut self, item: &'ast TraitItemFn) {
        if item.default.is_some() {
            self.function(item.to_token_stream());
        }
        visit::visit_trait_item_fn(self, item);
    }
}

impl Run {
    fn function(&mut self, given: TokenStream) {
        if self.random.usize(..self.every) > 0 {
            return;
        }
        self.functions += 1;
        if mention(given.clone(), "defer") {
            return;
        }
        let mut item: ItemFn = syn::parse2(given.clone()).expect("a function");
        let name = format!("{} in {}", item.sig.ident, self.file.display());
        let same = crate::expand(&TokenStream::new(), given.clone());
        assert_eq!(given.to_string(), same.to_string(), "{name} is left alone");
        let is_refused = |attribute: &syn::Attribute| attribute.path().is_ident("track_caller");
        if item.sig.constness.is_some() || item.attrs.iter().any(is_refused) {
            return;
        }
        Insert { random: &mut self.random, put_in: 0 }.visit_block_mut(&mut item.block);
        self.sites += 1;
        let expanded = super::expand(&TokenStream::new(), &item.to_token_stream());
        let errors = mention(expanded.clone(), "compile_error") && !mention(given, "compile_error");
        assert!(!errors, "{name}: {expanded}");
        let parsed = syn::parse2::<ItemFn>(expanded.clone());
        assert!(parsed.is_ok(), "{name}: {expanded}");
    }
}

/// Puts in a site where a statement may stand: at the beginning for certain, elsewhere by chance.
struct Insert<'a> {
    random: &'a mut fastrand::Rng,
    put_in: u32,
}

impl VisitMut for Insert<'_> {
    fn visit_block_mut(&mut self, block: &mut Block) {
        visit_mut::visit_block_mut(self, block);
        if self.put_in == 0 || self.random.u8(..4) == 0 {
            let at = self.random.usize(..=statements(block));
            let sites: [Stmt; 4] = [
                parse_quote!(defer!(probe(1, x.y));),
                parse_quote!(defer! { probe(2); }),
                parse_quote!(defer!(probe.m(&mut x)?);),
                parse_quote!(errdefer!(|outcome| { probe(outcome); });),
            ];
            block.stmts.insert(at, self.random.choice(sites).expect("one of four"));
            self.put_in += 1;
        }
    }

    fn visit_expr_mut(&mut self, expr: &mut Expr) {
        // Blocks of their own, which the attribute does not cover.
        if !matches!(expr, Expr::Const(_)) {
            visit_mut::visit_expr_mut(self, expr);
        }
    }

    fn visit_item_mut(&mut self, _: &mut syn::Item) {}

    fn visit_type_mut(&mut self, _: &mut syn::Type) {}

    fn visit_generic_argument_mut(&mut self, _: &mut syn::GenericArgument) {}
}

/// How many of the block's statements a site can stand ahead of, or behind.
fn statements(block: &Block) -> usize {
    match block.stmts.last() {
        Some(Stmt::Expr(_, None) | Stmt::Macro(_)) => block.stmts.len() - 1,
        _ => block.stmts.len(),
    }
}

/// So that a change of these tests is seen to be one.
#[test]
fn what_is_put_in_is_lowered() {
    let mut random = fastrand::Rng::with_seed(1);
    let mut item: ItemFn = parse_quote!(
        fn f() {
            loop {
                if a {
                    b();
                }
            }
        }
    );
    Insert { random: &mut random, put_in: 0 }.visit_block_mut(&mut item.block);
    let expanded = crate::expand(&TokenStream::new(), quote!(#item)).to_string();
    assert!(expanded.contains("__private"), "{expanded}");
}
