//! Statements that Go does not have.

use std::cell::Cell;
use std::rc::Rc;

use super::super::ir::{self, Rust};
use super::super::value::{End, Unwind, Value};
use super::events::{Kind, Token};
use super::{Flow, Frame, Handed, Machine, Variable};

impl<'a> Machine<'a> {
    pub(super) fn rust(
        &mut self,
        stmt: &'a Rust,
        frame: &mut Frame<'_, 'a>,
    ) -> Result<Flow<'a>, Unwind> {
        let ty = frame.of.ty;
        match stmt {
            Rust::Let(v) => {
                let token = self.token(Kind::Traced(*v));
                frame.declare(*v, token);
            }
            Rust::Count(v) => {
                let token = self.token(Kind::Number);
                frame.declare(*v, token);
            }
            Rust::Slice(v) => {
                frame.declare(*v, Token { kind: Kind::Number, bumps: Rust::NUMBERS });
            }
            Rust::Advance(id, v) => {
                let variable = &frame.variables[v];
                let Token { kind, bumps } = variable.get().expect("it is not moved");
                variable.set(Some(Token { kind, bumps: bumps.saturating_sub(1) }));
                self.show(*id, variable);
            }
            Rust::LetBlock(v, body) => {
                let mut token = None;
                let flow = self.block_with(body, frame, |machine, flow| {
                    token = matches!(flow, Flow::Next).then(|| machine.token(Kind::Traced(*v)));
                })?;
                match token {
                    Some(token) => frame.declare(*v, token),
                    None => return Ok(flow),
                }
            }
            Rust::Bump(v) => bump(&frame.variables[v]),
            Rust::Lend(id, v, body) => {
                let variable = Rc::clone(&frame.variables[v]);
                return self.block_with(body, frame, |machine, flow| {
                    if let Flow::Next = flow {
                        bump(&variable);
                        machine.show(*id, &variable);
                    }
                });
            }
            Rust::Fill(id, v) => {
                let token = self.token(Kind::Traced(*id));
                let variable = &frame.variables[v];
                let old = Rc::new(Cell::new(variable.replace(Some(token))));
                self.drop(&old)?;
            }
            Rust::LetTaken(v, from) => {
                let token = frame.variables[from].take().expect("it is not moved");
                frame.declare(*v, token);
            }
            Rust::TakeAway(id, v) => self.consume(*id, &frame.variables[v])?,
            Rust::Show(id, v) => self.show(*id, &frame.variables[v]),
            Rust::Try(id) => {
                if let Some(error) = self.check(*id) {
                    return Ok(Flow::Return(Value::Fallible(Err(error))));
                }
            }
            Rust::Leave(v) | Rust::Tail(v) => return Ok(Flow::Return(Value::made(ty, *v))),
            Rust::HandOut(v, _) => return Ok(Flow::Return(handed_out(&frame.variables[v]))),
            Rust::Wait(id) => self.wait(*id)?,
            Rust::Marked { turns: None, body, .. } => return self.turn(body, frame),
            Rust::Marked { turns: Some(turns), label, body } => {
                for _ in 0..*turns {
                    match self.turn(body, frame)? {
                        Flow::Next => {}
                        Flow::Continue(to) if Some(to) == label.as_deref() => {}
                        Flow::Break(to) if Some(to) == label.as_deref() => break,
                        elsewhere => return Ok(elsewhere),
                    }
                }
            }
            Rust::Closure(id, ty, body) | Rust::Async(id, ty, body) => {
                let of = ir::Frame { ty: *ty, waits: matches!(stmt, Rust::Async(..)) };
                let own = (&mut *frame.numbers, frame.variables.clone());
                let value = self.frame(of, body, own, None)?;
                self.value(*id, value);
            }
            Rust::Look(id) => {
                let handed = frame.handed.as_ref().expect("it is a deferred closure");
                self.line(format!("O {id} {}", handed.end));
            }
            Rust::Set(v) => {
                let Handed { end, ty } = frame.handed.as_mut().expect("it is a deferred closure");
                let left = end.set(Value::made(*ty, *v));
                self.leave_behind(left);
            }
            Rust::RecoverWith(id, v) => self.recover(*id, frame, Some(*v)),
            Rust::Join(id) => {
                let failure = self.check(*id);
                let handed = frame.handed.as_mut().expect("it is a deferred closure");
                // Where the function goes on, there is no result at hand for it to join.
                let failure = failure.filter(|_| !matches!(handed.end, End::GoesOn(_)));
                let left = failure.and_then(|error| handed.end.join(error));
                self.leave_behind(left);
            }
        }
        Ok(Flow::Next)
    }

    pub(super) fn recover(&mut self, id: u32, frame: &mut Frame<'_, 'a>, with: Option<i32>) {
        let recovered = frame
            .handed
            .as_mut()
            .and_then(|Handed { end, ty }| end.recover(*ty, with.map(|v| Value::made(*ty, v))));
        match recovered {
            Some(value) => self.line(format!("C {id} {value}")),
            None => self.line(format!("C {id} nil")),
        }
    }
}

fn handed_out(variable: &Variable) -> Value {
    match variable.take() {
        Some(Token { kind: Kind::Traced(id), bumps }) => Value::Kept { id, bumps },
        _ => unreachable!("it holds a value"),
    }
}

fn bump(variable: &Variable) {
    let Token { kind, bumps } = variable.get().expect("it is not moved");
    variable.set(Some(Token { kind, bumps: bumps + 1 }));
}
