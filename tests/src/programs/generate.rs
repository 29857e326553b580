//! Programs of the tree language by chance: takes a seed, gives a program and runs of it. A quarter are
//! written in Go's manner, the others have all forms, placements, exits and frames that Rust's can have.

mod rust;

use std::collections::BTreeSet;

use fastrand::Rng;

use super::interpret;
use super::ir::{Defer, Deferred, Frame, Func, Manner, Program, Run, Stmt, Ty};

/// Longer traces say no more.
const LONGEST_TRACE: usize = 400;

/// Of so many programs one is taken, the one whose runs differ most.
const CANDIDATES: u64 = 12;
/// How many runs tell how much they differ.
const TRIED: usize = 24;

/// A program for each of so many seeds from the first on, with so many runs.
#[must_use]
pub fn programs(first: u64, count: usize, runs: usize) -> Vec<Program> {
    let of_many = |seed| {
        let candidates = seed * CANDIDATES..(seed + 1) * CANDIDATES;
        let tried = candidates.max_by_key(|seed| ways(&program(*seed, TRIED)));
        program(tried.unwrap_or(seed), runs)
    };
    (first..).map(of_many).take(count).collect()
}

/// In how many ways its runs go.
fn ways(program: &Program) -> usize {
    let traces = program.runs.iter().map(|run| interpret::trace(program, *run));
    traces.collect::<BTreeSet<_>>().len()
}

fn program(seed: u64, runs: usize) -> Program {
    let mut random = Rng::with_seed(seed);
    let count = random.usize(1..4);
    let is_go = random.u8(..4) == 0;
    let signatures: Vec<(bool, Manner)> = (0..count)
        .map(|_| if is_go { (random.bool(), Manner::Go) } else { (false, signature(&mut random)) })
        .collect();
    let mut ids = 0;
    let funcs = (0..count).map(|number| {
        let (result, manner) = signatures[number];
        let mut generator = Generator {
            random: &mut random,
            ids: &mut ids,
            signatures: &signatures,
            number,
            labels: Vec::new(),
            depth: 0,
            place: Place { has_r: result, ..Place::default() },
            variables: Vec::new(),
        };
        let body = match manner {
            Manner::Go => generator.go_function(result),
            Manner::Rust(frame) => generator.rust_function(frame),
        };
        Func { name: format!("f{number}"), result, body, manner }
    });
    let funcs = funcs.collect();
    let waits = matches!(signatures[0].1, Manner::Rust(frame) if frame.waits);
    let mut program = Program { funcs, runs: Vec::new() };
    let some = std::iter::repeat_with(|| Run {
        seed: random.u32(..),
        waits: (waits && random.bool()).then(|| random.u32(..6)),
    });
    let short = |run: &Run| interpret::trace(&program, *run).len() <= LONGEST_TRACE;
    program.runs = some.take(runs).filter(short).collect();
    program
}

fn signature(random: &mut Rng) -> Manner {
    let types = [Ty::Unit, Ty::Number, Ty::Number, Ty::Fallible, Ty::Fallible];
    Manner::Rust(Frame { ty: types[random.usize(..types.len())], waits: random.bool() })
}

struct Generator<'a> {
    random: &'a mut Rng,
    ids: &'a mut u32,
    /// Whether each function has Go's result, and in whose manner it is written.
    signatures: &'a [(bool, Manner)],
    number: usize,
    /// What can be left from here, and whether it is a loop.
    labels: Vec<(String, bool)>,
    depth: usize,
    place: Place,
    /// Those in sight, in Rust's manner.
    variables: Vec<rust::Variable>,
}

/// Where in which frame a statement stands.
#[derive(Clone, Copy, Default)]
struct Place {
    /// Go's `r` can be reached.
    has_r: bool,
    /// It is deferred code, or a closure of Go's: its returns carry nothing.
    is_literal: bool,
    /// It is a turn, or a block, that is a frame: what leaves it has to be seen.
    is_marked: bool,
    calm: Calm,
    /// The frame, in Rust's manner.
    frame: Option<Frame>,
    /// Of the frame whose outcome is at hand.
    handed: Option<Ty>,
    /// How many frames, and in this one how many blocks and loops, are around.
    frames: usize,
    blocks: usize,
    loops: usize,
}

/// Where a result with a value in it is dropped is not said, if deferred code panics: so none does.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Calm {
    /// There is no such result.
    #[default]
    No,
    /// The frame hands out this variable.
    HandsOut(u32),
    /// It is deferred code of such a frame.
    Deferred,
}

impl Generator<'_> {
    fn go_function(&mut self, result: bool) -> Vec<Stmt> {
        let mut body = self.body();
        if result {
            let v = self.random.bool().then(|| self.random.i32(1..100));
            body.push(Stmt::Return { v });
        }
        body
    }

    fn body(&mut self) -> Vec<Stmt> {
        let most = if self.depth > 2 { 3 } else { 6 };
        (0..self.random.usize(1..most)).map(|_| self.stmt()).collect()
    }

    /// The body of a block or a loop.
    fn block(&mut self, is_loop: bool) -> Vec<Stmt> {
        let (outside, variables) = (self.place, self.variables.len());
        self.depth += 1;
        self.place.blocks += 1;
        self.place.loops += usize::from(is_loop);
        let body = self.body();
        self.depth -= 1;
        self.place = outside;
        self.variables.truncate(variables);
        body
    }

    /// The body of a frame: labels are its own.
    fn own_frame(&mut self, place: Place) -> Vec<Stmt> {
        let labels = std::mem::take(&mut self.labels);
        let variables = self.variables.len();
        let frames = self.place.frames + 1;
        let inherits = self.place.calm == Calm::Deferred;
        let calm = if inherits { Calm::Deferred } else { place.calm };
        let place = Place { frames, blocks: 0, loops: 0, calm, ..place };
        let outside = std::mem::replace(&mut self.place, place);
        if let Calm::HandsOut(v) = place.calm {
            self.declare(v, rust::Of::HandedOut);
            self.mention(&[v]);
        }
        self.depth += 1;
        let body = self.body();
        self.depth -= 1;
        self.place = outside;
        self.labels = labels;
        self.variables.truncate(variables);
        body
    }

    /// The body of a turn or a block that is a frame in its function's: what is around can be left from it.
    fn marked(&mut self) -> Vec<Stmt> {
        let (outside, variables) = (self.place, self.variables.len());
        self.depth += 1;
        let frames = outside.frames + 1;
        self.place = Place { frames, blocks: 0, loops: 0, is_marked: true, ..outside };
        let body = self.body();
        self.depth -= 1;
        self.place = outside;
        self.variables.truncate(variables);
        body
    }

    fn id(&mut self) -> u32 {
        *self.ids += 1;
        *self.ids
    }

    fn stmt(&mut self) -> Stmt {
        if self.place.frame.is_some() && self.random.bool() {
            return self.rust_stmt();
        }
        let has_r = self.place.has_r;
        match self.random.u8(..if self.depth < 4 { 32 } else { 18 }) {
            0 => Stmt::T { id: self.id() },
            2 => Stmt::Setx { v: self.random.i32(0..50) },
            3 => Stmt::Addx { v: self.random.i32(1..9) },
            4 if has_r => Stmt::Setr { v: self.random.i32(0..50) },
            5 if has_r => Stmt::Addr { v: self.random.i32(1..9) },
            6 if has_r => Stmt::Vr { id: self.id() },
            7 => match self.callee(|_| true) {
                Some(f) => Stmt::Call { id: self.id(), f },
                None => Stmt::T { id: self.id() },
            },
            8 => self.jump(),
            9 => self.leave(),
            10 if self.place.calm != Calm::Deferred => {
                let panic = Stmt::Panic { v: self.random.i32(1..1000) };
                self.mostly_by_chance(panic)
            }
            11 | 12 if self.can_recover() => Stmt::Recover { id: self.id() },
            13..18 => self.simple_defer(),
            18..23 => self.literal(),
            23 => self.closure(),
            24..26 => self.branch(),
            26 => self.switch(),
            27..32 => self.labelled(),
            _ => Stmt::Tx { id: self.id() },
        }
    }

    fn can_recover(&self) -> bool {
        let has_default = self.place.handed.is_some_and(|ty| !ty.can_fail());
        self.place.frame.is_none() || has_default
    }

    /// A later function that can be called here, and is what is asked for.
    fn callee(&mut self, fits: impl Fn((bool, Manner)) -> bool) -> Option<usize> {
        if self.place.calm != Calm::No {
            return None;
        }
        let can_wait = self.place.frame.is_some_and(|frame| frame.waits);
        let can = |(_, manner): &(bool, Manner)| {
            can_wait || !matches!(manner, Manner::Rust(frame) if frame.waits)
        };
        let later = self.number + 1..self.signatures.len();
        let fits = later.filter(|f| can(&self.signatures[*f]) && fits(self.signatures[*f]));
        self.random.choice(fits.collect::<Vec<_>>())
    }

    fn jump(&mut self) -> Stmt {
        match self.random.choice(self.labels.clone()) {
            Some((to, true)) if self.random.bool() => Stmt::Continue { to },
            Some((to, _)) => Stmt::Break { to },
            None => Stmt::T { id: self.id() },
        }
    }

    /// What leaves the frame mostly stands in a branch, so that something comes behind it.
    fn mostly_by_chance(&mut self, leaves: Stmt) -> Stmt {
        if self.random.u8(..4) == 0 {
            return leaves;
        }
        Stmt::If { cond: "flip".into(), then: vec![leaves], r#else: None }
    }

    fn leave(&mut self) -> Stmt {
        let ret = if let Some(frame) = self.place.frame {
            self.rust_return(frame.ty)
        } else {
            let value = self.place.has_r && !self.place.is_literal && self.random.bool();
            Stmt::Return { v: value.then(|| self.random.i32(1..100)) }
        };
        self.mostly_by_chance(ret)
    }

    fn simple_defer(&mut self) -> Stmt {
        let id = self.id();
        let call = match self.random.u8(..6) {
            0 => self.callee(gives_a_number).map_or(Deferred::T, |f| Deferred::ArgCall { f }),
            1 => self.callee(|_| true).map_or(Deferred::T, |f| Deferred::Fn { f }),
            2 | 3 => Deferred::Tx,
            _ => Deferred::T,
        };
        self.site(id, call)
    }

    fn site(&mut self, id: u32, call: Deferred) -> Stmt {
        let fails = self.place.frame.is_some_and(|frame| frame.ty.can_fail());
        let on_failure = fails && (self.random.u8(..4) == 0 || self.hands_out(&call));
        let fragment = self.place.frame.is_some() && self.random.u8(..4) == 0;
        self.put_ahead();
        Stmt::Defer(Defer { id, on_failure, fragment, call })
    }

    fn literal(&mut self) -> Stmt {
        let id = self.id();
        if self.place.frame.is_some() {
            let call = self.deferred_block();
            return self.site(id, call);
        }
        let has_r = self.place.has_r && !self.place.is_literal;
        let body = self.own_frame(Place { has_r, is_literal: true, ..Place::default() });
        self.site(id, Deferred::Lit { body })
    }

    fn closure(&mut self) -> Stmt {
        let id = self.id();
        let unit = Frame { ty: Ty::Unit, waits: false };
        let frame = self.place.frame.map(|_| unit);
        Stmt::Closure {
            id,
            body: self.own_frame(Place { is_literal: true, frame, ..Place::default() }),
        }
    }

    fn branch(&mut self) -> Stmt {
        let then = self.block(false);
        let r#else = self.random.bool().then(|| self.block(false));
        Stmt::If { cond: "flip".into(), then, r#else }
    }

    fn switch(&mut self) -> Stmt {
        let cases = (0..self.random.usize(1..4)).map(|_| self.block(false)).collect();
        let default = self.random.bool().then(|| self.block(false));
        Stmt::Switch { cases, default }
    }

    fn labelled(&mut self) -> Stmt {
        let kind = self.random.u8(..4);
        let name = format!("l{}", self.id());
        let is_loop = kind != 3;
        self.labels.push((name.clone(), is_loop));
        let body = self.block(is_loop);
        self.labels.pop();
        let label = Some(name);
        match kind {
            0 => Stmt::For { n: self.random.u32(0..4), label, body },
            1 => Stmt::While { label, body },
            2 => Stmt::Loop { label, body },
            _ => Stmt::Block { label, body },
        }
    }
}

fn gives_a_number((result, manner): (bool, Manner)) -> bool {
    result || matches!(manner, Manner::Rust(frame) if frame.ty == Ty::Number)
}
