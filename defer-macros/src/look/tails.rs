//! Ends of bodies: what terminates, as Go's compiler sees it, what diverges, as rustc does, what yields a
//! value, and which inner block is all that a body is.

use proc_macro2::Span;
use syn::spanned::Spanned;
use syn::visit::{self, Visit};
use syn::{
    Block, Expr, ExprAsync, ExprBreak, ExprClosure, ExprLoop, ExprReturn, ExprTry, Item, Label,
    Lifetime, Macro, Pat, ReturnType, Signature, Stmt, Type,
};

use super::constant::{Constant, constant};
use super::simple_path;
use crate::read::{self, Arguments, known};

/// Looks at ends; what breaks out of a loop may stand in a macro's arguments.
#[derive(Clone, Copy)]
pub(super) struct Ends<'a> {
    pub(super) arguments: &'a [Arguments],
}

/// What a block ends with.
#[derive(Clone, Copy)]
enum Tail<'a> {
    Value(&'a Expr),
    /// `val! { … }`, which may be a value as `val!(…)` would be.
    Macro(&'a Macro),
}

impl Tail<'_> {
    fn span(self) -> Span {
        match self {
            Self::Value(tail) => tail.span(),
            Self::Macro(mac) => mac.path.span(),
        }
    }
}

impl Ends<'_> {
    /// The end of a function's body, if it counts as a return: where it yields a value, Go has a `return`.
    pub(super) fn value_of_function(self, signature: &Signature, body: &Block) -> Option<Span> {
        self.value_of_typed(&signature.output, body)
    }

    fn value_of_typed(self, output: &ReturnType, body: &Block) -> Option<Span> {
        let tail = self.tail(body).filter(|tail| !is_unit(output) && !self.tail_diverges(*tail));
        tail.map(Tail::span)
    }

    /// The same for a closure's body.
    pub(super) fn value_of_closure(self, closure: &ExprClosure) -> Option<Span> {
        match (&closure.output, plain_block(&closure.body)) {
            (output @ ReturnType::Type(..), Some(body)) => self.value_of_typed(output, body),
            (ReturnType::Default, Some(body)) => self.value_of_async(body),
            (_, None) => Some(&*closure.body).filter(|body| self.yields(body)).map(Spanned::span),
        }
    }

    /// The same for a body whose type nobody says. Where a `return` brings nothing, neither does the end;
    /// elsewhere, a call is taken for one that yields something.
    pub(super) fn value_of_async(self, body: &Block) -> Option<Span> {
        let tail = self.tail(body).filter(|tail| !returns_nothing(body) && self.tail_yields(*tail));
        tail.map(Tail::span)
    }

    /// What the block ends with, unless Go's compiler drops that.
    fn tail(self, body: &Block) -> Option<Tail<'_>> {
        let (last, ahead) = body.stmts.split_last()?;
        let is_dead = ahead.last().is_some_and(|stmt| self.statement_terminates(stmt));
        match last {
            _ if is_dead => None,
            Stmt::Expr(tail, None) => Some(Tail::Value(tail)),
            Stmt::Macro(written) if written.semi_token.is_none() => {
                Some(Tail::Macro(&written.mac)).filter(|_| read::marker(last).is_none())
            }
            _ => None,
        }
    }

    fn tail_yields(self, tail: Tail<'_>) -> bool {
        match tail {
            Tail::Value(tail) => self.yields(tail),
            // As a statement, it most likely is one.
            Tail::Macro(_) => false,
        }
    }

    fn tail_diverges(self, tail: Tail<'_>) -> bool {
        match tail {
            Tail::Value(tail) => self.diverges(tail),
            Tail::Macro(mac) => known::panics(mac) || known::bails(mac),
        }
    }

    fn block_yields(self, block: &Block) -> bool {
        self.tail(block).is_some_and(|tail| self.tail_yields(tail))
    }

    /// Whether a tail of unknown type looks like a value.
    fn yields(self, tail: &Expr) -> bool {
        let may = match tail {
            Expr::If(branch) => branch.else_branch.as_ref().is_some_and(|(_, other)| {
                self.block_yields(&branch.then_branch) || self.yields(other)
            }),
            Expr::Match(choice) => choice.arms.iter().any(|arm| self.yields(&arm.body)),
            Expr::ForLoop(_) | Expr::While(_) | Expr::Assign(_) => false,
            Expr::Loop(repeat) => Breaks::of(repeat, self).with_value,
            Expr::Block(block) => self.block_yields(&block.block),
            Expr::Unsafe(block) => self.block_yields(&block.block),
            Expr::Paren(paren) => self.yields(&paren.expr),
            Expr::Tuple(tuple) => !tuple.elems.is_empty(),
            Expr::Binary(binary) => !super::mentions::assigns(&binary.op),
            _ => true,
        };
        may && !self.diverges(tail)
    }

    /// Whether an expression returns, breaks, panics or goes on for ever instead of yielding a value.
    pub(super) fn diverges(self, expr: &Expr) -> bool {
        match expr {
            Expr::Break(_) | Expr::Continue(_) => true,
            Expr::Match(choice) => {
                let arms = &choice.arms;
                self.diverges(&choice.expr)
                    || !arms.is_empty() && arms.iter().all(|arm| self.diverges(&arm.body))
            }
            Expr::Loop(repeat) => !Breaks::of(repeat, self).any,
            Expr::Block(block) if block.label.is_none() => self.block_diverges(&block.block),
            Expr::Unsafe(block) => self.block_diverges(&block.block),
            Expr::If(branch) => branch.else_branch.as_ref().is_some_and(|(_, other)| {
                self.block_diverges(&branch.then_branch) && self.diverges(other)
            }),
            Expr::Paren(paren) => self.diverges(&paren.expr),
            _ => self.terminates(expr),
        }
    }

    fn block_diverges(self, block: &Block) -> bool {
        block.stmts.iter().any(|stmt| self.statement_diverges(stmt))
    }

    /// Whether nothing behind the statement is ever reached, as rustc sees it.
    pub(super) fn statement_diverges(self, stmt: &Stmt) -> bool {
        match stmt {
            Stmt::Expr(expr, _) => self.diverges(expr),
            Stmt::Macro(written) => known::panics(&written.mac) || known::bails(&written.mac),
            Stmt::Local(_) | Stmt::Item(_) => false,
        }
    }

    /// Go's terminators: the compiler drops what stands behind one before it counts. They are `return`,
    /// `panic`, an `if` whose arms terminate, as far as its condition is not constant, and a plain block
    /// whose last statement does. (`cmd/compile/internal/noder/writer.go`, `terminates`)
    fn terminates(self, expr: &Expr) -> bool {
        match expr {
            Expr::Return(_) => true,
            Expr::Paren(paren) => self.terminates(&paren.expr),
            Expr::Macro(call) => known::panics(&call.mac) || known::bails(&call.mac),
            Expr::Call(call) => matches!(&*call.func, Expr::Path(it) if known::raises(&it.path)),
            Expr::Try(attempt) => fails(&attempt.expr),
            Expr::Block(block) if block.label.is_none() => self.last_terminates(&block.block),
            Expr::Unsafe(block) => self.last_terminates(&block.block),
            Expr::If(branch) => {
                let condition = constant(&branch.cond);
                let then = self.last_terminates(&branch.then_branch);
                let other =
                    branch.else_branch.as_ref().is_some_and(|(_, other)| self.terminates(other));
                (condition == Some(Constant::Bool(false)) || then)
                    && (condition == Some(Constant::Bool(true)) || other)
            }
            _ => false,
        }
    }

    fn last_terminates(self, block: &Block) -> bool {
        block.stmts.last().is_some_and(|last| self.statement_terminates(last))
    }

    pub(super) fn statement_terminates(self, stmt: &Stmt) -> bool {
        match stmt {
            Stmt::Expr(expr, _) => self.terminates(expr),
            Stmt::Macro(written) => known::panics(&written.mac) || known::bails(&written.mac),
            Stmt::Local(_) | Stmt::Item(_) => false,
        }
    }

    /// Whether a loop with this body is always left in its first turn.
    pub(super) fn leaves(self, body: &Block) -> bool {
        let last = body.stmts.last().is_some_and(|last| {
            matches!(last, Stmt::Expr(Expr::Break(_), _)) || self.statement_terminates(last)
        });
        last && !continues(body)
    }
}

/// Whether the statement ends the block that Go's code generator is in: nothing is generated behind it.
pub(super) fn ends_a_block(stmt: &Stmt) -> bool {
    match stmt {
        Stmt::Expr(Expr::Return(_) | Expr::Break(_) | Expr::Continue(_), _) => true,
        Stmt::Expr(Expr::Macro(call), _) => known::panics(&call.mac) || known::bails(&call.mac),
        Stmt::Expr(Expr::Call(call), _) => {
            matches!(&*call.func, Expr::Path(it) if known::raises(&it.path))
        }
        Stmt::Expr(Expr::Try(attempt), _) => fails(&attempt.expr),
        Stmt::Macro(written) => known::panics(&written.mac) || known::bails(&written.mac),
        _ => false,
    }
}

/// The label of a statement.
pub(super) fn label(stmt: &Stmt) -> Option<&Label> {
    match stmt {
        Stmt::Expr(Expr::Block(it), _) => it.label.as_ref(),
        Stmt::Expr(Expr::ForLoop(it), _) => it.label.as_ref(),
        Stmt::Expr(Expr::Loop(it), _) => it.label.as_ref(),
        Stmt::Expr(Expr::While(it), _) => it.label.as_ref(),
        _ => None,
    }
}

/// `Err(e)?` and `None?` are returns.
fn fails(operand: &Expr) -> bool {
    match operand {
        Expr::Call(call) => simple_path(&call.func).is_some_and(|name| name == "Err"),
        Expr::Paren(paren) => fails(&paren.expr),
        operand => simple_path(operand).is_some_and(|name| name == "None"),
    }
}

fn is_unit(output: &ReturnType) -> bool {
    match output {
        ReturnType::Default => true,
        ReturnType::Type(_, ty) => matches!(&**ty, Type::Tuple(tuple) if tuple.elems.is_empty()),
    }
}

/// Whether the body, and no frame in it, has a `return` without a value and nothing that brings one.
fn returns_nothing(body: &Block) -> bool {
    #[derive(Default)]
    struct Returns {
        bare: bool,
        carrying: bool,
    }
    impl<'ast> Visit<'ast> for Returns {
        fn visit_expr_return(&mut self, ret: &'ast ExprReturn) {
            self.bare |= ret.expr.is_none();
            self.carrying |= ret.expr.is_some();
            visit::visit_expr_return(self, ret);
        }
        fn visit_expr_try(&mut self, attempt: &'ast ExprTry) {
            self.carrying = true;
            visit::visit_expr_try(self, attempt);
        }
        fn visit_expr_closure(&mut self, _: &'ast ExprClosure) {}
        fn visit_expr_async(&mut self, _: &'ast ExprAsync) {}
        fn visit_item(&mut self, _: &'ast Item) {}
    }
    let mut returns = Returns::default();
    returns.visit_block(body);
    returns.bare && !returns.carrying
}

fn continues(body: &Block) -> bool {
    struct Continues(bool);
    impl<'ast> Visit<'ast> for Continues {
        fn visit_expr_continue(&mut self, _: &'ast syn::ExprContinue) {
            self.0 = true;
        }
        fn visit_item(&mut self, _: &'ast Item) {}
    }
    let mut continues = Continues(false);
    continues.visit_block(body);
    continues.0
}

/// The `break`s out of a loop.
struct Breaks<'a> {
    label: Option<&'a Lifetime>,
    ends: Ends<'a>,
    /// How many loops within it are around.
    depth: usize,
    any: bool,
    with_value: bool,
}

impl<'a> Breaks<'a> {
    fn of(repeat: &'a ExprLoop, ends: Ends<'a>) -> Self {
        let label = repeat.label.as_ref().map(|label| &label.name);
        let mut breaks = Self { label, ends, depth: 0, any: false, with_value: false };
        breaks.visit_block(&repeat.body);
        breaks
    }
}

impl<'ast> Visit<'ast> for Breaks<'_> {
    fn visit_expr_break(&mut self, it: &'ast ExprBreak) {
        let leaves = match &it.label {
            Some(label) => Some(label) == self.label,
            None => self.depth == 0,
        };
        self.any |= leaves;
        self.with_value |= leaves && it.expr.is_some();
        visit::visit_expr_break(self, it);
    }

    fn visit_expr(&mut self, expr: &'ast Expr) {
        let is_loop = matches!(expr, Expr::ForLoop(_) | Expr::While(_) | Expr::Loop(_));
        self.depth += usize::from(is_loop);
        visit::visit_expr(self, expr);
        self.depth -= usize::from(is_loop);
    }

    fn visit_macro(&mut self, mac: &'ast Macro) {
        let Some(number) = read::arguments_of(mac) else { return };
        self.any |= self.ends.arguments.get(number).is_some_and(Arguments::may_break);
    }

    fn visit_expr_closure(&mut self, _: &'ast ExprClosure) {}
    fn visit_expr_async(&mut self, _: &'ast ExprAsync) {}
    fn visit_item(&mut self, _: &'ast Item) {}
}

/// The block that a closure's body is, if it is nothing but a block.
pub(crate) fn plain_block(body: &Expr) -> Option<&Block> {
    match body {
        Expr::Block(body) if body.label.is_none() && body.attrs.is_empty() => Some(&body.block),
        _ => None,
    }
}

/// The inner block in which a body goes on to its end, as attributes leave it: the body's tail, or what a
/// variable is that the body ends with. Its statements are then the body's own. Where it stands among
/// the statements of the body.
pub(crate) fn wrapped(stmts: &[Stmt]) -> Option<usize> {
    let last = stmts.len().checked_sub(1)?;
    match &stmts[last] {
        Stmt::Expr(tail, None) if is_inner(tail) => Some(last),
        Stmt::Expr(tail, None) => {
            let before = last.checked_sub(1)?;
            let Stmt::Local(local) = &stmts[before] else { return None };
            let init = local.init.as_ref().filter(|init| init.diverge.is_none())?;
            let name = name_of(&local.pat)?;
            let same = simple_path(tail) == Some(name) && local.attrs.is_empty();
            (same && is_inner(&init.expr)).then_some(before)
        }
        _ => None,
    }
}

/// The block that such a statement holds.
pub(crate) fn inner(stmt: &Stmt) -> Option<&Block> {
    let whole = match stmt {
        Stmt::Local(local) => &*local.init.as_ref()?.expr,
        Stmt::Expr(expr, _) => expr,
        _ => return None,
    };
    match whole {
        Expr::Block(it) => Some(&it.block),
        Expr::Unsafe(it) => Some(&it.block),
        _ => None,
    }
}

/// The block that a body goes on in to its end.
pub(crate) fn innermost(block: &mut Block) -> &mut Block {
    let Some(at) = wrapped(&block.stmts) else { return block };
    let whole = match &mut block.stmts[at] {
        Stmt::Local(syn::Local { init: Some(init), .. }) => &mut *init.expr,
        Stmt::Expr(expr, _) => expr,
        _ => unreachable!("neither of these is a body's end"),
    };
    match whole {
        Expr::Block(it) => innermost(&mut it.block),
        Expr::Unsafe(it) => innermost(&mut it.block),
        _ => unreachable!("no block is in it"),
    }
}

fn is_inner(expr: &Expr) -> bool {
    match expr {
        Expr::Block(block) => block.label.is_none(),
        Expr::Unsafe(_) => true,
        _ => false,
    }
}

fn name_of(pat: &Pat) -> Option<&proc_macro2::Ident> {
    match pat {
        Pat::Ident(pat) if pat.by_ref.is_none() && pat.subpat.is_none() => Some(&pat.ident),
        Pat::Type(pat) => name_of(&pat.pat),
        _ => None,
    }
}
