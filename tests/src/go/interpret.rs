//! What a program of the tree language does, by Go's rules: takes the program, gives its trace. Written
//! to be read, so that it can be trusted where no Go has run the program.

use super::ir::{Defer, Deferred, Func, Stmt, Traced};

/// The lines that the program traces.
#[must_use]
pub fn trace(program: &Traced) -> Vec<String> {
    let mut run = Run { functions: &program.funcs, state: program.seed, lines: Vec::new() };
    let mut variables = Variables::default();
    let end = match run.frame(&program.funcs[0].body, &mut variables, None) {
        Ok(()) if program.funcs[0].result => format!("END {}", variables.r),
        Ok(()) => "END".to_owned(),
        Err(Panic(value)) => format!("END panic {value}"),
    };
    run.lines.push(end);
    run.lines
}

struct Run<'a> {
    functions: &'a [Func],
    state: u32,
    lines: Vec<String>,
}

/// A function's own, shared with its literals.
#[derive(Default)]
struct Variables {
    x: i32,
    r: i32,
}

struct Panic(i32);

/// Where control goes after a statement that does not panic.
enum Flow<'a> {
    Next,
    Break(&'a str),
    Continue(&'a str),
    Return,
}

/// A deferred call, with what was evaluated for it.
struct Pending<'a> {
    id: u32,
    call: Call<'a>,
}

enum Call<'a> {
    Plain,
    With(i32),
    Function(usize),
    Literal(&'a [Stmt]),
}

/// What a frame's body works on.
struct Frame<'f, 'a> {
    variables: &'f mut Variables,
    pending: Vec<Pending<'a>>,
    /// The panic that this frame was called by, as a deferred call.
    panic: Option<&'f mut Option<Panic>>,
}

impl<'a> Run<'a> {
    /// Runs a function or a literal: its body, then its defers, last in, first out.
    fn frame(
        &mut self,
        body: &'a [Stmt],
        variables: &mut Variables,
        called_by: Option<&mut Option<Panic>>,
    ) -> Result<(), Panic> {
        let mut frame = Frame { variables, pending: Vec::new(), panic: called_by };
        let mut in_flight = self.body(body, &mut frame).err();
        while let Some(deferred) = frame.pending.pop() {
            let by = if in_flight.is_some() { Some(&mut in_flight) } else { None };
            if let Err(newer) = self.deferred(&deferred, frame.variables, by) {
                in_flight = Some(newer);
            }
        }
        in_flight.map_or(Ok(()), Err)
    }

    fn deferred(
        &mut self,
        Pending { id, call }: &Pending<'a>,
        variables: &mut Variables,
        by: Option<&mut Option<Panic>>,
    ) -> Result<(), Panic> {
        match call {
            Call::Plain => self.line(format!("R {id}")),
            Call::With(value) => self.line(format!("R {id} {value}")),
            Call::Function(function) => {
                let functions = self.functions;
                return self.frame(&functions[*function].body, &mut Variables::default(), by);
            }
            Call::Literal(body) => {
                self.line(format!("R {id}"));
                return self.frame(body, variables, by);
            }
        }
        Ok(())
    }

    /// Calls a function, and gives its result.
    fn call(&mut self, function: usize) -> Result<i32, Panic> {
        let mut variables = Variables::default();
        let functions = self.functions;
        self.frame(&functions[function].body, &mut variables, None)?;
        Ok(variables.r)
    }

    fn body(&mut self, body: &'a [Stmt], frame: &mut Frame<'_, 'a>) -> Result<Flow<'a>, Panic> {
        for stmt in body {
            match self.stmt(stmt, frame)? {
                Flow::Next => {}
                elsewhere => return Ok(elsewhere),
            }
        }
        Ok(Flow::Next)
    }

    fn stmt(&mut self, stmt: &'a Stmt, frame: &mut Frame<'_, 'a>) -> Result<Flow<'a>, Panic> {
        let variables = &mut *frame.variables;
        match stmt {
            Stmt::T { id } => self.line(format!("T {id}")),
            Stmt::Tx { id } => self.line(format!("X {id} {}", variables.x)),
            Stmt::Setx { v } => variables.x = *v,
            Stmt::Addx { v } => variables.x += v,
            Stmt::Setr { v } => variables.r = *v,
            Stmt::Addr { v } => variables.r += v,
            Stmt::Vr { id } => self.line(format!("W {id} {}", variables.r)),
            Stmt::Call { id, f } => {
                let value = self.call(*f)?;
                if self.functions[*f].result {
                    self.line(format!("V {id} {value}"));
                }
            }
            Stmt::Defer(site) => self.defer(site, frame)?,
            Stmt::If { cond, then, r#else } => {
                let taken = if cond == "flip" { self.flip() } else { cond == "true" };
                let other = r#else.as_deref().unwrap_or_default();
                return self.body(if taken { then } else { other }, frame);
            }
            Stmt::Switch { cases, default } => {
                let picked = self.random(u32::try_from(cases.len()).expect("few cases") + 1);
                let default = default.as_deref().unwrap_or_default();
                let case = cases.get(picked as usize).map_or(default, Vec::as_slice);
                return self.body(case, frame);
            }
            Stmt::For { n, label, body } => {
                let mut turns = 0..*n;
                return self.repeat(label.as_deref(), body, frame, |_| turns.next().is_some());
            }
            Stmt::While { label, body } => {
                return self.repeat(label.as_deref(), body, frame, Self::flip);
            }
            Stmt::Loop { label, body } => {
                return self.repeat(label.as_deref(), body, frame, |run| !run.flip());
            }
            Stmt::Block { label, body } => {
                return Ok(match self.body(body, frame)? {
                    Flow::Break(to) if Some(to) == label.as_deref() => Flow::Next,
                    flow => flow,
                });
            }
            Stmt::Break { to } => return Ok(Flow::Break(to)),
            Stmt::Continue { to } => return Ok(Flow::Continue(to)),
            Stmt::Return { v } => {
                variables.r = v.unwrap_or(variables.r);
                return Ok(Flow::Return);
            }
            Stmt::Panic { v } => return Err(Panic(*v)),
            Stmt::Recover { id } => match frame.panic.as_mut().and_then(|panic| panic.take()) {
                Some(Panic(value)) => self.line(format!("C {id} {value}")),
                None => self.line(format!("C {id} nil")),
            },
            Stmt::Closure { body, .. } => self.frame(body, variables, None)?,
        }
        Ok(Flow::Next)
    }

    fn repeat(
        &mut self,
        label: Option<&str>,
        body: &'a [Stmt],
        frame: &mut Frame<'_, 'a>,
        mut again: impl FnMut(&mut Self) -> bool,
    ) -> Result<Flow<'a>, Panic> {
        while again(self) {
            match self.body(body, frame)? {
                Flow::Next => {}
                Flow::Continue(to) if Some(to) == label => {}
                Flow::Break(to) if Some(to) == label => break,
                elsewhere => return Ok(elsewhere),
            }
        }
        Ok(Flow::Next)
    }

    fn defer(
        &mut self,
        Defer { id, call }: &'a Defer,
        frame: &mut Frame<'_, 'a>,
    ) -> Result<(), Panic> {
        self.line(format!("D {id}"));
        let call = match call {
            Deferred::T => Call::Plain,
            Deferred::Tx => Call::With(frame.variables.x),
            Deferred::ArgCall { f } => Call::With(self.call(*f)?),
            Deferred::Fn { f } => Call::Function(*f),
            Deferred::Lit { body } => Call::Literal(body),
        };
        frame.pending.push(Pending { id: *id, call });
        Ok(())
    }

    fn line(&mut self, line: String) {
        self.lines.push(line);
    }

    fn flip(&mut self) -> bool {
        self.random(2) == 1
    }

    fn random(&mut self, n: u32) -> u32 {
        self.state = self.state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (self.state >> 16) % n
    }
}
