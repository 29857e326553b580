//! Whether a variable that has no value any more gets one ahead of each use: takes the statements behind, level by
//! level, and looks at every way through them. Where that is not seen, the variable is left as it is: its type may
//! be one that is copied.

use syn::{Block, Expr, Stmt};

use crate::look::{self, Tables, mentioned, simple_path};
use crate::variable::VarId;

/// What some code does with it.
#[derive(Clone, Copy, PartialEq)]
enum Done {
    Nothing,
    /// It has a value behind this, or nothing runs there.
    Filled,
    /// It is used where it has a value, and need not have one behind this.
    Within,
    /// It may be used without one.
    Used,
}

/// One variable.
#[derive(Clone, Copy)]
pub(super) struct Filling<'a> {
    pub(super) id: VarId,
    pub(super) tables: Tables<'a>,
}

impl Filling<'_> {
    /// Where all is well: the level from which on it has a value, or the last one. What is declared in one cannot
    /// get its first value in another.
    pub(super) fn level(self, levels: &[&[Stmt]]) -> Option<usize> {
        let uses = |level: &[Stmt]| level.iter().any(|it| self.is_in(it));
        let first = levels.iter().position(|it| uses(it))?;
        match self.statements(levels[first]) {
            Done::Filled => Some(first + 1),
            Done::Within => {
                (!levels[first + 1..].iter().any(|it| uses(it))).then_some(levels.len())
            }
            Done::Nothing | Done::Used => None,
        }
    }

    /// Whether the first statement that mentions it does nothing but give it a value.
    pub(super) fn is_plain(self, stmts: &[Stmt]) -> bool {
        let first = stmts.iter().find(|stmt| self.is_in(stmt));
        matches!(first, Some(Stmt::Expr(it @ Expr::Assign(_), _)) if self.expression(it) == Done::Filled)
    }

    fn is_in(self, stmt: &Stmt) -> bool {
        mentioned(self.tables, |code| code.statement(stmt)).contains(&self.id)
    }

    fn is_within(self, expr: &Expr) -> bool {
        mentioned(self.tables, |code| code.expression(expr)).contains(&self.id)
    }

    fn statements(self, stmts: &[Stmt]) -> Done {
        let mut done = Done::Nothing;
        for stmt in stmts {
            match self.statement(stmt) {
                Done::Nothing if look::diverges(stmt, self.tables.arguments) => {
                    return Done::Filled;
                }
                Done::Nothing => {}
                Done::Within => done = Done::Within,
                last => return last,
            }
        }
        done
    }

    fn statement(self, stmt: &Stmt) -> Done {
        match stmt {
            stmt if !self.is_in(stmt) => Done::Nothing,
            Stmt::Local(local) => match &local.init {
                Some(init) if init.diverge.is_none() => self.expression(&init.expr),
                _ => Done::Used,
            },
            Stmt::Expr(expr, _) => self.expression(expr),
            Stmt::Item(_) | Stmt::Macro(_) => Done::Used,
        }
    }

    fn expression(self, expr: &Expr) -> Done {
        match expr {
            expr if !self.is_within(expr) => Done::Nothing,
            Expr::Assign(it) if !self.is_within(&it.right) && self.is_whole(&it.left) => {
                Done::Filled
            }
            Expr::Block(it) if it.label.is_none() => self.statements(&it.block.stmts),
            Expr::Unsafe(it) => self.statements(&it.block.stmts),
            Expr::If(it) if !self.is_within(&it.cond) => {
                let other = it.else_branch.as_ref();
                let other = other.map_or(Done::Nothing, |(_, other)| self.arm(other));
                both(self.block(&it.then_branch), other)
            }
            Expr::Match(it) if !self.is_within(&it.expr) => {
                let arms = it.arms.iter().map(|arm| match &arm.pat {
                    syn::Pat::Guard(it) if self.is_within(&it.guard) => Done::Used,
                    _ => self.arm(&arm.body),
                });
                arms.reduce(both).unwrap_or(Done::Nothing)
            }
            Expr::Loop(it) if it.label.is_none() => self.first_turn(&it.body),
            Expr::While(it) if !self.is_within(&it.cond) => self.turns(&it.body),
            Expr::ForLoop(it) if !self.is_within(&it.expr) => self.turns(&it.body),
            _ => Done::Used,
        }
    }

    /// The variable itself, or an element of a tuple that is.
    fn is_whole(self, left: &Expr) -> bool {
        match left {
            Expr::Tuple(it) => it.elems.iter().all(|it| self.is_whole(it) || !self.is_within(it)),
            left => simple_path(left).and_then(VarId::of) == Some(self.id),
        }
    }

    fn arm(self, expr: &Expr) -> Done {
        match self.expression(expr) {
            Done::Nothing
                if look::diverges(&Stmt::Expr(expr.clone(), None), self.tables.arguments) =>
            {
                Done::Filled
            }
            done => done,
        }
    }

    fn block(self, block: &Block) -> Done {
        self.statements(&block.stmts)
    }

    /// There may be none.
    fn turns(self, body: &Block) -> Done {
        match self.block(body) {
            Done::Filled => Done::Within,
            done => done,
        }
    }

    /// There is one, up to what may end it.
    fn first_turn(self, body: &Block) -> Done {
        let filled = body.stmts.iter().position(|it| self.statement(it) == Done::Filled);
        let ahead = &body.stmts[..filled.unwrap_or(0)];
        let is_plain = |stmt: &Stmt| {
            matches!(stmt, Stmt::Local(_) | Stmt::Expr(Expr::Call(_) | Expr::MethodCall(_), _))
        };
        if filled.is_some() && ahead.iter().all(is_plain) {
            self.block(body)
        } else {
            self.turns(body)
        }
    }
}

/// One or the other.
fn both(one: Done, other: Done) -> Done {
    match (one, other) {
        (Done::Used, _) | (_, Done::Used) => Done::Used,
        (one, other) if one == other => one,
        _ => Done::Within,
    }
}
