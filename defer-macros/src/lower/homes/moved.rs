//! `move` closures and `async move` blocks: takes one, gives it its own copies of the variables that are reached
//! by reference where it stands. What has no copies cannot be moved into it, and rustc says so there.

use proc_macro2::Span;
use quote::quote_spanned;
use syn::{Expr, Stmt};

use super::Leases;
use super::reached::Reached;
use crate::look::{Tables, first_mentions};
use crate::lower::tree::{block_of, verbatim};
use crate::names;

impl Leases<'_> {
    /// Whether it was one that mentions any.
    pub(super) fn moving(&mut self, expr: &mut Expr) -> bool {
        let moves = match expr {
            Expr::Closure(closure) => closure.capture.is_some(),
            Expr::Async(block) => block.capture.is_some(),
            _ => false,
        };
        if !moves {
            return false;
        }
        let tables = Tables { sites: self.tenants.sites, arguments: self.tenants.arguments };
        let mut mentions = first_mentions(tables, |it| it.expression(expr));
        mentions.retain(|(id, _)| self.reached.get(id).is_some_and(|it| *it != Reached::Itself));
        if mentions.is_empty() {
            return false;
        }
        let outside = self.reached.clone();
        let mut stmts = Vec::new();
        for (id, name) in mentions {
            let place = self.mention(id, &name);
            self.reached.insert(id, Reached::Itself);
            let alias = names::alias(self.variable(id));
            let mutable =
                self.variable(id).mutable.then(|| quote_spanned!(names::ahead(alias.span())=> mut));
            let here = Span::mixed_site().located_at(names::ahead(name.span()));
            stmts.push(verbatim(quote_spanned! {here=>
                #[allow(unused_mut, clippy::shadow_unrelated, clippy::shadow_reuse)]
                let #mutable #alias = #place;
            }));
        }
        match expr {
            Expr::Closure(closure) => self.closure(closure),
            Expr::Async(block) => self.block(&mut block.block, Vec::new()),
            _ => unreachable!("nothing else moves"),
        }
        self.reached = outside;
        stmts.push(Stmt::Expr(std::mem::replace(expr, Expr::PLACEHOLDER), None));
        *expr = block_of(stmts);
        true
    }
}
