//! Branches: takes an `if` or a `match`, tells the finder what is reached conditionally, and the variables which
//! of its arms never run one behind the other.

use syn::visit_mut::VisitMut;
use syn::{ExprIf, ExprMatch};

use super::Walk;
use crate::look::constant::{Constant, constant, only_arm};
use crate::variable::Period;

impl Walk<'_> {
    /// Of an `if` with a constant condition, the arm that is taken is part of the list around it.
    pub(super) fn choice(&mut self, it: &mut ExprIf) {
        let condition = constant(&it.cond);
        let [then, other] = [true, false].map(|value| match condition {
            None => Some(false),
            Some(taken) => (taken == Constant::Bool(value)).then_some(true),
        });
        let mut arms = Vec::new();
        self.scoped(|walk| {
            walk.visit_expr_mut(&mut it.cond);
            arms.push(walk.timed(|walk| {
                walk.arm(then, |walk| walk.visit_block_mut(&mut it.then_branch));
            }));
        });
        if let Some((_, expr)) = &mut it.else_branch {
            arms.push(self.timed(|walk| walk.arm(other, |walk| walk.visit_expr_mut(expr))));
        }
        self.branches(arms);
    }

    fn branches(&mut self, arms: Vec<Period>) {
        self.variables.branches.push((self.finder.current(), arms));
    }

    /// An arm that is never taken is dropped, and one that always is, is no branch.
    fn arm(&mut self, always: Option<bool>, visit: impl FnOnce(&mut Self)) {
        match always {
            None => self.dropped(|walk| walk.branch(visit)),
            Some(false) => self.branch(visit),
            Some(true) => visit(self),
        }
    }

    pub(super) fn arms(&mut self, it: &mut ExprMatch) {
        self.visit_expr_mut(&mut it.expr);
        let only = only_arm(it);
        let arms = it.arms.iter_mut().enumerate().map(|(number, arm)| {
            let is_dropped = only.is_some_and(|only| only != number);
            self.timed(|walk| {
                walk.dropped_if(is_dropped, |walk| walk.branch(|walk| walk.visit_arm_mut(arm)));
            })
        });
        let arms = arms.collect();
        self.branches(arms);
    }
}
