//! What a program of the tree language does, by Go's rules and ours: takes the program and a run, gives the
//! trace. Written to be read, so that it can be trusted where no Go has run the program.
//!
//! What is left for the end of a frame is one stack: the variables of its outermost block, to be dropped,
//! and the deferred calls, to be made. It is emptied from the top, however the frame ends.

mod events;
mod rust;

use std::cell::Cell;
use std::collections::HashMap;
use std::rc::Rc;

use self::events::{Kind, Token};
use super::ir::{
    self, Defer, Deferred, DeferredBlock, Func, Manner, Program, Stmt, Ty, mentioned, taken_away,
};
use super::value::{End, Unwind, Value};

/// The lines that a run of the program traces.
#[must_use]
pub fn trace(program: &Program, run: ir::Run) -> Vec<String> {
    let functions = &program.funcs;
    let mut machine = Machine {
        functions,
        state: run.seed,
        waits: run.waits,
        is_dropped: false,
        taken_away: functions.iter().flat_map(|function| taken_away(&function.body)).collect(),
        lines: Vec::new(),
    };
    let end = match machine.call(0, None) {
        Ok(value) => format!("END {value}"),
        Err(Unwind::Panic(value)) => format!("END panic {value}"),
        Err(Unwind::Dropped) => "END dropped".to_owned(),
    };
    machine.line(end.trim_end().to_owned());
    machine.lines
}

struct Machine<'a> {
    functions: &'a [Func],
    state: u32,
    /// How often the future may still wait.
    waits: Option<u32>,
    is_dropped: bool,
    /// The variables that a `take!` takes.
    taken_away: Vec<u32>,
    lines: Vec<String>,
}

/// A function's own, shared with its literals.
#[derive(Default)]
struct Numbers {
    x: i32,
    r: i32,
}

/// Empty once the value is moved away.
type Variable = Rc<Cell<Option<Token>>>;
type Variables = HashMap<u32, Variable>;

/// Where control goes after a statement that does not unwind.
enum Flow<'a> {
    Next,
    Break(&'a str),
    Continue(&'a str),
    Return(Value),
}

/// What is left for the end of a frame.
enum Left<'a> {
    Drop(Variable),
    Exit(Pending<'a>),
}

/// A deferred call, with what was evaluated for it and what it took along.
struct Pending<'a> {
    site: &'a Defer,
    awaits: bool,
    call: Call<'a>,
    /// What it can see.
    variables: Variables,
    /// What it cannot do without: it is passed over if one of these was taken away.
    needs: Vec<Variable>,
    /// What is dropped behind it.
    kept: Vec<Variable>,
}

enum Call<'a> {
    Plain,
    With(i32),
    Function(usize),
    Literal(&'a [Stmt]),
    Consume(Variable),
    Show(u32),
    Check,
    Checked(usize),
    Wait,
    Block(&'a DeferredBlock),
}

/// The outcome of a frame of this type, in the hands of a deferred call.
struct Handed<'f> {
    end: &'f mut End,
    ty: Ty,
}

/// A frame while its body runs.
struct Frame<'f, 'a> {
    of: ir::Frame,
    numbers: &'f mut Numbers,
    /// Those in sight.
    variables: Variables,
    /// In the order of their declarations.
    declared: Vec<u32>,
    /// Those of the inner blocks that are open.
    blocks: Vec<Vec<u32>>,
    left: Vec<Left<'a>>,
    handed: Option<Handed<'f>>,
}

impl<'a> Machine<'a> {
    /// Runs a body, and then what is left, last in, first out.
    fn frame(
        &mut self,
        of: ir::Frame,
        body: &'a [Stmt],
        (numbers, variables): (&mut Numbers, Variables),
        handed: Option<Handed<'_>>,
    ) -> Result<Value, Unwind> {
        let (declared, blocks, left) = (Vec::new(), Vec::new(), Vec::new());
        let mut frame = Frame { of, numbers, variables, declared, blocks, left, handed };
        let mut end = match self.body(body, &mut frame) {
            Ok(Flow::Return(value)) => End::Returned(value),
            Ok(_) => End::Returned(Value::done(of.ty)),
            Err(unwind) => End::from(unwind),
        };
        self.leave(&mut frame, &mut end)?;
        match end {
            End::Panicked(value, _) => Err(Unwind::Panic(value)),
            End::Dropped => Err(Unwind::Dropped),
            End::GoesOn(_) => unreachable!("this is no turn"),
            // Nobody is there to be told that it recovered.
            End::Returned(_) if of.waits && self.is_dropped => Err(Unwind::Dropped),
            End::Returned(value) => Ok(value),
        }
    }

    /// Empties what is left for the end of a frame.
    fn leave(&mut self, frame: &mut Frame<'_, 'a>, end: &mut End) -> Result<(), Unwind> {
        while let Some(left) = frame.left.pop() {
            match left {
                Left::Drop(variable) => self.drop(&variable)?,
                Left::Exit(pending) => self.exit(&pending, frame.numbers, frame.of.ty, end),
            }
        }
        Ok(())
    }

    /// A turn, or a block, that is a frame in the frame of its function.
    fn turn(&mut self, body: &'a [Stmt], around: &mut Frame<'_, 'a>) -> Result<Flow<'a>, Unwind> {
        let of = around.of;
        let handed = around.handed.as_mut().map(|Handed { end, ty }| Handed { end, ty: *ty });
        let variables = around.variables.clone();
        let (declared, blocks, left) = (Vec::new(), Vec::new(), Vec::new());
        let numbers = &mut *around.numbers;
        let mut frame = Frame { of, numbers, variables, declared, blocks, left, handed };
        let (mut end, flow) = match self.body(body, &mut frame) {
            Ok(Flow::Return(value)) => (End::Returned(value), Flow::Next),
            Ok(flow) => (End::GoesOn(of.ty), flow),
            Err(unwind) => (End::from(unwind), Flow::Next),
        };
        self.leave(&mut frame, &mut end)?;
        match end {
            End::Panicked(value, _) => Err(Unwind::Panic(value)),
            End::Dropped => Err(Unwind::Dropped),
            _ if of.waits && self.is_dropped => Err(Unwind::Dropped),
            End::Returned(value) => Ok(Flow::Return(value)),
            End::GoesOn(_) => Ok(flow),
        }
    }

    /// Makes a deferred call, and lets the frame end as it leaves it.
    fn exit(&mut self, pending: &Pending<'a>, numbers: &mut Numbers, ty: Ty, end: &mut End) {
        let cannot = pending.awaits && self.is_dropped;
        let need_not = pending.site.on_failure && !end.is_failure();
        let was_dismissed = pending.needs.iter().any(|variable| variable.get().is_none());
        let made = if cannot || need_not || was_dismissed {
            Ok(())
        } else {
            let handed = Handed { end, ty };
            self.deferred(pending, numbers, handed).map(|failure| {
                let left = failure.and_then(|error| end.join(error));
                self.leave_behind(left);
            })
        };
        let dropped = pending.kept.iter().rev().try_for_each(|kept| self.drop(kept));
        match made.and(dropped) {
            Ok(()) => {}
            Err(Unwind::Panic(value)) => end.replace(value),
            Err(Unwind::Dropped) => end.give_up(),
        }
    }

    /// Gives the failure that joins the result.
    fn deferred(
        &mut self,
        pending: &Pending<'a>,
        numbers: &mut Numbers,
        handed: Handed<'_>,
    ) -> Result<Option<i32>, Unwind> {
        let Pending { site: Defer { id, .. }, call, variables, .. } = pending;
        match call {
            Call::Plain => self.line(format!("R {id}")),
            Call::With(value) => self.line(format!("R {id} {value}")),
            Call::Function(function) => {
                self.call(*function, Some(handed))?;
            }
            Call::Checked(function) => {
                return Ok(self.call(*function, None)?.failure());
            }
            Call::Literal(body) => {
                self.line(format!("R {id}"));
                let of = ir::Frame { ty: Ty::Unit, waits: false };
                self.frame(of, body, (numbers, variables.clone()), Some(handed))?;
            }
            Call::Block(block) => {
                self.line(format!("R {id}"));
                let ty = if block.joins { Ty::Exit } else { Ty::Unit };
                let of = ir::Frame { ty, waits: block.waits };
                let value =
                    self.frame(of, &block.body, (numbers, variables.clone()), Some(handed))?;
                return Ok(value.failure());
            }
            Call::Consume(variable) => self.consume(*id, variable)?,
            Call::Show(v) => self.show(*id, &variables[v]),
            Call::Check => return Ok(self.check(*id)),
            Call::Wait => self.wait(*id)?,
        }
        Ok(None)
    }

    /// Calls a function, and gives its result.
    fn call(&mut self, function: usize, handed: Option<Handed<'_>>) -> Result<Value, Unwind> {
        let functions = self.functions;
        let Func { result, body, manner, .. } = &functions[function];
        let mut numbers = Numbers::default();
        let own = (&mut numbers, Variables::new());
        match manner {
            Manner::Rust(of) => self.frame(*of, body, own, None),
            Manner::Go => {
                let of = ir::Frame { ty: Ty::Unit, waits: false };
                let value = self.frame(of, body, own, handed)?;
                Ok(if *result { Value::Number(numbers.r) } else { value })
            }
        }
    }

    fn body(&mut self, body: &'a [Stmt], frame: &mut Frame<'_, 'a>) -> Result<Flow<'a>, Unwind> {
        for stmt in body {
            match self.stmt(stmt, frame)? {
                Flow::Next => {}
                elsewhere => return Ok(elsewhere),
            }
        }
        Ok(Flow::Next)
    }

    /// An inner block: its variables are dropped at its end, unless they were moved.
    fn block(&mut self, body: &'a [Stmt], frame: &mut Frame<'_, 'a>) -> Result<Flow<'a>, Unwind> {
        self.block_with(body, frame, |_, _| ())
    }

    fn block_with(
        &mut self,
        body: &'a [Stmt],
        frame: &mut Frame<'_, 'a>,
        at_its_end: impl FnOnce(&mut Self, &Flow<'a>),
    ) -> Result<Flow<'a>, Unwind> {
        frame.blocks.push(Vec::new());
        let flow = self.body(body, frame);
        if let Ok(flow) = &flow {
            at_its_end(self, flow);
        }
        for v in frame.blocks.pop().into_iter().flatten().rev() {
            self.drop(&frame.variables[&v])?;
        }
        flow
    }

    fn stmt(&mut self, stmt: &'a Stmt, frame: &mut Frame<'_, 'a>) -> Result<Flow<'a>, Unwind> {
        let numbers = &mut *frame.numbers;
        match stmt {
            Stmt::T { id } => self.line(format!("T {id}")),
            Stmt::Tx { id } => self.line(format!("X {id} {}", numbers.x)),
            Stmt::Setx { v } => numbers.x = *v,
            Stmt::Addx { v } => numbers.x += v,
            Stmt::Setr { v } => numbers.r = *v,
            Stmt::Addr { v } => numbers.r += v,
            Stmt::Vr { id } => self.line(format!("W {id} {}", numbers.r)),
            Stmt::Call { id, f } => {
                let value = self.call(*f, None)?;
                self.value(*id, value);
            }
            Stmt::Defer(site) => self.defer(site, frame)?,
            Stmt::If { cond, then, r#else } => {
                let taken = if cond == "flip" { self.flip() } else { cond == "true" };
                let other = r#else.as_deref().unwrap_or_default();
                return self.block(if taken { then } else { other }, frame);
            }
            Stmt::Switch { cases, default } => {
                let picked = self.random(u32::try_from(cases.len()).expect("few cases") + 1);
                let default = default.as_deref().unwrap_or_default();
                let case = cases.get(picked as usize).map_or(default, Vec::as_slice);
                return self.block(case, frame);
            }
            Stmt::For { n, label, body } => {
                let mut turns = 0..*n;
                return self.repeat(label.as_deref(), body, frame, |_| turns.next().is_some());
            }
            Stmt::While { label, body } => {
                return self.repeat(label.as_deref(), body, frame, Self::flip);
            }
            Stmt::Loop { label, body } => {
                return self.repeat(label.as_deref(), body, frame, |machine| !machine.flip());
            }
            Stmt::Block { label, body } => {
                return Ok(match self.block(body, frame)? {
                    Flow::Break(to) if Some(to) == label.as_deref() => Flow::Next,
                    flow => flow,
                });
            }
            Stmt::Break { to } => return Ok(Flow::Break(to)),
            Stmt::Continue { to } => return Ok(Flow::Continue(to)),
            Stmt::Return { v } => {
                numbers.r = v.unwrap_or(numbers.r);
                let ty = frame.of.ty;
                return Ok(Flow::Return(v.map_or_else(|| Value::done(ty), |v| Value::made(ty, v))));
            }
            Stmt::Panic { v } => return Err(Unwind::Panic(*v)),
            Stmt::Recover { id } => self.recover(*id, frame, None),
            Stmt::Closure { body, .. } => {
                let of = ir::Frame { ty: Ty::Unit, waits: false };
                self.frame(of, body, (numbers, frame.variables.clone()), None)?;
            }
            Stmt::Rust(stmt) => return self.rust(stmt, frame),
        }
        Ok(Flow::Next)
    }

    fn repeat(
        &mut self,
        label: Option<&str>,
        body: &'a [Stmt],
        frame: &mut Frame<'_, 'a>,
        mut again: impl FnMut(&mut Self) -> bool,
    ) -> Result<Flow<'a>, Unwind> {
        while again(self) {
            match self.block(body, frame)? {
                Flow::Next => {}
                Flow::Continue(to) if Some(to) == label => {}
                Flow::Break(to) if Some(to) == label => break,
                elsewhere => return Ok(elsewhere),
            }
        }
        Ok(Flow::Next)
    }

    fn defer(&mut self, site: &'a Defer, frame: &mut Frame<'_, 'a>) -> Result<(), Unwind> {
        self.line(format!("D {}", site.id));
        let mut kept = Vec::new();
        let call = match &site.call {
            Deferred::T => Call::Plain,
            Deferred::Tx => Call::With(frame.numbers.x),
            Deferred::ArgCall { f } => Call::With(self.call(*f, None)?.number()),
            Deferred::Fn { f } => Call::Function(*f),
            Deferred::TryFn(f) => Call::Checked(*f),
            Deferred::Lit { body } => Call::Literal(body),
            Deferred::Block(block) => Call::Block(block),
            Deferred::HandOver(v) => Call::Consume(frame.argument(*v)),
            Deferred::Anew { v, .. } => {
                let old = Rc::new(Cell::new(frame.variables[v].take()));
                kept.push(Rc::clone(&old));
                Call::Consume(old)
            }
            Deferred::Fresh | Deferred::Bomb => {
                let is_bomb = matches!(site.call, Deferred::Bomb);
                let kind = if is_bomb { Kind::Bomb } else { Kind::Traced };
                let made = Rc::new(Cell::new(Some(self.token(kind(site.id)))));
                kept.push(Rc::clone(&made));
                Call::Consume(made)
            }
            Deferred::Method(v) | Deferred::Borrow(v) => Call::Show(*v),
            Deferred::Try => Call::Check,
            Deferred::Wait => Call::Wait,
        };
        let mentioned = match &site.call {
            Deferred::Anew { .. } => Vec::new(),
            _ => mentioned(std::slice::from_ref(&Stmt::Defer(site.clone()))),
        };
        let mut keeps = mentioned.clone();
        keeps.sort_by_key(|v| frame.declared.iter().rposition(|it| it == v));
        kept.extend(keeps.iter().filter_map(|v| frame.keep(*v, &self.taken_away)));
        let variables = frame.variables.clone();
        let needs = mentioned.iter().map(|v| Rc::clone(&variables[v])).collect();
        let waits = |f: usize| matches!(self.functions[f].manner, Manner::Rust(of) if of.waits);
        let awaits = match &call {
            Call::Wait => true,
            Call::Function(f) | Call::Checked(f) => waits(*f),
            Call::Block(block) => block.waits,
            _ => false,
        };
        frame.left.push(Left::Exit(Pending { site, awaits, call, variables, needs, kept }));
        if let Deferred::Anew { v, new } = site.call {
            frame.variables[&v].set(Some(self.token(Kind::Traced(new))));
        }
        Ok(())
    }
}

impl Frame<'_, '_> {
    fn declare(&mut self, v: u32, token: Token) {
        let variable = Rc::new(Cell::new(Some(token)));
        match self.blocks.last_mut() {
            Some(block) => block.push(v),
            None => self.left.push(Left::Drop(Rc::clone(&variable))),
        }
        self.variables.insert(v, variable);
        self.declared.push(v);
    }

    /// What is fixed now of an argument: of a number, a copy.
    fn argument(&self, v: u32) -> Variable {
        let variable = &self.variables[&v];
        match variable.get() {
            Some(Token { kind: Kind::Number, .. }) => Rc::new(Cell::new(variable.get())),
            _ => Rc::clone(variable),
        }
    }

    /// The first site that mentions a variable of an inner block, or one that is taken away, keeps it.
    fn keep(&mut self, v: u32, taken_away: &[u32]) -> Option<Variable> {
        let variable = &self.variables[&v];
        let is_it = |left: &Left<'_>| matches!(left, Left::Drop(it) if Rc::ptr_eq(it, variable));
        if let Some(at) = self.left.iter().position(is_it).filter(|_| taken_away.contains(&v)) {
            self.left.remove(at);
            return Some(Rc::clone(variable));
        }
        let mut blocks = self.blocks.iter_mut();
        let block = blocks.find(|block| block.contains(&v))?;
        block.retain(|inner| *inner != v);
        Some(Rc::clone(variable))
    }
}
