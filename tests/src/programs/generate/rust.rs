//! What is generated in Rust's manner only. Values of variables are moved as rustc allows: once, in the turn
//! of the loop that made them, and handed over by the first site that mentions them.

use super::super::ir::{
    Defer, Deferred, DeferredBlock, Form, Frame, Manner, Rust, Stmt, Ty, inner_bodies, mentioned,
};
use super::{Calm, Generator, Place};

/// A variable, and where it was declared.
pub(super) struct Variable {
    v: u32,
    frames: usize,
    blocks: usize,
    loops: usize,
    of: Of,
    /// In so many blocks stands the first site that mentions it.
    deferred: Option<usize>,
    /// A site stands behind its declaration.
    is_ahead: bool,
    /// Nothing can mention it any more.
    is_gone: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Of {
    Number,
    /// A value that stays in its variable, until it is moved away.
    OneValue,
    /// Others may be assigned.
    Values,
    /// Others are assigned behind the sites that consume it.
    Renewed,
    /// A reference to numbers, which goes on.
    Reference,
    /// A value that the frame hands out in the end.
    HandedOut,
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
        let call = Deferred::Block(block);
        Stmt::Defer(Defer { id, on_failure: false, fragment: false, call })
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
        let Place { is_literal, is_marked, .. } = self.place;
        // A literal that joins ends with what a macro does not know.
        match (ty, is_literal) {
            (Ty::Unit, _) | (_, false) if !is_marked && self.random.u8(..3) == 0 => {
                Stmt::Rust(Rust::Leave(v))
            }
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
        let stmt = match self.random.u8(..if self.depth < 4 { 27 } else { 18 }) {
            0 | 1 => {
                let kinds = [Of::OneValue, Of::OneValue, Of::Values, Of::Renewed];
                let of = kinds[self.random.usize(..4)];
                self.declare(id, of);
                Some(Rust::Let(id))
            }
            2 => {
                self.declare(id, Of::Number);
                Some(Rust::Count(id))
            }
            3 => self.one(holds_a_value).map(Rust::Bump),
            4 => self.one(holds_a_value).map(|v| Rust::Show(id, v)),
            13 => {
                let is_filled =
                    |variable: &Variable| matches!(variable.of, Of::Values | Of::Renewed);
                self.one(|_, variable| is_filled(variable)).map(|v| Rust::Fill(id, v))
            }
            14 => self.take_away(id),
            5 if fails => Some(Rust::Try(id)),
            6 if frame.waits => Some(Rust::Wait(id)),
            7..13 => {
                let call = self.call();
                return self.site(id, call);
            }
            15 => {
                self.declare(id, Of::Reference);
                Some(Rust::Slice(id))
            }
            16 | 17 => self.one(can_go_on).map(|v| Rust::Advance(id, v)),
            18 => {
                let body = self.block(false);
                self.declare(id, Of::Values);
                Some(Rust::LetBlock(id, body))
            }
            19 | 20 if self.random.bool() => Some(self.called(id, frame.waits)),
            19 | 20 => Some(self.hands_one_out(id)),
            21 | 22 => {
                let label = format!("l{id}");
                self.labels.push((label.clone(), true));
                let body = self.marked();
                self.labels.pop();
                Some(Rust::Marked { turns: Some(self.random.u32(0..4)), label: Some(label), body })
            }
            23 => Some(Rust::Marked { turns: None, label: None, body: self.marked() }),
            24 | 25 => self.lend(id),
            26 => return self.taken_in_a_block(),
            _ => None,
        };
        stmt.map_or(Stmt::T { id }, Stmt::Rust)
    }

    /// Nothing else can use the variable while it is lent.
    fn lend(&mut self, id: u32) -> Option<Rust> {
        let v = self.one(holds_a_value)?;
        let at = self.variables.iter().position(|variable| variable.v == v)?;
        self.variables[at].is_gone = true;
        let body = self.block(false);
        self.variables[at].is_gone = false;
        Some(Rust::Lend(id, v, body))
    }

    pub(super) fn declare(&mut self, v: u32, of: Of) {
        let Place { frames, blocks, loops, .. } = self.place;
        let (deferred, is_ahead, is_gone) = (None, false, false);
        let variable = Variable { v, frames, blocks, loops, of, deferred, is_ahead, is_gone };
        self.variables.push(variable);
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

    /// A closure that hands out the value of a variable of its own. Its first site mentions that: with
    /// another one ahead, the variable would belong to the code behind, and be dropped with that.
    fn hands_one_out(&mut self, id: u32) -> Rust {
        let forms = [Form::Plain, Form::Tuple, Form::Struct];
        let form = forms[self.random.usize(..3)];
        let (v, ty) = (self.id(), Ty::Kept(form));
        let frame = Some(Frame { ty, waits: false });
        let place = Place { frame, calm: Calm::HandsOut(v), ..Place::default() };
        let calls = [Deferred::Borrow(v), Deferred::Method(v), Deferred::HandOver(v)];
        let call = calls[self.random.usize(..3)].clone();
        let site = Defer { id: self.id(), on_failure: true, fragment: self.random.bool(), call };
        let mut body = Vec::new();
        if self.random.bool() {
            body.push(self.last_word(ty));
        }
        body.extend([Stmt::Rust(Rust::Let(v)), Stmt::Defer(site)]);
        body.extend(self.own_frame(place));
        body.push(Stmt::Rust(Rust::HandOut(v, form)));
        Rust::Closure(id, ty, body)
    }

    /// Whether what is deferred here mentions the value that its frame hands out.
    pub(super) fn hands_out(&self, call: &Deferred) -> bool {
        let Place { frames, .. } = self.place;
        let site = Defer { id: 0, on_failure: false, fragment: false, call: call.clone() };
        let mentioned = mentioned(&[Stmt::Defer(site)]);
        let own = |it: &Variable| it.of == Of::HandedOut && it.frames == frames;
        self.variables.iter().any(|it| own(it) && mentioned.contains(&it.v))
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

    /// One of those that are in sight and fit.
    fn one(&mut self, fits: impl Fn(&Place, &Variable) -> bool) -> Option<u32> {
        let Place { frames, .. } = self.place;
        let in_sight = |it: &Variable| it.of != Of::Renewed || it.frames == frames;
        let fit = |it: &&Variable| !it.is_gone && in_sight(it) && fits(&self.place, it);
        let all: Vec<u32> = self.variables.iter().filter(fit).map(|variable| variable.v).collect();
        self.random.choice(all)
    }

    /// One that is mentioned by what is deferred here.
    fn mentioned(&mut self) -> Option<u32> {
        let v = self.one(|_, variable| !matches!(variable.of, Of::Renewed | Of::Reference))?;
        self.mention(&[v]);
        Some(v)
    }

    pub(super) fn put_ahead(&mut self) {
        self.variables.iter_mut().for_each(|variable| variable.is_ahead = true);
    }

    pub(super) fn mention(&mut self, mentioned: &[u32]) {
        let Place { frames, blocks, .. } = self.place;
        let own = self.variables.iter_mut().filter(|variable| variable.frames == frames);
        for variable in own.filter(|variable| mentioned.contains(&variable.v)) {
            variable.deferred.get_or_insert(blocks);
        }
    }

    /// A value of the outermost block that is moved behind a site belongs to the code behind that.
    fn handed_over(&mut self) -> Option<u32> {
        let v = self.one(|place, variable| match variable.of {
            Of::Number => true,
            Of::OneValue => {
                is_first(place, variable) && (variable.blocks > 0 || !variable.is_ahead)
            }
            Of::Values | Of::Renewed | Of::Reference | Of::HandedOut => false,
        });
        self.mention(&Vec::from_iter(v));
        v
    }

    /// Of an inner block: in the outermost, the new value belongs to the code behind the site.
    fn anew(&mut self) -> Option<Deferred> {
        let v = self.one(|_, it| it.of == Of::Renewed && it.blocks > 0)?;
        Some(Deferred::Anew { v, new: self.id() })
    }

    fn take_away(&mut self, id: u32) -> Option<Rust> {
        let v = self.one(can_be_taken)?;
        let variable = self.variables.iter_mut().find(|variable| variable.v == v);
        variable.expect("it is in sight").is_gone = true;
        if self.random.bool() {
            return Some(Rust::TakeAway(id, v));
        }
        self.declare(id, Of::OneValue);
        Some(Rust::LetTaken(id, v))
    }

    /// A block with a variable that is taken away at its end, unless it was before.
    fn taken_in_a_block(&mut self) -> Stmt {
        let (v, site) = (self.id(), self.id());
        let (outside, variables) = (self.place, self.variables.len());
        self.place.blocks += 1;
        self.depth += 1;
        self.declare(v, Of::OneValue);
        self.mention(&[v]);
        let mut body = vec![Stmt::Rust(Rust::Let(v)), self.site(site, Deferred::Borrow(v))];
        body.extend(self.body());
        if self.variables.iter().any(|variable| variable.v == v && !variable.is_gone) {
            let id = self.id();
            let taken = [Rust::TakeAway(id, v), Rust::LetTaken(id, v)];
            body.extend(self.random.choice(taken).map(Stmt::Rust));
        }
        self.depth -= 1;
        self.place = outside;
        self.variables.truncate(variables);
        // Without a label, a frame's last block would be its outermost one.
        Stmt::Block { label: Some(format!("l{v}")), body }
    }

    fn call(&mut self) -> Deferred {
        let frame = self.place.frame.expect("it is in Rust's manner");
        let fails = frame.ty.can_fail();
        let is_calm = self.place.calm != Calm::No;
        let found = match self.random.u8(..14) {
            0 => Some(Deferred::Fresh),
            1 if !is_calm => Some(Deferred::Bomb),
            2 | 3 => self.handed_over().map(Deferred::HandOver),
            12 | 13 => self.anew(),
            4 => self.mentioned().map(Deferred::Method),
            5 => self.mentioned().map(Deferred::Borrow),
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
        let is_calm = self.place.calm != Calm::No;
        let outcome = self.random.bool();
        let joins = frame.ty.can_fail() && self.random.u8(..3) == 0;
        let waits = frame.waits && self.random.u8(..3) == 0;
        let ty = if joins { Ty::Exit } else { Ty::Unit };
        let mut body: Vec<Stmt> = (0..self.random.u8(..3))
            .filter_map(|_| self.mentioned().map(|v| Stmt::Rust(Rust::Show(self.id(), v))))
            .collect();
        body.extend(self.own_frame(Place {
            is_literal: true,
            calm: if is_calm { Calm::Deferred } else { Calm::No },
            frame: Some(Frame { ty, waits }),
            handed: outcome.then_some(frame.ty),
            ..Place::default()
        }));
        self.mention(&mentioned(&body));
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
            Stmt::Rust(Rust::Marked { body, .. }) => body.iter().any(|stmt| self.can_wait(stmt)),
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
}

fn holds_a_value(_: &Place, variable: &Variable) -> bool {
    variable.of != Of::Reference
}

/// Whether it is a reference that can be moved on from here.
fn can_go_on(place: &Place, variable: &Variable) -> bool {
    variable.of == Of::Reference && variable.frames == place.frames
}

/// Whether the first site that mentions the variable can stand here, so that it may consume it.
fn is_first(place: &Place, variable: &Variable) -> bool {
    let here = variable.frames == place.frames && variable.loops == place.loops;
    here && variable.deferred.is_none()
}

/// Whether a `take!` can stand here: of the outermost block, when a site is certain to have kept it.
fn can_be_taken(place: &Place, variable: &Variable) -> bool {
    let here = variable.frames == place.frames && variable.loops == place.loops;
    let is_kept = variable.deferred.is_some_and(|blocks| variable.blocks > 0 || blocks == 0);
    here && is_kept && !matches!(variable.of, Of::Number | Of::Reference | Of::HandedOut)
}

/// Whether a statement has a `?`, of its frame or of what it defers.
fn can_join(stmt: &Stmt) -> bool {
    match stmt {
        Stmt::Rust(Rust::Try(_)) => true,
        Stmt::Rust(Rust::Marked { body, .. }) => body.iter().any(can_join),
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
