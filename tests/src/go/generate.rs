//! Programs of the tree language by chance: takes a seed, gives a program with its trace.

use fastrand::Rng;

use super::interpret;
use super::ir::{Defer, Deferred, Func, Stmt, Traced};

/// Longer traces say no more.
const LONGEST_TRACE: usize = 400;

/// A program for each of so many seeds from the first on, numbered by them.
#[must_use]
pub fn programs(first: u64, count: usize) -> Vec<Traced> {
    let all = (first..).map(program).filter(|program| program.trace.len() <= LONGEST_TRACE);
    all.take(count).collect()
}

fn program(seed: u64) -> Traced {
    let mut random = Rng::with_seed(seed);
    let count = random.usize(1..4);
    let results: Vec<bool> = (0..count).map(|_| random.bool()).collect();
    let mut ids = 0;
    let funcs = (0..count).map(|number| {
        let mut generator = Generator {
            random: &mut random,
            ids: &mut ids,
            results: &results,
            number,
            labels: Vec::new(),
            depth: 0,
            has_r: results[number],
            is_literal: false,
        };
        let mut body = generator.body();
        if results[number] {
            let v = generator.random.bool().then(|| generator.random.i32(1..100));
            body.push(Stmt::Return { v });
        }
        Func { name: format!("f{number}"), result: results[number], body }
    });
    let funcs = funcs.collect();
    let id = usize::try_from(seed).expect("a small seed");
    let mut program =
        Traced { id, tags: Vec::new(), seed: random.u32(..), funcs, trace: Vec::new() };
    program.trace = interpret::trace(&program);
    program
}

struct Generator<'a> {
    random: &'a mut Rng,
    ids: &'a mut u32,
    /// Which functions have one.
    results: &'a [bool],
    number: usize,
    /// What can be left from here, and whether it is a loop.
    labels: Vec<(String, bool)>,
    depth: usize,
    /// `r` can be reached.
    has_r: bool,
    is_literal: bool,
}

impl Generator<'_> {
    fn body(&mut self) -> Vec<Stmt> {
        let most = if self.depth > 2 { 3 } else { 6 };
        (0..self.random.usize(1..most)).map(|_| self.stmt()).collect()
    }

    fn deeper<T>(&mut self, generate: impl FnOnce(&mut Self) -> T) -> T {
        self.depth += 1;
        let generated = generate(self);
        self.depth -= 1;
        generated
    }

    fn id(&mut self) -> u32 {
        *self.ids += 1;
        *self.ids
    }

    fn stmt(&mut self) -> Stmt {
        match self.random.u8(..if self.depth < 4 { 32 } else { 18 }) {
            0 => Stmt::T { id: self.id() },
            2 => Stmt::Setx { v: self.random.i32(0..50) },
            3 => Stmt::Addx { v: self.random.i32(1..9) },
            4 if self.has_r => Stmt::Setr { v: self.random.i32(0..50) },
            5 if self.has_r => Stmt::Addr { v: self.random.i32(1..9) },
            6 if self.has_r => Stmt::Vr { id: self.id() },
            7 => match self.callee(false) {
                Some(f) => Stmt::Call { id: self.id(), f },
                None => Stmt::T { id: self.id() },
            },
            8 => self.jump(),
            9 => self.leave(),
            10 => Stmt::Panic { v: self.random.i32(1..1000) },
            11 | 12 => Stmt::Recover { id: self.id() },
            13..18 => self.simple_defer(),
            18..23 => self.literal(),
            23 => Stmt::Closure { id: self.id(), body: self.own_frame(false) },
            24..26 => self.branch(),
            26 => self.switch(),
            27..32 => self.labelled(),
            _ => Stmt::Tx { id: self.id() },
        }
    }

    /// A later function, with a result if it needs one.
    fn callee(&mut self, result: bool) -> Option<usize> {
        let later = self.number + 1..self.results.len();
        let fits: Vec<usize> = later.filter(|f| !result || self.results[*f]).collect();
        self.random.choice(fits)
    }

    fn jump(&mut self) -> Stmt {
        match self.random.choice(self.labels.clone()) {
            Some((to, true)) if self.random.bool() => Stmt::Continue { to },
            Some((to, _)) => Stmt::Break { to },
            None => Stmt::T { id: self.id() },
        }
    }

    /// A return, mostly in a branch, so that something comes behind it.
    fn leave(&mut self) -> Stmt {
        let value = self.has_r && !self.is_literal && self.random.bool();
        let ret = Stmt::Return { v: value.then(|| self.random.i32(1..100)) };
        if self.random.u8(..4) == 0 {
            return ret;
        }
        Stmt::If { cond: "flip".into(), then: vec![ret], r#else: None }
    }

    fn simple_defer(&mut self) -> Stmt {
        let id = self.id();
        let call = match self.random.u8(..6) {
            0 => self.callee(true).map_or(Deferred::T, |f| Deferred::ArgCall { f }),
            1 => self.callee(false).map_or(Deferred::T, |f| Deferred::Fn { f }),
            2 | 3 => Deferred::Tx,
            _ => Deferred::T,
        };
        Stmt::Defer(Defer { id, call })
    }

    fn literal(&mut self) -> Stmt {
        let id = self.id();
        let has_r = self.has_r && !self.is_literal;
        Stmt::Defer(Defer { id, call: Deferred::Lit { body: self.own_frame(has_r) } })
    }

    /// The body of a literal: labels and returns are its own.
    fn own_frame(&mut self, has_r: bool) -> Vec<Stmt> {
        let outside = (std::mem::take(&mut self.labels), self.has_r, self.is_literal);
        (self.has_r, self.is_literal) = (has_r, true);
        let body = self.deeper(Self::body);
        (self.labels, self.has_r, self.is_literal) = outside;
        body
    }

    fn branch(&mut self) -> Stmt {
        let then = self.deeper(Self::body);
        let r#else = self.random.bool().then(|| self.deeper(Self::body));
        Stmt::If { cond: "flip".into(), then, r#else }
    }

    fn switch(&mut self) -> Stmt {
        let cases = (0..self.random.usize(1..4)).map(|_| self.deeper(Self::body)).collect();
        let default = self.random.bool().then(|| self.deeper(Self::body));
        Stmt::Switch { cases, default }
    }

    fn labelled(&mut self) -> Stmt {
        let kind = self.random.u8(..4);
        let name = format!("l{}", self.id());
        self.labels.push((name.clone(), kind != 3));
        let body = self.deeper(Self::body);
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
