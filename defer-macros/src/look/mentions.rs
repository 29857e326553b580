//! What code mentions, once the walk has marked its names: takes a part of the function, gives its
//! variables, and whether it seems to change one.

use proc_macro2::{Ident, TokenStream, TokenTree};
use syn::visit::{self, Visit};
use syn::{
    BinOp, Expr, ExprClosure, ExprPath, Item, Local, Macro, Pat, PatIdent, PointerMutability, Stmt,
};

use super::simple_path;
use crate::read::{self, Arguments, Read, known};
use crate::site::{Body, Site};
use crate::variable::VarId;

/// What stands for the markers in a tree.
#[derive(Clone, Copy)]
pub(crate) struct Tables<'a> {
    pub(crate) sites: &'a [Site],
    pub(crate) arguments: &'a [Arguments],
}

/// The variables that code mentions, in its order, each once; those that it declares are among them.
pub(crate) fn mentioned(tables: Tables<'_>, look: impl FnOnce(&mut Mentions<'_>)) -> Vec<VarId> {
    first_mentions(tables, look).into_iter().map(|(id, _)| id).collect()
}

/// The same, with the first mention of each.
pub(crate) fn first_mentions(
    tables: Tables<'_>,
    look: impl FnOnce(&mut Mentions<'_>),
) -> Vec<(VarId, Ident)> {
    let mut mentions = Mentions { tables, found: Vec::new() };
    look(&mut mentions);
    mentions.found
}

pub(crate) struct Mentions<'a> {
    tables: Tables<'a>,
    found: Vec<(VarId, Ident)>,
}

impl Mentions<'_> {
    pub(crate) fn body(&mut self, body: &Body) {
        visit_body(self, body);
    }

    pub(crate) fn statement(&mut self, stmt: &Stmt) {
        self.visit_stmt(stmt);
    }

    pub(crate) fn expression(&mut self, expr: &Expr) {
        self.visit_expr(expr);
    }

    pub(crate) fn closure(&mut self, closure: &ExprClosure) {
        self.visit_expr_closure(closure);
    }

    fn found(&mut self, name: &Ident) {
        if let Some(id) = VarId::of(name)
            && self.found.iter().all(|(found, _)| *found != id)
        {
            self.found.push((id, name.clone()));
        }
    }

    fn tokens(&mut self, tokens: &TokenStream) {
        for token in tokens.clone() {
            match token {
                TokenTree::Ident(word) => self.found(&word),
                TokenTree::Group(group) => self.tokens(&group.stream()),
                TokenTree::Punct(_) | TokenTree::Literal(_) => {}
            }
        }
    }
}

impl<'ast> Visit<'ast> for Mentions<'_> {
    fn visit_expr_path(&mut self, path: &'ast ExprPath) {
        path.path.get_ident().into_iter().for_each(|name| self.found(name));
    }

    fn visit_pat_ident(&mut self, pat: &'ast PatIdent) {
        self.found(&pat.ident);
        visit::visit_pat_ident(self, pat);
    }

    fn visit_stmt(&mut self, stmt: &'ast Stmt) {
        match read::marker(stmt) {
            Some(id) => self.tables.sites.get(id.0).into_iter().for_each(|it| visit_site(self, it)),
            None => visit::visit_stmt(self, stmt),
        }
    }

    fn visit_macro(&mut self, mac: &'ast Macro) {
        let Some(number) = read::arguments_of(mac) else { return };
        let arguments = &self.tables.arguments[number];
        arguments.inline.iter().for_each(|name| self.found(name));
        arguments.visit(self);
        if let Read::Tokens(tokens) = &arguments.read {
            self.tokens(tokens);
        }
    }

    fn visit_item(&mut self, _: &'ast Item) {}
}

fn visit_site<'ast>(visitor: &mut impl Visit<'ast>, site: &'ast Site) {
    site.now.iter().for_each(|evaluated| visitor.visit_expr(&evaluated.value));
    visit_body(visitor, &site.body);
}

fn visit_body<'ast>(visitor: &mut impl Visit<'ast>, body: &'ast Body) {
    match body {
        Body::Call(call, _) => visitor.visit_expr(call),
        Body::Block(block) => visitor.visit_block(block),
        Body::Outcome(closure) => visitor.visit_expr_closure(closure),
    }
}

/// Whether what is left of a site for the exit seems to change the variable: `x.…`, `x[…]`, `x(…)`, `&mut x`,
/// `x = …`, `x += …`, `ref mut` of it, or a macro that it is given to.
pub(crate) fn mutates(tables: Tables<'_>, body: &Body, variable: VarId) -> bool {
    let mut changes = Changes { tables, variable, found: false };
    visit_body(&mut changes, body);
    changes.found
}

struct Changes<'a> {
    tables: Tables<'a>,
    variable: VarId,
    found: bool,
}

impl Changes<'_> {
    /// A place that is changed, perhaps.
    fn place(&mut self, place: &Expr) {
        match place {
            Expr::Field(field) => self.place(&field.base),
            Expr::Index(index) => self.place(&index.expr),
            Expr::Paren(paren) => self.place(&paren.expr),
            Expr::Unary(deref) => self.place(&deref.expr),
            Expr::Tuple(it) => it.elems.iter().for_each(|place| self.place(place)),
            Expr::Array(it) => it.elems.iter().for_each(|place| self.place(place)),
            Expr::Call(it) => it.args.iter().for_each(|place| self.place(place)),
            Expr::Struct(it) => it.fields.iter().for_each(|field| self.place(&field.expr)),
            place => {
                let name = simple_path(place).and_then(VarId::of);
                self.found |= name == Some(self.variable);
            }
        }
    }

    /// A place that a pattern may lend to be changed.
    fn matched(&mut self, pat: &Pat, place: &Expr) {
        struct Lends(bool);
        impl<'ast> Visit<'ast> for Lends {
            fn visit_pat_ident(&mut self, pat: &'ast PatIdent) {
                self.0 |= pat.by_ref.is_some() && pat.mutability.is_some();
                visit::visit_pat_ident(self, pat);
            }
        }
        let mut lends = Lends(false);
        lends.visit_pat(pat);
        if lends.0 {
            self.place(place);
        }
    }
}

impl<'ast> Visit<'ast> for Changes<'_> {
    fn visit_expr(&mut self, expr: &'ast Expr) {
        match expr {
            Expr::MethodCall(call) => self.place(&call.receiver),
            Expr::Call(call) => self.place(&call.func),
            Expr::Reference(borrow) if borrow.mutability.is_some() => self.place(&borrow.expr),
            Expr::RawAddr(it) if matches!(it.mutability, PointerMutability::Mut(_)) => {
                self.place(&it.expr);
            }
            Expr::Match(it) => it.arms.iter().for_each(|arm| self.matched(&arm.pat, &it.expr)),
            Expr::Let(it) => self.matched(&it.pat, &it.expr),
            Expr::Index(_) => self.place(expr),
            Expr::Assign(assign) => self.place(&assign.left),
            Expr::Binary(binary) if assigns(&binary.op) => self.place(&binary.left),
            _ => {}
        }
        visit::visit_expr(self, expr);
    }

    fn visit_stmt(&mut self, stmt: &'ast Stmt) {
        match read::marker(stmt) {
            Some(id) => visit_site(self, &self.tables.sites[id.0]),
            None => visit::visit_stmt(self, stmt),
        }
    }

    fn visit_local(&mut self, local: &'ast Local) {
        if let Some(init) = &local.init {
            self.matched(&local.pat, &init.expr);
        }
        visit::visit_local(self, local);
    }

    fn visit_macro(&mut self, mac: &'ast Macro) {
        let Some(number) = read::arguments_of(mac) else { return };
        let arguments = &self.tables.arguments[number];
        arguments.visit(self);
        if matches!(arguments.read, Read::Tokens(_)) || known::may_change(mac) {
            let mentioned = mentioned(self.tables, |mentions| mentions.visit_macro(mac));
            self.found |= mentioned.contains(&self.variable);
        }
    }

    fn visit_item(&mut self, _: &'ast Item) {}
}

/// How code uses the fields of a variable.
pub(crate) struct Fields<'a> {
    variable: VarId,
    tables: Tables<'a>,
    /// A field is used as a value.
    pub(crate) moves: bool,
    /// The variable is used as a whole, or in what nobody can read.
    pub(crate) others: bool,
}

impl<'a> Fields<'a> {
    pub(crate) fn of(variable: VarId, tables: Tables<'a>, look: impl FnOnce(&mut Self)) -> Self {
        let mut fields = Self { variable, tables, moves: false, others: false };
        look(&mut fields);
        fields
    }

    pub(crate) fn body(&mut self, body: &Body) {
        visit_body(self, body);
    }

    fn is_it(&self, expr: &Expr) -> bool {
        simple_path(expr).and_then(VarId::of) == Some(self.variable)
    }

    fn value(&mut self, value: &Expr) {
        if let Expr::Field(field) = value {
            self.moves |= self.is_it(&field.base);
        }
    }
}

impl<'ast> Visit<'ast> for Fields<'_> {
    fn visit_expr(&mut self, expr: &'ast Expr) {
        match expr {
            Expr::Field(field) if self.is_it(&field.base) => return,
            Expr::Call(call) => call.args.iter().for_each(|argument| self.value(argument)),
            Expr::Return(ret) => ret.expr.iter().for_each(|value| self.value(value)),
            expr => self.others |= self.is_it(expr),
        }
        visit::visit_expr(self, expr);
    }

    fn visit_local(&mut self, local: &'ast Local) {
        local.init.iter().for_each(|init| self.value(&init.expr));
        visit::visit_local(self, local);
    }

    fn visit_macro(&mut self, mac: &'ast Macro) {
        let Some(number) = read::arguments_of(mac) else { return };
        self.tables.arguments[number].visit(self);
        self.others |= self.tables.arguments[number].is_unread();
    }

    fn visit_item(&mut self, _: &'ast Item) {}
}

/// `+=` and the like.
pub(crate) fn assigns(op: &BinOp) -> bool {
    use BinOp::{
        AddAssign, BitAndAssign, BitOrAssign, BitXorAssign, DivAssign, MulAssign, RemAssign,
        ShlAssign, ShrAssign, SubAssign,
    };
    matches!(
        op,
        AddAssign(_)
            | SubAssign(_)
            | MulAssign(_)
            | DivAssign(_)
            | RemAssign(_)
            | BitXorAssign(_)
            | BitAndAssign(_)
            | BitOrAssign(_)
            | ShlAssign(_)
            | ShrAssign(_)
    )
}
