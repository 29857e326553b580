//! What a turn has of its loop's pattern: takes the variables of that, gives the statements by which those become the
//! turn's own that it gives away, by `take!` or on success. The others it uses where they are.

use proc_macro2::{Ident, Span, TokenStream};
use quote::ToTokens;
use syn::visit::Visit;
use syn::visit_mut::{self, VisitMut};
use syn::{Block, Expr, Macro, Pat, PatIdent, Stmt, Token, parse_quote_spanned};

use super::super::arguments::{Arguments, Read, number};
use super::super::{known, tokens};
use crate::names;
use crate::site::{Body, Site, SiteId, When};

/// Where a turn may say that it gives a variable away.
#[derive(Clone, Copy)]
pub(super) struct Turn<'a> {
    pub(super) body: &'a Block,
    pub(super) ids: &'a [SiteId],
    pub(super) sites: &'a [Site],
    pub(super) bodies: &'a [Body],
    pub(super) arguments: &'a [Arguments],
}

impl Turn<'_> {
    /// The statements, for the variables of the loop's pattern or condition.
    pub(super) fn owned(self, of: impl FnOnce(&mut Owned<'_>)) -> Vec<Stmt> {
        let mut takes = Takes { arguments: self.arguments, taken: Vec::new() };
        takes.visit_block(self.body);
        let failing = self.ids.iter().filter(|id| self.sites[id.0].when == When::OnFailure);
        let undone = failing.map(|id| self.bodies[id.0].to_token_stream()).collect();
        let mut owned = Owned { taken: takes.taken, undone, stmts: Vec::new() };
        of(&mut owned);
        owned.stmts
    }
}

/// Looks through patterns, and takes their `mut`s along.
pub(super) struct Owned<'a> {
    taken: Vec<&'a Ident>,
    undone: TokenStream,
    stmts: Vec<Stmt>,
}

impl Owned<'_> {
    /// The patterns of the `let`s in a condition.
    pub(super) fn condition(&mut self, condition: &mut Expr) {
        match condition {
            Expr::Let(it) => self.visit_pat_mut(&mut it.pat),
            Expr::Binary(it) => {
                self.condition(&mut it.left);
                self.condition(&mut it.right);
            }
            Expr::Paren(it) => self.condition(&mut it.expr),
            _ => {}
        }
    }

    fn is_given_away(&self, name: &Ident) -> bool {
        self.taken.contains(&name) || tokens::mention(self.undone.clone(), &name.to_string())
    }

    /// Whether the other side of an `|` has bound it.
    fn is_there(&self, name: &Ident) -> bool {
        let is_it = |pat: &Pat| matches!(pat, Pat::Ident(pat) if pat.ident == *name);
        self.stmts.iter().any(|stmt| matches!(stmt, Stmt::Local(local) if is_it(&local.pat)))
    }
}

impl VisitMut for Owned<'_> {
    fn visit_pat_ident_mut(&mut self, pat: &mut PatIdent) {
        if self.is_given_away(&pat.ident) {
            let mutable = if pat.by_ref.is_none() { pat.mutability.take() } else { None };
            if !self.is_there(&pat.ident) {
                self.stmts.push(own(&pat.ident, mutable));
            }
        }
        visit_mut::visit_pat_ident_mut(self, pat);
    }

    fn visit_expr_mut(&mut self, _: &mut Expr) {}
}

fn own(name: &Ident, mutable: Option<Token![mut]>) -> Stmt {
    let here = Span::mixed_site().located_at(names::ahead(name.span()));
    parse_quote_spanned! {here=>
        #[allow(clippy::redundant_locals, clippy::shadow_same, clippy::shadow_unrelated)]
        let #mutable #name = #name;
    }
}

/// The variables that are taken.
struct Takes<'a> {
    arguments: &'a [Arguments],
    taken: Vec<&'a Ident>,
}

impl<'a> Visit<'_> for Takes<'a> {
    fn visit_macro(&mut self, mac: &Macro) {
        let arguments: Option<&'a Arguments> = number(mac).map(|at| &self.arguments[at]);
        if let Some(Read::Expressions(all)) =
            arguments.filter(|_| known::takes(mac)).map(|it| &it.read)
            && let Some(Expr::Path(path)) = all.first()
        {
            self.taken.extend(path.path.get_ident());
        }
    }
}
