//! Defers in other people's code: takes a file, finds its functions and where a statement may stand in them,
//! gives the text with an attribute and some `defer!`s in each. Lines stay what they were, so that errors can
//! be told to be of a function.

use std::collections::BTreeSet;
use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};

use fastrand::Rng;
use proc_macro2::{Span, TokenStream};
use quote::ToTokens;
use syn::spanned::Spanned;
use syn::visit::{self, Visit};
use syn::{
    Arm, AttrStyle, Attribute, Block, Expr, ImplItemFn, ItemFn, Pat, PatIdent, Signature, Stmt,
    TraitItemFn,
};

/// A function: its file, and where its body begins.
pub(crate) type Function = (PathBuf, usize);

/// The attribute ahead of a function.
const ATTRIBUTE: &str = "#[::defer_rt::deferrable(track_caller)] ";
const PROBE: &str = " let __probe = ::defer_probe::Probe::new();";
const SITES: [&str; 4] = [
    " defer!(__probe.ran(__probe.registered()));",
    " { let __number = __probe.registered(); defer! { __probe.ran(__number); } }",
    " __probe.registered(); defer! { __probe.ran_newest(); }",
    " __probe.registered(); defer!(|_outcome| __probe.ran_newest());",
];

/// Which defers are put in.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sites {
    /// One to three at random statements.
    ByChance,
    /// One, ahead of all statements.
    First,
    /// Up to three, each behind a variable's declaration, that mention the variable.
    Mentioning,
}

/// A file with its functions.
pub(crate) struct Source {
    path: PathBuf,
    text: String,
    found: Vec<Found>,
}

struct Found {
    lines: Range<usize>,
    body: usize,
    /// What is put in where; nothing if it cannot defer.
    put_in: Vec<(usize, String)>,
}

impl Source {
    /// All below a folder that can be read.
    pub(crate) fn all(folder: &Path, sites: Sites) -> Result<Vec<Self>, String> {
        let mut sources = Vec::new();
        collect(folder, sites, &mut sources).map_err(|error| error.to_string())?;
        Ok(sources)
    }

    fn new(path: PathBuf, text: String, sites: Sites) -> Option<Self> {
        let file = syn::parse_file(&text).ok()?;
        let random = Rng::with_seed(text.len() as u64);
        let mut finder = Finder { random, sites, found: Vec::new() };
        finder.visit_file(&file);
        // Byte ranges count from the beginning of all that was parsed, of which the file is a part.
        Some(Self { path, text, found: finder.found })
    }

    pub(crate) fn path(&self) -> PathBuf {
        self.path.clone()
    }

    pub(crate) fn functions(&self) -> usize {
        self.found.len()
    }

    pub(crate) fn with_sites(&self, left_out: &BTreeSet<Function>) -> usize {
        self.found.iter().filter(|found| self.has_sites(found, left_out)).count()
    }

    fn has_sites(&self, found: &Found, left_out: &BTreeSet<Function>) -> bool {
        !found.put_in.is_empty() && !left_out.contains(&(self.path.clone(), found.body))
    }

    /// The innermost function around a line that can have sites.
    pub(crate) fn function_at(&self, line: usize) -> Option<Function> {
        let around = self.found.iter().filter(|found| found.lines.contains(&line));
        let with = around.filter(|found| !found.put_in.is_empty());
        let innermost = with.min_by_key(|found| found.lines.len())?;
        Some((self.path.clone(), innermost.body))
    }

    /// Writes the text, with sites in all functions but these.
    pub(crate) fn write(&self, left_out: &BTreeSet<Function>) -> Result<(), String> {
        let with = self.found.iter().filter(|found| self.has_sites(found, left_out));
        let mut put_in: Vec<&(usize, String)> = with.flat_map(|found| &found.put_in).collect();
        put_in.sort_by_key(|(at, _)| *at);
        let mut text = self.text.clone();
        for (at, what) in put_in.into_iter().rev() {
            text.insert_str(*at, what);
        }
        fs::write(&self.path, text).map_err(|error| error.to_string())
    }
}

fn collect(folder: &Path, sites: Sites, sources: &mut Vec<Source>) -> std::io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, sites, sources)?;
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = fs::read_to_string(&path)?;
            // The places in it count from its own beginning then.
            proc_macro2::extra::invalidate_current_thread_spans();
            sources.extend(Source::new(path, text, sites));
        }
    }
    Ok(())
}

struct Finder {
    random: Rng,
    sites: Sites,
    found: Vec<Found>,
}

impl<'ast> Visit<'ast> for Finder {
    fn visit_item_fn(&mut self, item: &'ast ItemFn) {
        let tokens = ItemFn { attrs: Vec::new(), ..item.clone() }.into_token_stream();
        self.function(&item.attrs, &item.sig, &item.block, tokens);
        visit::visit_item_fn(self, item);
    }

    fn visit_impl_item_fn(&mut self, item: &'ast ImplItemFn) {
        let tokens = ImplItemFn { attrs: Vec::new(), ..item.clone() }.into_token_stream();
        self.function(&item.attrs, &item.sig, &item.block, tokens);
        visit::visit_impl_item_fn(self, item);
    }

    fn visit_trait_item_fn(&mut self, item: &'ast TraitItemFn) {
        let tokens = TraitItemFn { attrs: Vec::new(), ..item.clone() }.into_token_stream();
        if let Some(block) = &item.default {
            self.function(&item.attrs, &item.sig, block, tokens);
        }
        visit::visit_trait_item_fn(self, item);
    }
}

impl Finder {
    fn function(
        &mut self,
        attributes: &[Attribute],
        signature: &Signature,
        block: &Block,
        without_attributes: TokenStream,
    ) {
        let cannot = |attribute: &Attribute| {
            let inner = matches!(attribute.style, AttrStyle::Inner(_));
            inner || attribute.path().is_ident("naked")
        };
        let body = after_brace(block);
        let end = block.brace_token.span.close().end().line;
        let mut put_in = Vec::new();
        if signature.constness.is_none() && !attributes.iter().any(cannot) {
            let first = without_attributes.into_iter().next();
            let start = first.map_or(body, |token| start(token.span()));
            put_in.push((start, ATTRIBUTE.to_owned()));
            let (random, sites) = (&mut self.random, self.sites);
            Frames { random, sites, put_in: &mut put_in }.frame(block);
        }
        let first = signature.fn_token.span.start().line.saturating_sub(attributes.len());
        self.found.push(Found { lines: first..end + 1, body, put_in });
    }
}

/// Puts sites into a frame, and into some of those in it.
struct Frames<'a> {
    random: &'a mut Rng,
    sites: Sites,
    put_in: &'a mut Vec<(usize, String)>,
}

impl Frames<'_> {
    fn frame(&mut self, block: &Block) {
        let begin = after_brace(block);
        // What is put in at the same place is in the order of the list.
        self.put_in.push((begin, PROBE.to_owned()));
        if self.sites == Sites::First {
            return self.put_in.push((begin, SITES[0].to_owned()));
        }
        let mut places = Places::default();
        places.visit_block(block);
        for _ in 0..self.random.usize(1..4) {
            self.site(&places, begin);
        }
        for inner in places.frames {
            if self.random.u8(..3) == 0 {
                self.frame(inner);
            }
        }
    }

    fn site(&mut self, places: &Places<'_>, begin: usize) {
        if self.sites == Sites::Mentioning {
            let Some((at, name)) = self.random.choice(&places.variables) else { return };
            let site = format!(
                " __probe.registered(); defer! {{ let _ = &{name}; __probe.ran_newest(); }}"
            );
            return self.put_in.push((*at, site));
        }
        let at = self.random.choice(&places.all).copied().unwrap_or(begin);
        let site = self.random.choice(SITES).unwrap_or(SITES[0]);
        self.put_in.push((at, site.to_owned()));
    }
}

/// Where a statement may stand in a frame, its variables, behind the declarations of which they can be
/// mentioned, and the frames in it.
#[derive(Default)]
struct Places<'ast> {
    all: Vec<usize>,
    variables: Vec<(usize, String)>,
    frames: Vec<&'ast Block>,
}

impl Places<'_> {
    fn declared(&mut self, pattern: &Pat, at: usize) {
        let mut names = Names(Vec::new());
        names.visit_pat(pattern);
        self.variables.extend(names.0.into_iter().map(|name| (at, name)));
    }

    fn declared_by_condition(&mut self, condition: &Expr, at: usize) {
        match condition {
            Expr::Let(it) => self.declared(&it.pat, at),
            Expr::Binary(it) => {
                self.declared_by_condition(&it.left, at);
                self.declared_by_condition(&it.right, at);
            }
            _ => {}
        }
    }
}

/// The names that a pattern binds: those in upper case may be constants.
struct Names(Vec<String>);

impl<'ast> Visit<'ast> for Names {
    fn visit_pat_ident(&mut self, pat: &'ast PatIdent) {
        let name = pat.ident.to_string();
        if name.starts_with(|first: char| first.is_lowercase() || first == '_') {
            self.0.push(name);
        }
        visit::visit_pat_ident(self, pat);
    }

    fn visit_expr(&mut self, _: &'ast Expr) {}
}

impl<'ast> Visit<'ast> for Places<'ast> {
    fn visit_block(&mut self, block: &'ast Block) {
        self.all.push(after_brace(block));
        for stmt in &block.stmts {
            // Ahead of an item it is the same to rustc, but not to a macro that comes later; and between
            // two of which `#[cfg]` takes one, nothing can stand.
            let is_attributed = stmt.to_token_stream().to_string().starts_with('#');
            if !matches!(stmt, Stmt::Item(_) | Stmt::Macro(_)) && !is_attributed {
                self.all.push(start(stmt.span()));
            }
            if let Stmt::Local(local) = stmt
                && local.init.is_some()
                && !is_attributed
            {
                self.declared(&local.pat, stmt.span().byte_range().end);
            }
        }
        visit::visit_block(self, block);
    }

    fn visit_expr(&mut self, expr: &'ast Expr) {
        match expr {
            Expr::Closure(closure) => {
                if let Expr::Block(body) = &*closure.body
                    && body.label.is_none()
                    && body.attrs.is_empty()
                {
                    self.frames.push(&body.block);
                }
            }
            Expr::Async(body) => self.frames.push(&body.block),
            Expr::Const(_) => {}
            Expr::ForLoop(it) => {
                self.declared(&it.pat, after_brace(&it.body));
                visit::visit_expr(self, expr);
            }
            Expr::If(it) => {
                self.declared_by_condition(&it.cond, after_brace(&it.then_branch));
                visit::visit_expr(self, expr);
            }
            Expr::While(it) => {
                self.declared_by_condition(&it.cond, after_brace(&it.body));
                visit::visit_expr(self, expr);
            }
            _ => visit::visit_expr(self, expr),
        }
    }

    fn visit_arm(&mut self, arm: &'ast Arm) {
        if let Expr::Block(body) = &*arm.body
            && arm.attrs.is_empty()
        {
            self.declared(&arm.pat, after_brace(&body.block));
        }
        visit::visit_arm(self, arm);
    }

    fn visit_item(&mut self, _: &'ast syn::Item) {}

    fn visit_type(&mut self, _: &'ast syn::Type) {}

    fn visit_generic_argument(&mut self, _: &'ast syn::GenericArgument) {}
}

fn after_brace(block: &Block) -> usize {
    block.brace_token.span.open().byte_range().end
}

fn start(span: Span) -> usize {
    span.byte_range().start
}
