//! Prints the trees as Rust, as a person would have written them: plain `let mut` variables, `for`,
//! `while`, `loop` and `match`, `defer!` with calls and blocks.

mod fragments;
mod rust;

use std::collections::BTreeMap;
use std::fmt::Write;

use super::corpus::Classified;
use super::ir::{Defer, Deferred, Frame, Func, Manner, Program, Stmt, Ty, inner_bodies};

/// Rust source, and where its sites are.
#[derive(Default)]
pub struct Printed {
    /// The source.
    pub text: String,
    /// The line of each site, by function and number.
    pub sites: BTreeMap<(usize, u32), usize>,
    lines: usize,
    /// The function being printed.
    function: usize,
    result: bool,
    /// The results of the frames around, innermost last, where it is printed in Rust's manner.
    frames: Vec<Ty>,
    /// What the fragments of the function being printed stand for.
    fragments: Vec<String>,
    /// Which functions of the program wait.
    waits: Vec<bool>,
}

/// What the printed programs call, without the documentation of the file, which can stand at a program's beginning alone.
///
/// # Panics
/// If the file has no documentation.
#[must_use]
pub fn prelude() -> &'static str {
    include_str!("prelude.rs").split_once("\n\n").expect("documentation, and an empty line").1
}

/// One function of the classified corpus, with its result returned as Rust functions return theirs.
pub fn classified(function: &Classified, out: &mut Printed) {
    out.function = function.id;
    out.result = function.ir.result;
    let result = if function.ir.result { "-> i32 " } else { "" };
    out.line("#[deferrable]");
    out.line(&format!("fn g{}() {result}{{", function.id));
    out.line("let (mut x, mut r) = (0i32, 0i32);");
    out.body(&function.ir.body);
    out.line("}");
}

/// A program in a module of its own, with this attribute on each function.
pub fn program(program: &Program, module: &str, attribute: &str, out: &mut Printed) {
    out.line(&format!("pub mod {module} {{ use super::*;"));
    let waits = |function: &Func| matches!(function.manner, Manner::Rust(frame) if frame.waits);
    out.waits = program.funcs.iter().map(waits).collect();
    for function in &program.funcs {
        let start = out.text.len();
        out.line(attribute);
        match function.manner {
            Manner::Go => out.function(function),
            Manner::Rust(frame) => out.rust_function(function, frame),
        }
        out.in_a_macro(start);
    }
    out.line("}");
}

/// How the entry point is called, and its result shown.
#[must_use]
pub fn entry(program: &Program, module: &str) -> String {
    let call = format!("{module}::f0");
    match &program.funcs[0] {
        Func { manner: Manner::Rust(Frame { waits: true, .. }), .. } => {
            format!("|waits| drive({call}(), waits).map(|value| value.shown())")
        }
        Func { manner: Manner::Rust(_), .. } => format!("|_| Some({call}().shown())"),
        Func { result: true, .. } => format!("|_| Some({call}_value().shown())"),
        Func { .. } => format!("|_| {{ {call}_alone(); Some(String::new()) }}"),
    }
}

impl Printed {
    fn line(&mut self, text: &str) {
        let _ = writeln!(self.text, "{text}");
        self.lines += 1;
    }

    /// Adds lines that were not printed here.
    pub fn raw(&mut self, text: &str) {
        text.lines().for_each(|line| self.line(line));
    }

    fn function(&mut self, function: &Func) {
        let name = &function.name;
        self.line(&format!("pub fn {name}(r: &mut i32, mut o: Option<&mut Outcome<()>>) {{"));
        self.line("let mut x = 0i32;");
        self.body(&function.body);
        self.line("}");
        self.line(&format!(
            "pub fn {name}_value() -> i32 {{ let mut r = 0; {name}(&mut r, None); r }}"
        ));
        self.line(&format!("pub fn {name}_alone() {{ {name}(&mut 0, None); }}"));
        if function.result {
            self.line(&format!("pub fn {name}_traced(id: u32) {{ v(id, {name}_value()); }}"));
        } else {
            self.line(&format!("pub fn {name}_traced(_: u32) {{ {name}_alone(); }}"));
        }
    }

    fn body(&mut self, body: &[Stmt]) {
        for stmt in body {
            self.stmt(stmt);
        }
    }

    fn block(&mut self, head: &str, body: &[Stmt], foot: &str) {
        self.line(&format!("{head}{{"));
        self.body(body);
        self.line(&format!("}}{foot}"));
    }

    fn stmt(&mut self, stmt: &Stmt) {
        let r = if self.result { "r" } else { "*r" };
        match stmt {
            Stmt::T { id } => self.line(&format!("t({id});")),
            Stmt::Tx { id } => self.line(&format!("tx({id}, x);")),
            Stmt::Setx { v } => self.line(&format!("x = {v};")),
            Stmt::Addx { v } => self.line(&format!("x += {v};")),
            Stmt::Setr { v } => self.line(&format!("{r} = {v};")),
            Stmt::Addr { v } => self.line(&format!("{r} += {v};")),
            Stmt::Vr { id } => self.line(&format!("vr({id}, {r});")),
            Stmt::Call { id, f } if self.ty().is_some() => self.rust_call(*id, *f),
            Stmt::Call { id, f } => self.line(&format!("f{f}_traced({id});")),
            Stmt::Defer(site) => self.defer(site),
            Stmt::If { cond, then, r#else } => self.choice(cond, then, r#else.as_deref()),
            Stmt::Switch { cases, default } => self.switch(cases, default.as_deref()),
            Stmt::For { n, label: l, body } => {
                self.block(&label(l.as_ref(), &format!("for _ in 0..{n} ")), body, "");
            }
            Stmt::While { label: l, body } => {
                self.block(&label(l.as_ref(), "while flip() "), body, "");
            }
            Stmt::Loop { label: l, body } => {
                self.line(&format!("{}{{ if flip() {{ break; }}", label(l.as_ref(), "loop ")));
                self.body(body);
                self.line("}");
            }
            Stmt::Block { label: l, body } => self.block(&label(l.as_ref(), ""), body, ""),
            Stmt::Break { to } => self.line(&format!("break '{to};")),
            Stmt::Continue { to } => self.line(&format!("continue '{to};")),
            Stmt::Return { v } => match self.ty() {
                Some(ty) => self.rust_return(*v, ty),
                None => self.ret(*v),
            },
            Stmt::Panic { v } => self.line(&format!("std::panic::panic_any({v});")),
            Stmt::Recover { id } if self.ty().is_some() => {
                self.line(&format!("recovered({id}, o.recover());"));
            }
            Stmt::Recover { id } => self.line(&format!("recover({id}, &mut o);")),
            Stmt::Closure { body, .. } if self.ty().is_some() => self.rust_closure(body),
            Stmt::Closure { body, .. } => self.closure(body),
            Stmt::Rust(stmt) => self.rust(stmt),
        }
    }

    fn choice(&mut self, cond: &str, then: &[Stmt], other: Option<&[Stmt]>) {
        let cond = if cond == "flip" { "flip()" } else { cond };
        self.block(&format!("if {cond} "), then, "");
        if let Some(other) = other {
            self.block("else ", other, "");
        }
    }

    fn switch(&mut self, cases: &[Vec<Stmt>], default: Option<&[Stmt]>) {
        self.line(&format!("match pick({}) {{", cases.len() + 1));
        for (index, case) in cases.iter().enumerate() {
            self.block(&format!("{index} => "), case, "");
        }
        self.block("_ => ", default.unwrap_or_default(), "");
        self.line("}");
    }

    fn ret(&mut self, value: Option<i32>) {
        match (self.result, value) {
            (true, Some(v)) => self.line(&format!("return {v};")),
            (true, None) => self.line("return r;"),
            (false, Some(v)) => self.line(&format!("{{ *r = {v}; return; }}")),
            (false, None) => self.line("return;"),
        }
    }

    /// A literal's returns are its own, and carry nothing.
    fn closure(&mut self, body: &[Stmt]) {
        let result = std::mem::take(&mut self.result);
        self.line("{ let mut o: Option<&mut Outcome<()>> = None;");
        if result {
            self.line("let mut r = &mut r;");
        }
        self.block("(|| ", body, ")();");
        self.line("}");
        self.result = result;
    }

    fn defer(&mut self, site: &Defer) {
        let id = site.id;
        self.line(&format!("d({id});"));
        self.sites.insert((self.function, id), self.lines + 1);
        if self.ty().is_some() {
            return self.rust_defer(site);
        }
        match &site.call {
            Deferred::T => self.line(&format!("defer!(run({id}));")),
            Deferred::Tx => self.line(&format!("defer!(runx({id}, x));")),
            Deferred::ArgCall { f } => self.line(&format!("defer!(runx({id}, f{f}_value()));")),
            Deferred::Fn { f } => self.line(&format!("defer!(|o| f{f}(&mut 0, Some(o)));")),
            Deferred::Lit { body } => {
                let result = std::mem::take(&mut self.result);
                if body.iter().any(recovers) {
                    self.line(&format!("defer!(|o| {{ run({id}); let mut o = Some(o);"));
                } else {
                    self.line(&format!("defer! {{ run({id});"));
                }
                if result {
                    self.line("let r = &mut r;");
                }
                self.body(body);
                self.line(if body.iter().any(recovers) { "});" } else { "}" });
                self.result = result;
            }
            _ => unreachable!("Go has no such call"),
        }
    }
}

/// Whether a literal recovers itself, not one within it.
fn recovers(stmt: &Stmt) -> bool {
    let within = || inner_bodies(stmt).into_iter().flatten().any(recovers);
    matches!(stmt, Stmt::Recover { .. }) || within()
}

fn label(label: Option<&String>, head: &str) -> String {
    label.map_or_else(|| head.to_owned(), |label| format!("'{label}: {head}"))
}
