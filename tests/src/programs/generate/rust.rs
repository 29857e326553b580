//! What is generated in Rust's manner only. Values of variables are moved as rustc allows: once, in the turn
//! of the loop that made them, and only out of inner blocks, as the rest of a frame's outermost one is a
//! closure, which would take along at once what it moves on any path.

use super::super::ir::{
    Defer, Deferred, DeferredBlock, Frame, Manner, Rust, Stmt, Ty, inner_bodies, mentioned,
};
use super::{Generator, Place};

/// A variable, and where it was declared.
pub(super) struct Variable {
    v: u32,
    frames: usize,
    blocks: usize,
    loops: usize,
    is_moved: bool,
}

impl Generator<'_> {
    pub(super) fn rust_function(&mut self, frame: Frame) -> Vec<Stmt> {
        self.place.frame = Some(frame);
        let mut body = Vec::new();
        if self.random.bool() {
            body.push(self.last_word(frame.ty));
        }
        body.extend(self.body());
        self.ended(body, frame.ty)
    }

    /// What is deferred first sees how all that came later ended, and may recover.
    fn last_word(&mut self, ty: Ty) -> Stmt {
        let (id, look) = (self.id(), Stmt::Rust(Rust::Look(self.id())));
        let outside = self.place.handed.replace(ty);
        let body = vec![look, self.with_outcome(), self.with_outcome()];
        self.place.handed = outside;
        let block = DeferredBlock { outcome: true, joins: false, waits: false, body };
        Stmt::Defer(Defer { id, on_failure: false, call: Deferred::Block(block) })
    }

    /// A body that yields what its frame returns.
    fn ended(&mut self, mut body: Vec<Stmt>, ty: Ty) -> Vec<Stmt> {
        if ty != Ty::Unit {
            let v = self.random.i32(1..100);
            let tail = Stmt::Rust(Rust::Tail(v));
            body.push(if self.random.bool() { tail } else { Stmt::Return { v: Some(v) } });
        }
        body
    }

    pub(super) fn rust_return(&mut self, ty: Ty) -> Stmt {
        let v = self.random.i32(1..100);
        let Place { is_literal, .. } = self.place;
        // A literal that joins ends with what a macro does not know.
        match (ty, is_literal) {
            (Ty::Unit, _) | (_, false) if self.random.u8(..3) == 0 => Stmt::Rust(Rust::Leave(v)),
            (Ty::Unit, _) | (_, true) => Stmt::Return { v: None },
            (_, false) => Stmt::Return { v: Some(v) },
        }
    }

    pub(super) fn rust_stmt(&mut self) -> Stmt {
        let frame = self.place.frame.expect("it is in Rust's manner");
        let fails = frame.ty.can_fail();
        if self.place.handed.is_some() && self.random.u8(..3) > 0 {
            return self.with_outcome();
        }
        let id = self.id();
        let stmt = match self.random.u8(..if self.depth < 4 { 17 } else { 13 }) {
            0..3 => {
                self.declare(id);
                Some(Rust::Let(id))
            }
            3 => self.in_sight().map(Rust::Bump),
            4 => self.in_sight().map(|v| Rust::Show(id, v)),
            5 if fails => Some(Rust::Try(id)),
            6 if frame.waits => Some(Rust::Wait(id)),
            7..13 => {
                let call = self.call();
                return self.site(id, call);
            }
            13 => {
                let body = self.block(false);
                self.declare(id);
                Some(Rust::LetBlock(id, body))
            }
            14 | 15 => Some(self.called(id, frame.waits)),
            _ => None,
        };
        stmt.map_or(Stmt::T { id }, Stmt::Rust)
    }

    fn declare(&mut self, v: u32) {
        let Place { frames, blocks, loops, .. } = self.place;
        self.variables.push(Variable { v, frames, blocks, loops, is_moved: false });
    }

    /// A closure or an async block with a result.
    fn called(&mut self, id: u32, can_wait: bool) -> Rust {
        let types = [Ty::Unit, Ty::Number, Ty::Fallible];
        let ty = types[self.random.usize(..3)];
        let waits = can_wait && self.random.bool();
        let frame = Some(Frame { ty, waits });
        let body = self.own_frame(Place { frame, ..Place::default() });
        let body = self.ended(body, ty);
        if waits { Rust::Async(id, ty, body) } else { Rust::Closure(id, ty, body) }
    }

    fn with_outcome(&mut self) -> Stmt {
        let fails = self.place.handed.is_some_and(Ty::can_fail);
        let v = self.random.i32(1..100);
        Stmt::Rust(match self.random.u8(..6) {
            0 => Rust::Set(v),
            1 | 2 if self.can_recover() => return Stmt::Recover { id: self.id() },
            1 | 2 => Rust::RecoverWith(self.id(), v),
            3 if fails => Rust::Join(self.id()),
            _ => Rust::Look(self.id()),
        })
    }

    fn in_sight(&mut self) -> Option<u32> {
        let kept = self.variables.iter().filter(|variable| !variable.is_moved);
        let all: Vec<u32> = kept.map(|variable| variable.v).collect();
        self.random.choice(all)
    }

    /// Whether it is of an inner block of this frame, so that deferred code takes it along.
    fn is_inner(&self, variable: &Variable) -> bool {
        variable.frames == self.place.frames && variable.blocks > 0
    }

    fn can_move(&self, variable: &Variable) -> bool {
        self.is_inner(variable) && variable.loops == self.place.loops
    }

    /// One that can be mentioned by what is deferred here.
    fn mentionable(&mut self) -> Option<u32> {
        let may = |variable: &&Variable| {
            !variable.is_moved && (!self.is_inner(variable) || self.can_move(variable))
        };
        let all: Vec<u32> = self.variables.iter().filter(may).map(|variable| variable.v).collect();
        let v = self.random.choice(all)?;
        self.moves(&[v]);
        Some(v)
    }

    /// What of these is taken along is not there any more.
    fn moves(&mut self, mentioned: &[u32]) {
        let frames = self.place.frames;
        for variable in &mut self.variables {
            let inner = variable.frames == frames && variable.blocks > 0;
            variable.is_moved |= inner && mentioned.contains(&variable.v);
        }
    }

    fn call(&mut self) -> Deferred {
        let frame = self.place.frame.expect("it is in Rust's manner");
        let fails = frame.ty.can_fail();
        let found = match self.random.u8(..12) {
            0 => Some(Deferred::Fresh),
            1 => Some(Deferred::Bomb),
            2 | 3 => {
                let can = |variable: &&Variable| !variable.is_moved && self.can_move(variable);
                let all: Vec<u32> =
                    self.variables.iter().filter(can).map(|variable| variable.v).collect();
                let v = self.random.choice(all);
                self.moves(&Vec::from_iter(v));
                v.map(Deferred::Take)
            }
            4 => self.mentionable().map(Deferred::Method),
            5 => self.mentionable().map(Deferred::Borrow),
            6 if fails => Some(Deferred::Try),
            7 if fails => self.callee(can_fail).map(Deferred::TryFn),
            8 if frame.waits => Some(Deferred::Wait),
            _ if self.depth < 4 => Some(self.deferred_block()),
            _ => None,
        };
        found.unwrap_or(Deferred::T)
    }

    pub(super) fn deferred_block(&mut self) -> Deferred {
        let frame = self.place.frame.expect("it is in Rust's manner");
        let outcome = self.random.bool();
        let joins = frame.ty.can_fail() && self.random.u8(..3) == 0;
        let waits = frame.waits && self.random.u8(..3) == 0;
        let ty = if joins { Ty::Exit } else { Ty::Unit };
        let mut body: Vec<Stmt> = (0..self.random.u8(..3))
            .filter_map(|_| self.mentionable().map(|v| Stmt::Rust(Rust::Show(self.id(), v))))
            .collect();
        let hidden = self.hide();
        body.extend(self.own_frame(Place {
            is_literal: true,
            frame: Some(Frame { ty, waits }),
            handed: outcome.then_some(frame.ty),
            ..Place::default()
        }));
        for at in hidden {
            self.variables[at].is_moved = false;
        }
        self.moves(&mentioned(&body));
        if joins && !body.iter().any(can_join) {
            body.insert(0, Stmt::Rust(Rust::Try(self.id())));
        }
        let waits = body.iter().any(|stmt| self.can_wait(stmt));
        Deferred::Block(DeferredBlock { outcome, joins, waits, body })
    }

    /// Whether a statement has an `.await`, of its frame or of what it defers.
    fn can_wait(&self, stmt: &Stmt) -> bool {
        let waits = |f: &usize| matches!(self.signatures[*f].1, Manner::Rust(frame) if frame.waits);
        match stmt {
            Stmt::Rust(Rust::Wait(_) | Rust::Async(..)) => true,
            Stmt::Call { f, .. } => waits(f),
            Stmt::Defer(site) => match &site.call {
                Deferred::Wait => true,
                Deferred::ArgCall { f } | Deferred::Fn { f } | Deferred::TryFn(f) => waits(f),
                Deferred::Block(block) => block.waits,
                _ => false,
            },
            _ => inner_bodies(stmt).into_iter().flatten().any(|stmt| self.can_wait(stmt)),
        }
    }

    /// Those that deferred code cannot take along from here are out of its sight.
    fn hide(&mut self) -> Vec<usize> {
        let cannot = |variable: &Variable| {
            !variable.is_moved && self.is_inner(variable) && !self.can_move(variable)
        };
        let all: Vec<usize> =
            (0..self.variables.len()).filter(|at| cannot(&self.variables[*at])).collect();
        for at in &all {
            self.variables[*at].is_moved = true;
        }
        all
    }
}

/// Whether a statement has a `?`, of its frame or of what it defers.
fn can_join(stmt: &Stmt) -> bool {
    match stmt {
        Stmt::Rust(Rust::Try(_)) => true,
        Stmt::Defer(site) => match &site.call {
            Deferred::Try | Deferred::TryFn(_) => true,
            Deferred::Block(block) => block.joins,
            _ => false,
        },
        _ => inner_bodies(stmt).into_iter().flatten().any(can_join),
    }
}

fn can_fail((_, manner): (bool, Manner)) -> bool {
    matches!(manner, Manner::Rust(frame) if frame.ty == Ty::Fallible)
}
