//! Constant conditions: takes an expression, gives its value if it is one that is made of literals alone.
//! Go's compiler knows named constants as well; an attribute cannot see what they are.
//! (`cmd/compile/internal/noder/writer.go`, `staticBool`)

use syn::{BinOp, Expr, ExprMatch, Lit, Pat, UnOp};

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Constant {
    Bool(bool),
    Number(u128),
}

/// The value of the expression, as far as it is decided whatever else is in it.
pub(super) fn constant(expr: &Expr) -> Option<Constant> {
    match expr {
        Expr::Lit(it) => literal(&it.lit),
        Expr::Paren(it) => constant(&it.expr),
        Expr::Group(it) => constant(&it.expr),
        Expr::Unary(it) if matches!(it.op, UnOp::Not(_)) => match constant(&it.expr)? {
            Constant::Bool(value) => Some(Constant::Bool(!value)),
            Constant::Number(_) => None,
        },
        Expr::Binary(it) => binary(&it.op, constant(&it.left), constant(&it.right)),
        _ => None,
    }
}

fn literal(literal: &Lit) -> Option<Constant> {
    match literal {
        Lit::Bool(it) => Some(Constant::Bool(it.value)),
        Lit::Int(it) => it.base10_parse().ok().map(Constant::Number),
        _ => None,
    }
}

fn binary(op: &BinOp, left: Option<Constant>, right: Option<Constant>) -> Option<Constant> {
    let [no, yes] = [false, true].map(Constant::Bool);
    match op {
        BinOp::And(_) if left == Some(no) || right == Some(no) => Some(no),
        BinOp::And(_) if left == Some(yes) => right,
        BinOp::Or(_) if left == Some(yes) || right == Some(yes) => Some(yes),
        BinOp::Or(_) if left == Some(no) => right,
        BinOp::Eq(_) => Some(Constant::Bool(left? == right?)),
        BinOp::Ne(_) => Some(Constant::Bool(left? != right?)),
        BinOp::Lt(_) => Some(Constant::Bool(left? < right?)),
        BinOp::Le(_) => Some(Constant::Bool(left? <= right?)),
        BinOp::Gt(_) => Some(Constant::Bool(left? > right?)),
        BinOp::Ge(_) => Some(Constant::Bool(left? >= right?)),
        _ => None,
    }
}

/// The arm that a `match` on a constant always takes, unless one ahead of it cannot be judged.
pub(super) fn only_arm(choice: &ExprMatch) -> Option<usize> {
    let value = constant(&choice.expr)?;
    for (number, arm) in choice.arms.iter().enumerate() {
        if matches(&arm.pat, value)? {
            return Some(number);
        }
    }
    None
}

fn matches(pat: &Pat, value: Constant) -> Option<bool> {
    match pat {
        Pat::Wild(_) => Some(true),
        Pat::Lit(it) => literal(&it.lit).map(|it| it == value),
        Pat::Paren(it) => matches(&it.pat, value),
        Pat::Or(it) => {
            let cases: Option<Vec<bool>> = it.cases.iter().map(|it| matches(it, value)).collect();
            cases.map(|cases| cases.contains(&true))
        }
        _ => None,
    }
}
