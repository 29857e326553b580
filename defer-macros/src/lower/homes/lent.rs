//! Variables that are lent ahead of their first site: takes the statements between, tells whether a variable has
//! to move into its home ahead of them, as what was lent is not to move.
//!
//! ```text
//! let rows = load();
//! let first = &rows[0];           // from here on, `rows` stays where it is
//! defer! { done(&rows); }
//! println!("{first}");
//! ```
//!
//! Ahead of its site a variable may also be moved away, by code that does not get there. Then it stays its own
//! until the site.

use syn::visit::{self, Visit};
use syn::{Block, Expr, Item, Macro, Stmt};

use crate::look::simple_path;
use crate::read::{self, Arguments};
use crate::variable::VarId;

/// Whether the first of the statements lends the variable to another one, and none can move it away.
pub(super) fn is_lent(id: VarId, stmts: &[Stmt], arguments: &[Arguments]) -> bool {
    let mut look = Look { id, arguments, leaves: false, lends: false, moves: false };
    let Some((first @ Stmt::Local(_), others)) = stmts.split_first() else { return false };
    look.visit_stmt(first);
    if look.lends {
        for stmt in others {
            look.visit_stmt(stmt);
        }
    }
    look.lends && !look.moves
}

struct Look<'a> {
    id: VarId,
    arguments: &'a [Arguments],
    /// What is looked at does not get to the site.
    leaves: bool,
    lends: bool,
    moves: bool,
}

impl Look<'_> {
    fn is_it(&self, expr: &Expr) -> bool {
        simple_path(expr).and_then(VarId::of) == Some(self.id)
    }

    /// Whether the place is in the variable.
    fn place(&mut self, place: &Expr) -> bool {
        let lends = match place {
            Expr::Field(it) => self.place(&it.base),
            Expr::Index(it) => self.place(&it.expr),
            Expr::Paren(it) => self.place(&it.expr),
            place => self.is_it(place),
        };
        self.lends |= lends;
        lends
    }

    fn leaving(&mut self, leaves: bool, look: impl FnOnce(&mut Self)) {
        let outside = self.leaves;
        self.leaves |= leaves;
        look(self);
        self.leaves = outside;
    }
}

impl<'ast> Visit<'ast> for Look<'_> {
    fn visit_expr(&mut self, expr: &'ast Expr) {
        match expr {
            expr if self.is_it(expr) => self.moves |= self.leaves,
            Expr::Reference(it) if self.place(&it.expr) => {}
            Expr::MethodCall(it) if self.place(&it.receiver) => {
                self.moves |= self.leaves;
                it.args.iter().for_each(|argument| self.visit_expr(argument));
            }
            Expr::Field(_) | Expr::Index(_) if self.place(expr) => {
                if let Expr::Index(it) = expr {
                    self.visit_expr(&it.index);
                }
            }
            Expr::Return(_) | Expr::Break(_) => {
                self.leaving(true, |look| visit::visit_expr(look, expr));
            }
            expr => visit::visit_expr(self, expr),
        }
    }

    fn visit_block(&mut self, block: &'ast Block) {
        let leaves = match block.stmts.last() {
            Some(Stmt::Expr(last, _)) => {
                matches!(last, Expr::Return(_) | Expr::Break(_) | Expr::Continue(_))
            }
            Some(Stmt::Macro(_)) => true,
            _ => false,
        };
        self.leaving(leaves, |look| visit::visit_block(look, block));
    }

    fn visit_macro(&mut self, mac: &'ast Macro) {
        let Some(number) = read::arguments_of(mac) else { return };
        let arguments = self.arguments;
        let outside = std::mem::take(&mut self.leaves);
        arguments[number].visit(self);
        self.leaves = outside;
    }

    fn visit_item(&mut self, _: &'ast Item) {}
}
