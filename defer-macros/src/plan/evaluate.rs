//! Values now, places at the exit: takes a site, splits what it defers into what is evaluated at the
//! `defer!` and what is left for the exit.
//!
//! Values (callees, arguments) are evaluated at the `defer!`. Places (a receiver, the operand of `&`) are
//! looked up at the exit, and are not borrowed in between; so is what a closure without `move` mentions,
//! which borrows places likewise. Of a place in what a call returns, the call is a value. What is made of
//! several values without running code (tuples, arrays, structs, borrows) is made at the exit of values
//! evaluated now, so that these coerce as they would in place.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote};
use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::{
    Expr, ExprClosure, ExprMacro, ExprMethodCall, ExprReference, Index, Pat, UnOp, parse_quote,
    parse_quote_spanned,
};

use crate::look::{Tables, mentioned, simple_path};
use crate::names::{self, Names};
use crate::read::{self, Arguments, Read, known, tokens};
use crate::site::{Body, Evaluated, Kind, Site};
use crate::variable::{Nature, Period, VarId, Variable, Variables};

/// Splits what the site defers.
pub(super) fn split(
    site: &mut Site,
    period: Period,
    variables: &Variables,
    arguments: &mut [Arguments],
    names: &Names,
) {
    let body = std::mem::replace(&mut site.body, Body::empty());
    let mut split = Split { period, variables, arguments, names, now: Vec::new() };
    site.body = match body {
        Body::Call(call, behind) => Body::Call(split.call(call), behind),
        other => other,
    };
    site.now = split.now;
}

/// Splits a call into what is evaluated now and what is left.
struct Split<'a> {
    period: Period,
    variables: &'a Variables,
    arguments: &'a mut [Arguments],
    names: &'a Names,
    now: Vec<Evaluated>,
}

impl Split<'_> {
    fn call(&mut self, call: Expr) -> Expr {
        match call {
            Expr::Call(mut call) => {
                *call.func = self.callee(*call.func);
                call.args.iter_mut().for_each(|argument| self.in_place(argument));
                Expr::Call(call)
            }
            Expr::MethodCall(mut call) => {
                *call.receiver = self.receiver(*call.receiver);
                call.args.iter_mut().for_each(|argument| self.in_place(argument));
                Expr::MethodCall(call)
            }
            other => other,
        }
    }

    fn in_place(&mut self, argument: &mut Expr) {
        let taken = std::mem::replace(argument, Expr::PLACEHOLDER);
        *argument = self.value(taken);
    }

    fn callee(&mut self, callee: Expr) -> Expr {
        match callee {
            Expr::Paren(mut paren) => {
                *paren.expr = self.callee(*paren.expr);
                Expr::Paren(paren)
            }
            Expr::Closure(closure) => self.closure(closure),
            callee if simple_path(&callee).and_then(VarId::of).is_some() => self.called(callee),
            Expr::Path(_) => callee,
            callee if is_place(&callee) => self.place(callee),
            callee => self.now("callee", callee, true),
        }
    }

    fn receiver(&mut self, receiver: Expr) -> Expr {
        match receiver {
            receiver if is_place(&receiver) => self.place(receiver),
            Expr::Paren(paren) => self.receiver(*paren.expr),
            Expr::Group(group) => self.receiver(*group.expr),
            Expr::Reference(borrow) => {
                let borrow = self.borrow(borrow);
                parse_quote!((#borrow))
            }
            receiver if is_timeless(&receiver) => receiver,
            receiver => self.now("receiver", receiver, true),
        }
    }

    /// A value: evaluated now, unless that makes no difference.
    fn value(&mut self, value: Expr) -> Expr {
        match value {
            Expr::Group(group) => self.value(*group.expr),
            Expr::Paren(mut paren) => {
                *paren.expr = self.value(*paren.expr);
                Expr::Paren(paren)
            }
            Expr::Reference(borrow) => self.borrow(borrow),
            Expr::Closure(closure) => self.closure(closure),
            Expr::Async(block) if block.capture.is_none() => Expr::Async(block),
            value if is_timeless(&value) => value,
            value if is_made_of_values(&value) => self.made_of_values(value),
            Expr::Macro(call) if known::makes_a_list(&call.mac) => self.list(call),
            Expr::MethodCall(call) if is_projection(&call) => self.projection(call),
            value if simple_path(&value).and_then(VarId::of).is_some() => self.variable(value),
            value => self.argument(value),
        }
    }

    fn made_of_values(&mut self, mut value: Expr) -> Expr {
        match &mut value {
            Expr::Tuple(it) => it.elems.iter_mut().for_each(|element| self.in_place(element)),
            Expr::Array(it) => it.elems.iter_mut().for_each(|element| self.in_place(element)),
            Expr::Repeat(it) => self.in_place(&mut it.expr),
            Expr::Cast(it) => self.in_place(&mut it.expr),
            Expr::Call(it) => it.args.iter_mut().for_each(|argument| self.in_place(argument)),
            Expr::Struct(it) => {
                for field in &mut it.fields {
                    field.colon_token.get_or_insert_default();
                    self.in_place(&mut field.expr);
                }
                it.rest.iter_mut().for_each(|rest| self.in_place(rest));
            }
            _ => {}
        }
        value
    }

    /// `vec![a, b]` is made of values too.
    fn list(&mut self, call: ExprMacro) -> Expr {
        let number = read::arguments_of(&call.mac);
        let taken = number.map(|at| std::mem::replace(&mut self.arguments[at], Arguments::empty()));
        let (Some(at), Some(mut arguments)) = (number, taken) else {
            return self.argument(Expr::Macro(call));
        };
        let is_list = matches!(arguments.read, Read::Expressions(_));
        if let Read::Expressions(elements) = &mut arguments.read {
            elements.iter_mut().for_each(|element| self.in_place(element));
            arguments.changed = true;
        }
        self.arguments[at] = arguments;
        if is_list { Expr::Macro(call) } else { self.argument(Expr::Macro(call)) }
    }

    fn projection(&mut self, call: ExprMethodCall) -> Expr {
        let at = call.method.span();
        let whole = self.project(call);
        let borrowed = self.names.private_at("borrowed", at);
        parse_quote_spanned!(at=> #borrowed(#whole))
    }

    fn project(&mut self, mut call: ExprMethodCall) -> Expr {
        let receiver = *call.receiver;
        *call.receiver = match receiver {
            Expr::MethodCall(inner) if is_projection(&inner) => self.project(inner),
            receiver => self.now("arg", receiver, true),
        };
        call.args.iter_mut().for_each(|argument| self.in_place(argument));
        Expr::MethodCall(call)
    }

    /// Without `move` it borrows places, so it is made at the exit. With it, it is made now; only where the
    /// types of its parameters are for the callee to say, it is what it mentions that is moved now.
    fn closure(&mut self, closure: ExprClosure) -> Expr {
        if closure.capture.is_none() {
            return Expr::Closure(closure);
        }
        let is_typed = |input: &Pat| matches!(input, Pat::Type(_));
        if closure.inputs.iter().all(is_typed) {
            return self.now("arg", Expr::Closure(closure), false);
        }
        let tables = Tables { sites: &[], arguments: self.arguments };
        let names = mentioned(tables, |code| code.closure(&closure));
        let own = |id: &VarId| {
            let variable = self.variables.get(*id);
            !self.period.holds(variable.declared) && variable.nature != Nature::Function
        };
        let names: Vec<VarId> = names.into_iter().filter(own).collect();
        let is_self = |id: &VarId| self.variables.get(*id).name == "self";
        if names.iter().any(is_self) {
            return self.now("arg", Expr::Closure(closure), false);
        }
        let mut lets = TokenStream::new();
        for id in names {
            let variable = self.variables.get(id);
            let name = id.mark(&variable.name);
            let mutable = variable.mutable.then(|| quote!(mut));
            let value = self.now("arg", parse_quote!(#name), false);
            lets.extend(quote!(#[allow(unused_mut)] let #mutable #name = #value;));
        }
        parse_quote!({ #lets #closure })
    }

    /// `&place` is looked up at the exit, `&a[i]` and `&*p` are taken at once, and a temporary is kept.
    fn borrow(&mut self, mut borrow: ExprReference) -> Expr {
        let mutable = borrow.mutability.is_some();
        let operand = *borrow.expr;
        *borrow.expr = match operand {
            operand if is_field_of_variable(&operand) => operand,
            operand if is_place(&operand) && is_rooted_in_variable(&operand) => {
                *borrow.expr = operand;
                return self.now("arg", Expr::Reference(borrow), false);
            }
            operand if is_place(&operand) => self.place(operand),
            Expr::Paren(paren) => {
                *borrow.expr = *paren.expr;
                return self.borrow(borrow);
            }
            operand if is_timeless(&operand) || is_made_of_values(&operand) => self.value(operand),
            operand @ (Expr::Reference(_) | Expr::Closure(_) | Expr::Cast(_)) => {
                self.value(operand)
            }
            Expr::Macro(call) if known::makes_a_list(&call.mac) => self.list(call),
            operand => self.now("arg", operand, mutable),
        };
        Expr::Reference(borrow)
    }

    /// A place: only the indices in it are values, and what it is rooted in, unless that is a variable.
    fn place(&mut self, place: Expr) -> Expr {
        match place {
            Expr::Field(mut field) => {
                *field.base = self.place(*field.base);
                Expr::Field(field)
            }
            Expr::Index(mut index) => {
                *index.expr = self.place(*index.expr);
                *index.index = self.index(*index.index);
                Expr::Index(index)
            }
            Expr::Unary(mut deref) => {
                *deref.expr = self.place(*deref.expr);
                Expr::Unary(deref)
            }
            Expr::Paren(mut paren) => {
                *paren.expr = self.place(*paren.expr);
                Expr::Paren(paren)
            }
            Expr::Path(_) => place,
            root => self.now("receiver", root, true),
        }
    }

    /// Ranges are made of values, whatever is in them.
    fn index(&mut self, index: Expr) -> Expr {
        match index {
            Expr::Range(mut range) => {
                range.start.iter_mut().for_each(|start| self.in_place(start));
                range.end.iter_mut().for_each(|end| self.in_place(end));
                Expr::Range(range)
            }
            index => self.value(index),
        }
    }

    /// A variable as a value. Which object it is, is fixed now. Where it is used behind the site, it is
    /// handed over at the exit, unless its type has copies, or another object may take its place.
    fn variable(&mut self, value: Expr) -> Expr {
        let Some(id) = simple_path(&value).and_then(VarId::of) else { return self.argument(value) };
        let nature = self.variables.get(id).nature;
        if nature == Nature::Function
            || !self.variables.is_used_behind(id, self.period)
            || self.variables.is_assigned_behind(id, self.period)
        {
            return self.argument(value);
        }
        let at = value.span();
        let name = names::evaluated("now", self.now.len(), at);
        let standing = names::standing(&name, at);
        let copy = self.names.now(&value, nature, at);
        self.keep(name, copy, false, Kind::HandedOver(id));
        parse_quote!(#standing)
    }

    /// A variable as a callee. Where it is the same one at the exit, it is called where it is, which borrows it
    /// for no longer than that. To call it may change it.
    fn called(&mut self, callee: Expr) -> Expr {
        let Some(id) = simple_path(&callee).and_then(VarId::of) else { return callee };
        let Variable { nature, mutable, .. } = *self.variables.get(id);
        let is_changed =
            mutable && nature != Nature::Closure && self.variables.is_used_behind(id, self.period);
        let is_another = is_changed || self.variables.is_assigned_behind(id, self.period);
        if nature != Nature::Function && !is_another {
            return callee;
        }
        let first = self.now.len();
        let callee = self.variable(callee);
        self.now[first..].iter_mut().for_each(|it| it.mutable = mutable);
        callee
    }

    /// An argument that has no name but the macro's is taken out of a tuple which stands where the value
    /// was written, from its first token to its last: errors about what the callee asks of it would stand
    /// at the attribute else. Rustc may suggest to put something behind it, so it binds as closely.
    fn argument(&mut self, value: Expr) -> Expr {
        let (first, last) = (value.span(), tokens::end(value.to_token_stream()));
        let is_one = binds_closely(&value);
        let now = self.now("arg", value, false);
        let ours = simple_path(&now).filter(|name| is_one && VarId::of(name).is_none());
        let Some(mut ours) = ours.cloned() else { return now };
        ours.set_span(names::ahead(ours.span()));
        let index = Index { index: 0, span: names::behind(last.unwrap_or(first)) };
        parse_quote_spanned!(first=> (#ours,).#index)
    }

    fn now(&mut self, role: &str, value: Expr, mutable: bool) -> Expr {
        if let Some(name) = self.own_name(&value) {
            self.keep(name, value.clone(), mutable, Kind::Own);
            return value;
        }
        let name = names::evaluated(role, self.now.len(), value.span());
        self.keep(name.clone(), value, mutable, Kind::New);
        parse_quote!(#name)
    }

    /// Where a name of ours is bound, no tool is to take it for what stands there.
    fn keep(&mut self, mut name: Ident, value: Expr, mutable: bool, kind: Kind) {
        let at = name.span();
        if kind != Kind::Own {
            name.set_span(names::ahead(at));
        }
        self.now.push(Evaluated { name, at, value, mutable, kind, place: None });
    }

    /// A variable that the call mentions once may keep its name, so that errors speak of it. It is bound
    /// again where it was: at its mention, rustc would take the two for one.
    fn own_name(&self, value: &Expr) -> Option<Ident> {
        let name = simple_path(value)?;
        let id = VarId::of(name)?;
        let variable = self.variables.get(id);
        let mentions = variable.uses.iter().filter(|it| self.period.holds(it.at)).count();
        // Of another name, a lint may have been told to be silent where it was bound.
        let plain = !variable.name.unraw().to_string().contains(char::is_uppercase);
        let mut own = name.clone();
        own.set_span(name.span().located_at(variable.name.span()));
        let is_variable = variable.nature != Nature::Function && variable.name != "self";
        (mentions == 1 && plain && is_variable).then_some(own)
    }
}

/// `make().as_str()`: what is looked at in a value is looked at in the value that is kept.
fn is_projection(call: &ExprMethodCall) -> bool {
    let inner = match &*call.receiver {
        Expr::MethodCall(inner) => is_projection(inner),
        _ => false,
    };
    let is_value = matches!(
        &*call.receiver,
        Expr::Macro(_) | Expr::Call(_) | Expr::MethodCall(_) | Expr::Paren(_)
    );
    inner && known::unwraps(&call.method) || is_value && known::projects(&call.method)
}

/// Whether it does not matter when this is evaluated.
fn is_timeless(expr: &Expr) -> bool {
    match expr {
        Expr::Lit(_) => true,
        Expr::Unary(it) => matches!(it.op, UnOp::Neg(_)) && matches!(*it.expr, Expr::Lit(_)),
        Expr::Paren(paren) => is_timeless(&paren.expr),
        Expr::Group(group) => is_timeless(&group.expr),
        _ => false,
    }
}

/// Whether making it runs no code but that of its parts.
fn is_made_of_values(expr: &Expr) -> bool {
    match expr {
        Expr::Tuple(_) | Expr::Array(_) | Expr::Struct(_) => true,
        Expr::Repeat(it) => !is_timeless(&it.expr),
        Expr::Call(it) => known::constructs(&it.func),
        Expr::Cast(it) => is_late(&it.expr),
        _ => false,
    }
}

/// Whether it borrows places, so that it is made at the exit.
fn is_late(expr: &Expr) -> bool {
    match expr {
        Expr::Reference(_) | Expr::Closure(_) => true,
        Expr::Paren(paren) => is_late(&paren.expr),
        _ => false,
    }
}

/// Whether what is put behind the expression, or `&` ahead of it, is about all of it.
fn binds_closely(expr: &Expr) -> bool {
    matches!(
        expr,
        Expr::Call(_)
            | Expr::MethodCall(_)
            | Expr::Macro(_)
            | Expr::Field(_)
            | Expr::Index(_)
            | Expr::Await(_)
            | Expr::Try(_)
            | Expr::Path(_)
    )
}

/// A variable, or a field of one, however deep.
fn is_field_of_variable(expr: &Expr) -> bool {
    match expr {
        Expr::Path(_) => true,
        Expr::Field(field) => is_field_of_variable(&field.base),
        Expr::Paren(paren) => is_field_of_variable(&paren.expr),
        _ => false,
    }
}

/// A variable, or a place in something: a field, what a pointer points to, an element.
fn is_place(expr: &Expr) -> bool {
    match expr {
        Expr::Path(_) | Expr::Field(_) | Expr::Index(_) => true,
        Expr::Unary(unary) => matches!(unary.op, UnOp::Deref(_)),
        Expr::Paren(paren) => is_place(&paren.expr),
        _ => false,
    }
}

fn is_rooted_in_variable(expr: &Expr) -> bool {
    match expr {
        Expr::Path(_) => true,
        Expr::Field(field) => is_rooted_in_variable(&field.base),
        Expr::Index(index) => is_rooted_in_variable(&index.expr),
        Expr::Unary(unary) => is_rooted_in_variable(&unary.expr),
        Expr::Paren(paren) => is_rooted_in_variable(&paren.expr),
        _ => false,
    }
}
