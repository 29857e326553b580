//! Prints the trees as Rust, as a person would have written them: plain `let mut` variables, `for`,
//! `while`, `loop` and `match`, `defer!` with calls and blocks.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::ir::{Classified, Defer, Deferred, Func, Stmt, Traced};

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
}

/// What the printed programs call.
pub const PRELUDE: &str = r#"
use std::cell::{Cell, RefCell};
thread_local! {
    static TRACE: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
    static STATE: Cell<u32> = const { Cell::new(0) };
}
fn trace(line: String) { TRACE.with_borrow_mut(|trace| trace.push(line)); }
fn t(id: u32) { trace(format!("T {id}")); }
fn tx(id: u32, x: i32) { trace(format!("X {id} {x}")); }
fn vr(id: u32, r: i32) { trace(format!("W {id} {r}")); }
fn v(id: u32, v: i32) { trace(format!("V {id} {v}")); }
fn d(id: u32) { trace(format!("D {id}")); }
fn run(id: u32) { trace(format!("R {id}")); }
fn runx(id: u32, x: i32) { trace(format!("R {id} {x}")); }
fn rnd(n: u32) -> u32 {
    let state = STATE.get().wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
    STATE.set(state);
    (state >> 16) % n
}
/// A recover in a function that was not deferred, or in a literal that is called, recovers nothing.
fn recover(id: u32, outcome: &mut Option<&mut Outcome<()>>) {
    match outcome.as_mut().and_then(|outcome| outcome.recover()) {
        Some(panic) => trace(format!("C {id} {}", panic.downcast::<i32>().expect("a number"))),
        None => trace(format!("C {id} nil")),
    }
}
fn flip() -> bool { rnd(2) == 1 }
fn pick(n: u32) -> u32 { rnd(n) }
"#;

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

/// One traced program in a module of its own. Its functions put their result where they are told to,
/// as Go's caller provides the place of a named result.
pub fn traced(program: &Traced, attribute: &str, out: &mut Printed) {
    out.function = program.id;
    out.result = false;
    out.line(&format!("pub mod p{} {{ use super::*;", program.id));
    for function in &program.funcs {
        out.line(attribute);
        out.function(function);
    }
    out.line("}");
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
            Stmt::Return { v } => self.ret(*v),
            Stmt::Panic { v } => self.line(&format!("std::panic::panic_any({v});")),
            Stmt::Recover { id } => self.line(&format!("recover({id}, &mut o);")),
            Stmt::Closure { body, .. } => self.closure(body),
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
        }
    }
}

/// Whether a literal recovers itself, not one within it.
fn recovers(stmt: &Stmt) -> bool {
    let any = |body: &[Stmt]| body.iter().any(recovers);
    match stmt {
        Stmt::Recover { .. } => true,
        Stmt::If { then, r#else, .. } => any(then) || r#else.as_deref().is_some_and(any),
        Stmt::Switch { cases, default } => {
            cases.iter().any(|case| any(case)) || default.as_deref().is_some_and(any)
        }
        Stmt::For { body, .. }
        | Stmt::While { body, .. }
        | Stmt::Loop { body, .. }
        | Stmt::Block { body, .. } => any(body),
        _ => false,
    }
}

fn label(label: Option<&String>, head: &str) -> String {
    label.map_or_else(|| head.to_owned(), |label| format!("'{label}: {head}"))
}
