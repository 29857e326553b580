//! What is handed over on success: takes the variables that `errdefer!`s alone mention, finds them in what
//! the frame returns, and takes them away from the deferred code there. What is returned has to be made
//! of them by constructors, tuples and struct literals alone. What else it is made of, and may fail, is
//! evaluated ahead of that: nothing can fail in between.
//!
//! ```text
//! // Input                      // Output
//! Ok(Client { c, n: ask()? })   { let part0 = ask()?; Ok(Client { c: take!(c), n: part0 }) }
//! ```

use std::collections::BTreeSet;

use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::visit::{self, Visit};
use syn::visit_mut::{self, VisitMut};
use syn::{
    Block, Expr, ExprAsync, ExprCall, ExprClosure, ExprMacro, ExprReturn, Item, PatIdent, Stmt,
    Token, parse_quote, parse_quote_spanned,
};

use crate::look::{Found, innermost, simple_path};
use crate::names;
use crate::read::{Arguments, known, mark_arguments};
use crate::site::{Body, Function, When};
use crate::variable::VarId;

/// Puts a `take!` around each of them, and gives those that are returned.
pub(super) fn hand_over(
    function: &mut Function,
    found: &Found,
    mentioned: &[Vec<VarId>],
) -> BTreeSet<VarId> {
    let candidates = candidates(function, found, mentioned);
    if candidates.is_empty() {
        return BTreeSet::new();
    }
    let Function { item, sites, arguments, .. } = function;
    let mut returned = Returned { candidates, arguments, found: BTreeSet::new() };
    returned.body(&mut item.block);
    returned.visit_block_mut(&mut item.block);
    for site in sites {
        returned.deferred(&mut site.body);
    }
    returned.found
}

/// The variables that are mentioned by `errdefer!`s, and by nothing else that is deferred.
fn candidates(function: &Function, found: &Found, mentioned: &[Vec<VarId>]) -> BTreeSet<VarId> {
    let mut candidates = BTreeSet::new();
    let mut others = BTreeSet::new();
    for ((site, placement), ids) in function.sites.iter().zip(&found.placements).zip(mentioned) {
        for id in ids.iter().filter(|id| found.variables.get(**id).frame == placement.frame) {
            let set = if site.when == When::OnFailure { &mut candidates } else { &mut others };
            set.insert(*id);
        }
    }
    &candidates - &others
}

struct Returned<'a> {
    /// Those of the frame.
    candidates: BTreeSet<VarId>,
    arguments: &'a mut Vec<Arguments>,
    found: BTreeSet<VarId>,
}

impl Returned<'_> {
    /// A frame of its own returns its own variables.
    fn frame(&mut self, declared: &BTreeSet<VarId>, visit: impl FnOnce(&mut Self)) {
        let own = &self.candidates & declared;
        let outer = std::mem::replace(&mut self.candidates, own);
        visit(self);
        self.candidates = outer;
    }

    /// The frames in deferred code.
    fn deferred(&mut self, body: &mut Body) {
        let mut declared = Declared(BTreeSet::new());
        match body {
            Body::Call(call, _) => declared.visit_expr(call),
            Body::Block(block) => declared.visit_block(block),
            Body::Outcome(closure) => declared.visit_expr(&closure.body),
        }
        self.frame(&declared.0, |returned| match body {
            Body::Call(call, _) => returned.visit_expr_mut(call),
            Body::Block(block) => returned.visit_block_mut(block),
            Body::Outcome(closure) => returned.visit_expr_mut(&mut closure.body),
        });
    }

    /// What a frame's body ends with.
    fn body(&mut self, block: &mut Block) {
        if let Some(Stmt::Expr(tail, None)) = innermost(block).stmts.last_mut() {
            self.tail(tail);
        }
    }

    fn tail(&mut self, tail: &mut Expr) {
        match tail {
            Expr::Block(it) if it.label.is_none() => self.body(&mut it.block),
            Expr::Unsafe(it) => self.body(&mut it.block),
            Expr::Paren(it) => self.tail(&mut it.expr),
            Expr::If(it) => {
                self.body(&mut it.then_branch);
                if let Some((_, other)) = &mut it.else_branch {
                    self.tail(other);
                }
            }
            Expr::Match(it) => it.arms.iter_mut().for_each(|arm| self.tail(&mut arm.body)),
            // On its own it says nothing about success.
            value if simple_path(value).is_some() => {}
            value => {
                let ahead = self.ahead(value);
                self.value(value);
                if !ahead.is_empty() {
                    *value = parse_quote!({ #(#ahead)* #value });
                }
            }
        }
    }

    /// What has to be evaluated ahead of the value, as it may fail once a variable is taken.
    fn ahead(&self, value: &mut Expr) -> Vec<Stmt> {
        let mut parts = parts(value);
        let is_taken = |part: &Expr| self.candidate(part).is_some();
        let first = parts.iter().position(|part| is_taken(part));
        if !first.is_some_and(|first| parts[first..].iter().any(|part| may_fail(part))) {
            return Vec::new();
        }
        let parts = parts.iter_mut().filter(|part| may_fail(part)).enumerate();
        let ahead = parts.map(|(number, part)| {
            let name = names::evaluated("part", number, part.span());
            let value = std::mem::replace(*part, parse_quote!(#name));
            parse_quote!(let #name = #value;)
        });
        ahead.collect()
    }

    /// The variable that the expression is, if it may be taken.
    fn candidate(&self, expr: &Expr) -> Option<VarId> {
        let id = simple_path(expr).and_then(VarId::of);
        id.filter(|id| self.candidates.contains(id))
    }

    /// Whether there was any in it.
    fn value(&mut self, value: &mut Expr) -> bool {
        match value {
            Expr::Paren(it) => self.value(&mut it.expr),
            Expr::Tuple(it) => self.values(&mut it.elems),
            Expr::Array(it) => self.values(&mut it.elems),
            Expr::Struct(it) => it.fields.iter_mut().fold(false, |found, field| {
                let here = self.value(&mut field.expr);
                if here {
                    field.colon_token.get_or_insert_default();
                }
                found | here
            }),
            Expr::Call(it) if !may_construct(it) => false,
            Expr::Call(it) => {
                let found = self.values(&mut it.args);
                if found && !known::constructs(&it.func) && !known::contains(&it.func) {
                    *value = constructed(it);
                }
                found
            }
            value => {
                let Some(id) = self.candidate(value) else { return false };
                *value = self.taken(id, value);
                true
            }
        }
    }

    fn values(&mut self, values: &mut Punctuated<Expr, Token![,]>) -> bool {
        values.iter_mut().fold(false, |found, value| found | self.value(value))
    }

    fn taken(&mut self, id: VarId, value: &Expr) -> Expr {
        self.found.insert(id);
        let at = value.span();
        let mut call: ExprMacro = parse_quote_spanned!(at=> take!(#value));
        let arguments = Arguments::read(&call.mac);
        mark_arguments(&mut call.mac, self.arguments.len());
        self.arguments.push(arguments);
        Expr::Macro(call)
    }
}

/// What a value is made of by constructors alone, in the order in which it is evaluated.
fn parts(value: &mut Expr) -> Vec<&mut Expr> {
    if matches!(value, Expr::Call(call) if !may_construct(call)) {
        return vec![value];
    }
    match value {
        Expr::Paren(it) => parts(&mut it.expr),
        Expr::Tuple(it) => it.elems.iter_mut().flat_map(parts).collect(),
        Expr::Array(it) => it.elems.iter_mut().flat_map(parts).collect(),
        Expr::Call(it) => it.args.iter_mut().flat_map(parts).collect(),
        Expr::Struct(it) => {
            let fields = it.fields.iter_mut().flat_map(|field| parts(&mut field.expr));
            fields.chain(it.rest.as_deref_mut()).collect()
        }
        value => vec![value],
    }
}

/// Whether a part may run code.
fn may_fail(part: &Expr) -> bool {
    match part {
        Expr::Lit(_) | Expr::Path(_) | Expr::Closure(_) | Expr::Async(_) | Expr::Const(_) => false,
        Expr::Paren(it) => may_fail(&it.expr),
        Expr::Field(it) => may_fail(&it.base),
        Expr::Reference(it) => may_fail(&it.expr),
        Expr::Cast(it) => may_fail(&it.expr),
        Expr::Unary(it) => !matches!(&*it.expr, Expr::Lit(_)),
        _ => true,
    }
}

/// Whether it may be a constructor, and of no failure: what is in one is not handed over.
fn may_construct(call: &ExprCall) -> bool {
    known::contains(&call.func) || (known::may_construct(&call.func) && !is_failure(call))
}

/// `Err(…)`.
fn is_failure(call: &ExprCall) -> bool {
    let Expr::Path(path) = &*call.func else { return false };
    path.path.segments.last().is_some_and(|last| last.ident == "Err" || last.ident == "Break")
}

/// Only a constructor is known to neither fail nor panic; that it is one, a pattern says.
fn constructed(call: &ExprCall) -> Expr {
    let (made, constructor) = (names::local("made"), &call.func);
    parse_quote!({
        let #made = #call;
        if false {
            #[allow(unreachable_patterns)]
            match &#made {
                #constructor(..) => {}
                _ => {}
            }
        }
        #made
    })
}

/// The variables that a tree declares.
struct Declared(BTreeSet<VarId>);

impl<'ast> Visit<'ast> for Declared {
    fn visit_pat_ident(&mut self, pat: &'ast PatIdent) {
        self.0.extend(VarId::of(&pat.ident));
        visit::visit_pat_ident(self, pat);
    }
}

impl VisitMut for Returned<'_> {
    fn visit_expr_return_mut(&mut self, ret: &mut ExprReturn) {
        if let Some(value) = &mut ret.expr {
            self.tail(value);
        }
        visit_mut::visit_expr_return_mut(self, ret);
    }

    fn visit_expr_closure_mut(&mut self, closure: &mut ExprClosure) {
        let mut declared = Declared(BTreeSet::new());
        declared.visit_expr_closure(closure);
        self.frame(&declared.0, |returned| {
            if let Expr::Block(body) = &mut *closure.body {
                returned.body(&mut body.block);
            }
            visit_mut::visit_expr_closure_mut(returned, closure);
        });
    }

    fn visit_expr_async_mut(&mut self, block: &mut ExprAsync) {
        let mut declared = Declared(BTreeSet::new());
        declared.visit_expr_async(block);
        self.frame(&declared.0, |returned| {
            returned.body(&mut block.block);
            visit_mut::visit_expr_async_mut(returned, block);
        });
    }

    fn visit_item_mut(&mut self, _: &mut Item) {}
}
