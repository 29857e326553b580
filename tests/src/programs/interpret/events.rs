//! What can happen in a program, each with its line in the trace.

use super::super::value::{Unwind, Value};
use super::{Machine, Variable};

/// A value.
#[derive(Clone, Copy)]
pub(super) struct Token {
    pub(super) kind: Kind,
    pub(super) bumps: u32,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Its drop is traced.
    Traced(u32),
    /// Its drop panics, too.
    Bomb(u32),
    /// It is copied.
    Number,
}

impl Machine<'_> {
    pub(super) fn token(&mut self, kind: Kind) -> Token {
        if let Kind::Traced(id) | Kind::Bomb(id) = kind {
            self.line(format!("N {id}"));
        }
        Token { kind, bumps: 0 }
    }

    /// Drops what is in the variable, if that was not moved.
    pub(super) fn drop(&mut self, variable: &Variable) -> Result<(), Unwind> {
        let Some(Token { kind: Kind::Traced(id) | Kind::Bomb(id), .. }) = variable.get() else {
            return Ok(());
        };
        self.line(format!("~ {id}"));
        match variable.take().map(|token| token.kind) {
            Some(Kind::Bomb(_)) => Err(Unwind::Panic(id.cast_signed())),
            _ => Ok(()),
        }
    }

    /// Calls `consume`.
    pub(super) fn consume(&mut self, id: u32, variable: &Variable) -> Result<(), Unwind> {
        let bumps = variable.get().expect("it is not moved").bumps;
        self.line(format!("R {id} {bumps}"));
        self.drop(variable)
    }

    pub(super) fn show(&mut self, id: u32, variable: &Variable) {
        let bumps = variable.get().expect("it is not moved").bumps;
        self.line(format!("S {id} {bumps}"));
    }

    /// Fails by chance.
    pub(super) fn check(&mut self, id: u32) -> Option<i32> {
        let fails = self.flip();
        self.line(format!("E {id} {fails}"));
        fails.then_some(id.cast_signed())
    }

    pub(super) fn wait(&mut self, id: u32) -> Result<(), Unwind> {
        self.line(format!("Y {id}"));
        match &mut self.waits {
            Some(0) => {
                self.is_dropped = true;
                Err(Unwind::Dropped)
            }
            Some(left) => {
                *left -= 1;
                Ok(())
            }
            None => Ok(()),
        }
    }

    pub(super) fn value(&mut self, id: u32, value: Value) {
        if value != Value::Unit {
            self.line(format!("V {id} {value}"));
        }
        self.leave_behind(Some(value));
    }

    /// Drops a value that nobody gets.
    pub(super) fn leave_behind(&mut self, value: Option<Value>) {
        if let Some(Value::Kept { id, .. }) = value {
            self.line(format!("~ {id}"));
        }
    }

    pub(super) fn line(&mut self, line: String) {
        self.lines.push(line);
    }

    pub(super) fn flip(&mut self) -> bool {
        self.random(2) == 1
    }

    pub(super) fn random(&mut self, n: u32) -> u32 {
        self.state = self.state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (self.state >> 16) % n
    }
}
