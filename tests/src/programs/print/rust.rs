//! What Go's functions do not have, and what Rust's write in another way: results that are returned,
//! outcomes, variables with values to drop, async.

use super::super::ir::{Defer, Deferred, DeferredBlock, Form, Frame, Func, Rust, Stmt, Ty};
use super::{Printed, label};

impl Printed {
    pub(super) fn rust_function(&mut self, function: &Func, frame: Frame) {
        let (name, ty) = (&function.name, name(frame.ty));
        let asyncness = if frame.waits { "async " } else { "" };
        self.line(&format!("pub {asyncness}fn {name}() -> {ty} {{"));
        self.line("let mut x = 0i32;");
        self.in_frame(frame.ty, &function.body);
        self.line("}");
    }

    fn in_frame(&mut self, ty: Ty, body: &[Stmt]) {
        self.frames.push(ty);
        self.body(body);
        self.frames.pop();
    }

    /// The result of the frame being printed, if it is written in Rust's manner.
    pub(super) fn ty(&self) -> Option<Ty> {
        self.frames.last().copied()
    }

    pub(super) fn rust_call(&mut self, id: u32, f: usize) {
        let call = called(f, &self.waits);
        self.line(&format!("v({id}, {call});"));
    }

    pub(super) fn rust_return(&mut self, value: Option<i32>, ty: Ty) {
        match value {
            Some(v) if ty != Ty::Unit => self.line(&format!("return made({v});")),
            _ => self.line("return;"),
        }
    }

    pub(super) fn rust_closure(&mut self, body: &[Stmt]) {
        self.line("(|| {");
        self.in_frame(Ty::Unit, body);
        self.line("})();");
    }

    pub(super) fn rust(&mut self, stmt: &Rust) {
        let unit = self.ty().is_none_or(|ty| ty == Ty::Unit);
        match stmt {
            Rust::Let(v) => self.line(&format!("let mut v{v} = value({v});")),
            Rust::LetBlock(v, body) => {
                self.block(&format!("let mut v{v} = "), body, "");
                // The value is the block's tail.
                self.text.truncate(self.text.len() - "}\n".len());
                self.lines -= 1;
                self.line(&format!("value({v}) }};"));
            }
            Rust::Count(v) => self.line(&format!("let mut v{v} = 0u32;")),
            Rust::Slice(v) => {
                self.line(&format!("let mut list{v} = [0u32; {}];", Rust::NUMBERS));
                self.line(&format!("let mut v{v} = &mut list{v}[..];"));
            }
            Rust::Advance(id, v) => {
                self.line(&format!(
                    "if !v{v}.is_empty() {{ v{v}[0] = 1; v{v} = &mut v{v}[1..]; }}"
                ));
                self.line(&format!("left({id}, v{v});"));
            }
            Rust::Bump(v) => self.line(&format!("v{v}.bump();")),
            Rust::Lend(id, v, body) => {
                self.line(&format!("'l{id}: {{ let lent{id} = &mut v{v};"));
                self.body(body);
                self.line(&format!("lent{id}.bump(); lent{id}.show({id}); }}"));
            }
            Rust::Fill(id, v) => self.line(&format!("v{v} = value({id});")),
            Rust::LetTaken(v, from) => self.line(&format!("let mut v{v} = take!(v{from});")),
            Rust::TakeAway(id, v) => self.line(&format!("consume({id}, take!(v{v}));")),
            Rust::Show(id, v) => self.line(&format!("v{v}.show({id});")),
            Rust::Try(id) => self.line(&format!("check({id})?;")),
            Rust::Leave(_) if unit => self.line("leave!();"),
            Rust::Leave(v) => self.line(&format!("leave!(made({v}));")),
            Rust::Tail(v) => self.line(&format!("made({v})")),
            Rust::HandOut(v, Form::Plain) => self.line(&format!("Ok(v{v})")),
            Rust::HandOut(v, Form::Tuple) => self.line(&format!("Ok((v{v}, 7))")),
            Rust::HandOut(v, Form::Struct) => {
                self.line(&format!("Ok(Pair {{ held: v{v}, number: 7 }})"));
            }
            Rust::Wait(id) => self.line(&format!("wait({id}).await;")),
            Rust::Marked { turns, label: l, body } => {
                self.line("#[deferrable]");
                let head = turns.map_or(String::new(), |turns| format!("for _ in 0..{turns} "));
                self.block(&label(l.as_ref(), &head), body, "");
            }
            Rust::Closure(id, ty, body) => {
                let name = name(*ty);
                self.line(&format!("let returned = (|| -> {name} {{"));
                self.in_frame(*ty, body);
                self.line(&format!("}})(); v({id}, returned);"));
            }
            Rust::Async(id, ty, body) => {
                let name = name(*ty);
                self.line(&format!("let returned: {name} = async {{"));
                self.in_frame(*ty, body);
                self.line(&format!("}}.await; v({id}, returned);"));
            }
            Rust::Look(id) => self.line(&format!("look({id}, o);")),
            Rust::Set(v) => self.line(&format!("o.set(made({v}));")),
            Rust::RecoverWith(id, v) => {
                self.line("{ let mut panic = None;");
                self.line(&format!(
                    "o.recover_with(|caught| {{ panic = Some(caught); made({v}) }});"
                ));
                self.line(&format!("recovered({id}, panic); }}"));
            }
            Rust::Join(id) => self.line(&format!("o.join(check({id}));")),
        }
    }

    pub(super) fn rust_defer(&mut self, site: &Defer) {
        let Defer { id, on_failure, fragment, call } = site;
        let defer = if *on_failure { "errdefer!" } else { "defer!" };
        let waits = self.waits.clone();
        let called = |f: usize| called(f, &waits);
        let mut part = |text: String| self.part(*fragment, text);
        let call = match call {
            Deferred::T => part(format!("run({id})")),
            Deferred::Tx => format!("runx({id}, {})", part("x".into())),
            Deferred::ArgCall { f } => format!("runx({id}, {})", part(called(*f))),
            Deferred::Fn { f } => part(called(*f)),
            Deferred::TryFn(f) => format!("{}?", part(called(*f))),
            Deferred::HandOver(v) | Deferred::Anew { v, .. } => {
                format!("consume({id}, {})", part(format!("v{v}")))
            }
            Deferred::Fresh => format!("consume({id}, {})", part(format!("value({id})"))),
            Deferred::Bomb => part(format!("consume({id}, bomb({id}))")),
            Deferred::Method(v) => format!("{}.show({id})", part(format!("v{v}"))),
            Deferred::Borrow(v) => format!("show({id}, &{})", part(format!("v{v}"))),
            Deferred::Try => part(format!("check({id})?")),
            Deferred::Wait => format!("{}.await", part(format!("wait({id})"))),
            Deferred::Lit { .. } => unreachable!("only Go's functions have these"),
            Deferred::Block(DeferredBlock { outcome, body, joins, .. }) => {
                let (head, foot) = if *outcome { ("(|o| {", "});") } else { (" {", "}") };
                self.line(&format!("{defer}{head} run({id});"));
                self.in_frame(if *joins { Ty::Exit } else { Ty::Unit }, body);
                return self.line(foot);
            }
        };
        self.line(&format!("{defer}({call});"));
        if let Deferred::Anew { v, new } = site.call {
            self.line(&format!("v{v} = value({new});"));
        }
    }
}

/// A call of a function of the program.
fn called(f: usize, waits: &[bool]) -> String {
    format!("f{f}(){}", if waits[f] { ".await" } else { "" })
}

fn name(ty: Ty) -> &'static str {
    match ty {
        Ty::Unit => "()",
        Ty::Number => "i32",
        Ty::Fallible => "Result<i32, i32>",
        Ty::Exit => "Result<(), i32>",
        Ty::Kept(Form::Plain) => "Result<Token, i32>",
        Ty::Kept(Form::Tuple) => "Result<(Token, u32), i32>",
        Ty::Kept(Form::Struct) => "Result<Pair, i32>",
    }
}
