//! Expected types: takes a site whose arguments are split, finds values that need to be told what the callee
//! expects of them, as `Box::new(|x| x.len())` does, and `let x = None; defer!(show(x));`, and lets the call
//! itself tell: it stands ahead of the value in a closure that is never called.
//!
//! ```text
//! // Input                               // what is evaluated at the site
//! defer!(run(Box::new(|x| x.len())));    expected(|hint| run(hint), || Box::new(|x| x.len()))
//! ```

use std::collections::BTreeMap;

use proc_macro2::Ident;
use quote::quote;
use syn::spanned::Spanned;
use syn::visit::{self, Visit};
use syn::visit_mut::{self, VisitMut};
use syn::{Expr, ExprClosure, Item, Macro, Pat, parse_quote, parse_quote_spanned};

use crate::look::simple_path;
use crate::names::{self, Names};
use crate::read::{self, Arguments, mark_arguments};
use crate::site::{Body, Evaluated, Kind, Site};
use crate::variable::{Nature, VarId, Variables};

/// Tells the values of a site what is expected of them, where they need it.
pub(super) fn tell(
    site: &mut Site,
    variables: &Variables,
    arguments: &mut Vec<Arguments>,
    names: &Names,
) {
    let Body::Call(call, _) = &site.body else { return };
    for at in 0..site.now.len() {
        let open = is_open(&site.now[at], variables);
        if open.is_none() && !needs_to_know(&site.now[at].value) {
            continue;
        }
        let hint = names::local("hint");
        let values = stand_ins(&site.now, at, &hint, variables, names);
        let mut told = StandIns { values, root: None, arguments };
        let mut call = call.clone();
        if told.receiver(&mut call) {
            told.visit_expr_mut(&mut call);
            let value = &site.now[at].value;
            let root = told.root.map(|(dummy, place)| -> syn::Stmt {
                let dummy_of = names.private("value_of_type");
                parse_quote!(#[allow(unused_mut)] let mut #dummy = #dummy_of(&#place);)
            });
            let call = quote!(|#hint| { #root #call; });
            let [expected, told] = ["expected", "told"].map(|it| names.private(it));
            site.now[at].value = match open {
                Some(name) => parse_quote_spanned!(value.span()=> { #told(&#name, #call); #value }),
                None => parse_quote_spanned!(value.span()=> #expected(#call, || #value)),
            };
        }
    }
}

/// The variable that is handed over, if it may be for the call to say its type.
fn is_open(value: &Evaluated, variables: &Variables) -> Option<Ident> {
    let Kind::HandedOver(id) = value.kind else { return None };
    let variable = variables.get(id);
    (variable.nature == Nature::Open).then(|| id.mark(&variable.name))
}

/// What stands for each value of the site but the one in question.
fn stand_ins(
    now: &[Evaluated],
    at: usize,
    hint: &Ident,
    variables: &Variables,
    names: &Names,
) -> BTreeMap<Ident, Expr> {
    let [any, of_type] = ["any", "value_of_type"].map(|it| names.private(it));
    let is_function = |value: &Expr| {
        let id = simple_path(value).and_then(VarId::of);
        id.is_some_and(|id| variables.get(id).nature == Nature::Function)
    };
    let stand_in = |(number, it): (usize, &Evaluated)| {
        let value: Expr = match it.kind {
            _ if number == at => parse_quote!(#hint),
            _ if is_function(&it.value) => it.value.clone(),
            Kind::New => parse_quote!(#any()),
            Kind::Own => {
                let name = &it.name;
                parse_quote!(#of_type(&#name))
            }
            Kind::HandedOver(id) => {
                let name = id.mark(&variables.get(id).name);
                parse_quote!(#of_type(&#name))
            }
        };
        (it.name.clone(), value)
    };
    now.iter().enumerate().map(stand_in).collect()
}

struct StandIns<'a> {
    values: BTreeMap<Ident, Expr>,
    /// What stands for the variable that the receiver is a place in, and that variable.
    root: Option<(Ident, Ident)>,
    arguments: &'a mut Vec<Arguments>,
}

impl StandIns<'_> {
    /// Methods are of their receiver's type, which has to be known. Nothing of it is borrowed, or moved; nor is a
    /// variable that is called.
    fn receiver(&mut self, call: &mut Expr) -> bool {
        let mut root = match call {
            Expr::MethodCall(call) => &mut *call.receiver,
            Expr::Call(call) if is_variable(&call.func) => &mut *call.func,
            _ => return true,
        };
        loop {
            root = match root {
                Expr::Field(it) => &mut it.base,
                Expr::Index(it) => &mut it.expr,
                Expr::Unary(it) => &mut it.expr,
                Expr::Paren(it) => &mut it.expr,
                root => {
                    let Some(name) = simple_path(root).filter(|_| is_variable(root)) else {
                        return !matches!(simple_path(root), Some(name) if self.values.contains_key(name));
                    };
                    let dummy = names::local("receiver");
                    self.root = Some((dummy.clone(), name.clone()));
                    *root = parse_quote!(#dummy);
                    return true;
                }
            };
        }
    }
}

fn is_variable(expr: &Expr) -> bool {
    simple_path(expr).and_then(VarId::of).is_some()
}

impl VisitMut for StandIns<'_> {
    fn visit_expr_mut(&mut self, expr: &mut Expr) {
        match simple_path(expr).and_then(|name| self.values.get(name)) {
            Some(stand_in) => *expr = stand_in.clone(),
            None => visit_mut::visit_expr_mut(self, expr),
        }
    }

    /// The arguments of a macro stand there once more.
    fn visit_macro_mut(&mut self, mac: &mut Macro) {
        let Some(number) = read::arguments_of(mac) else { return };
        let mut copy = self.arguments[number].clone();
        copy.visit_mut(self);
        mark_arguments(mac, self.arguments.len());
        self.arguments.push(copy);
    }
}

/// Whether there is a closure in it of whose parameters something else has to say the types, and nothing that
/// leaves it.
fn needs_to_know(value: &Expr) -> bool {
    #[derive(Default)]
    struct Closures {
        untyped: bool,
        leaves: bool,
    }
    impl<'ast> Visit<'ast> for Closures {
        fn visit_expr_closure(&mut self, closure: &'ast ExprClosure) {
            self.untyped |= closure.inputs.iter().any(|it| !matches!(it, Pat::Type(_)));
        }
        fn visit_expr(&mut self, expr: &'ast Expr) {
            self.leaves |= matches!(
                expr,
                Expr::Try(_)
                    | Expr::Return(_)
                    | Expr::Await(_)
                    | Expr::Break(_)
                    | Expr::Continue(_)
            );
            visit::visit_expr(self, expr);
        }
        fn visit_item(&mut self, _: &'ast Item) {}
    }
    let mut closures = Closures::default();
    closures.visit_expr(value);
    closures.untyped && !closures.leaves && !matches!(value, Expr::Closure(_))
}
