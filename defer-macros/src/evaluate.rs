//! Values now, places at the exit: takes a site and what is in scope there, gives its [`Plan`].
//!
//! Values (callees, arguments) are evaluated at the `defer!`. Places (a receiver, the operand of `&`)
//! are looked up at the exit, and are not borrowed in between; so is what a closure without `move`
//! mentions, which borrows places likewise. A place rooted in a variable of an inner block takes that
//! variable along. What is the same at any time (literals, items) is left where it is.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote};
use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::visit::Visit;
use syn::{Expr, ExprClosure, ExprReference, Index, UnOp, parse_quote, parse_quote_spanned};

use crate::items;
use crate::names;
use crate::scope::{Mark, Scopes, Walk, free_names, simple_path};
use crate::site::{Body, Evaluated, Plan, Site, Taken};
use crate::tokens::{self, Mention};

/// What is evaluated at this site, what it takes along from inner blocks (all that came into scope
/// since `statement`), and what is left for the exit.
pub(crate) fn plan(sites: &[Site], site: &Site, scopes: &Scopes, statement: Mark) -> Plan {
    let items = &scopes.items[statement.items..];
    let written = match &site.body {
        Body::Call(call, _) => tokens::mentions(call.to_token_stream()),
        _ => Vec::new(),
    };
    let mut split = Split { sites, scopes, written, now: Vec::new() };
    let exit = match &site.body {
        Body::Call(call, behind) => Body::Call(split.call(call.clone()), *behind),
        Body::Block(block) => Body::Block(block.clone()),
        Body::Outcome(closure) => Body::Outcome(closure.clone()),
    };
    let now = split.now;
    let mentioned = free_names(sites, |walk| exit.visit(walk));
    let captured = |name: &Ident| now.iter().any(|value| value.own && value.name == *name);
    let taken = mentioned.into_iter().filter(|name| !captured(name)).filter_map(|name| {
        let binding = scopes.since(statement, &name)?;
        let (mutable, bound) = (binding.mutable, binding.name.span());
        let mutated = mutable && tokens::mutate(exit.tokens(), &name);
        Some(Taken { name, bound, mutable, mutated })
    });
    let items = items::needed(items, exit.tokens());
    Plan { taken: taken.collect(), now, items, exit }
}

impl Body {
    fn visit<S: crate::scope::Sink>(&self, walk: &mut Walk<'_, S>) {
        match self {
            Body::Call(call, _) => walk.visit_expr(call),
            Body::Block(block) => walk.visit_block(block),
            Body::Outcome(closure) => walk.visit_expr_closure(closure),
        }
    }

    fn tokens(&self) -> TokenStream {
        match self {
            Body::Call(call, _) => call.to_token_stream(),
            Body::Block(block) => block.to_token_stream(),
            Body::Outcome(closure) => closure.to_token_stream(),
        }
    }
}

/// Splits a call into what is evaluated now and what is left.
struct Split<'a> {
    sites: &'a [Site],
    scopes: &'a Scopes,
    /// What the call mentions.
    written: Vec<Mention>,
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
            callee if self.is_timeless(&callee) || self.is_unknown(&callee) => callee,
            Expr::Closure(closure) => self.closure(closure),
            callee => self.now("callee", callee, true),
        }
    }

    fn receiver(&mut self, receiver: Expr) -> Expr {
        if is_place(&receiver) {
            return self.place(receiver);
        }
        match receiver {
            Expr::Paren(paren) => self.receiver(*paren.expr),
            Expr::Group(group) => self.receiver(*group.expr),
            Expr::Reference(borrow) => {
                let borrow = self.borrow(borrow);
                parse_quote!((#borrow))
            }
            receiver if self.is_timeless(&receiver) => receiver,
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
            value if self.is_timeless(&value) => value,
            // Built at the exit of values evaluated now, so that these coerce as they would in place.
            Expr::Tuple(mut tuple) => {
                tuple.elems.iter_mut().for_each(|element| self.in_place(element));
                Expr::Tuple(tuple)
            }
            Expr::Array(mut array) => {
                array.elems.iter_mut().for_each(|element| self.in_place(element));
                Expr::Array(array)
            }
            Expr::Call(mut call) if is_constructor(&call.func) => {
                call.args.iter_mut().for_each(|argument| self.in_place(argument));
                Expr::Call(call)
            }
            value => self.argument(value),
        }
    }

    /// Without `move` it borrows places, so it is made at the exit. With it, what it mentions is moved
    /// now, but it is still made at the exit, where the types of its parameters are known.
    fn closure(&mut self, closure: ExprClosure) -> Expr {
        if closure.capture.is_none() {
            return Expr::Closure(closure);
        }
        let names = free_names(self.sites, |walk| walk.visit_expr_closure(&closure));
        let mentions_self = tokens::mention(closure.to_token_stream(), "self");
        // A variable that a macro declared, or a function: it cannot be told which.
        let unknown = |name: &Ident| !self.scopes.is_local(name) && is_variable(name);
        if mentions_self || names.iter().any(unknown) {
            return self.now("arg", Expr::Closure(closure), false);
        }
        let mut lets = TokenStream::new();
        for name in names {
            let Some(binding) = self.scopes.since(Mark::default(), &name) else { continue };
            let mutable = binding.mutable.then(|| quote!(mut));
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
            operand if is_place(&operand) => {
                *borrow.expr = operand;
                return self.now("arg", Expr::Reference(borrow), false);
            }
            Expr::Reference(_) => self.value(operand),
            Expr::Field(mut field) => {
                *field.base = self.now("arg", *field.base, mutable);
                Expr::Field(field)
            }
            operand if self.is_timeless(&operand) => operand,
            operand => self.now("arg", operand, mutable),
        };
        Expr::Reference(borrow)
    }

    /// A place: only the indices in it are values.
    fn place(&mut self, place: Expr) -> Expr {
        match place {
            Expr::Field(mut field) => {
                *field.base = self.place(*field.base);
                Expr::Field(field)
            }
            Expr::Index(mut index) => {
                *index.expr = self.place(*index.expr);
                *index.index = self.value(*index.index);
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
            other => other,
        }
    }

    /// An argument that has no name but the macro's is taken out of a tuple which stands where the value
    /// was written, from its first token to its last: errors about what the callee asks of it would stand
    /// at the attribute else. Rustc may suggest to put something behind it, so it binds as closely.
    fn argument(&mut self, value: Expr) -> Expr {
        let (first, last) = (value.span(), tokens::end(value.to_token_stream()));
        let is_one = binds_closely(&value);
        match self.now("arg", value, false) {
            now if !is_one || self.is_local(&now) => now,
            now => {
                let index = Index { index: 0, span: last.unwrap_or(first) };
                parse_quote_spanned!(first=> (#now,).#index)
            }
        }
    }

    fn now(&mut self, role: &str, value: Expr, mutable: bool) -> Expr {
        if let Some(name) = self.own_name(&value) {
            self.now.push(Evaluated { name, value: value.clone(), mutable, own: true });
            return value;
        }
        // Compared by its text alone, a name of the user's would be taken for it.
        let mut index = self.now.len();
        let mut name = names::evaluated(role, index, value.span());
        while self.scopes.is_local(&name) || self.mentions(&name) > 0 {
            index += 1;
            name = names::evaluated(role, index, value.span());
        }
        self.now.push(Evaluated { name: name.clone(), value, mutable, own: false });
        parse_quote!(#name)
    }

    /// A variable that the call mentions once may keep its name, so that errors speak of it. It is bound
    /// again where it was: at its mention, rustc would take the two for one.
    fn own_name(&self, value: &Expr) -> Option<Ident> {
        // An item may have a variable's name.
        let mut name = simple_path(value).filter(|_| self.scopes.items.is_empty())?.clone();
        let bound = self.scopes.since(Mark::default(), &name)?.name.span();
        let once = self.mentions(&name) == 1;
        // Of another name, a lint may have been told to be silent where it was bound.
        let plain = !name.to_string().contains(char::is_uppercase);
        name.set_span(name.span().located_at(bound));
        (once && plain).then_some(name)
    }

    /// How often the call mentions the name.
    fn mentions(&self, name: &Ident) -> usize {
        let is_it =
            |mention: &&Mention| matches!(mention, Mention::Name(it) if it.unraw() == name.unraw());
        self.written.iter().filter(is_it).count()
    }

    fn is_local(&self, expr: &Expr) -> bool {
        simple_path(expr).is_some_and(|name| self.scopes.is_local(name))
    }

    /// A function, as far as can be seen.
    fn is_unknown(&self, callee: &Expr) -> bool {
        simple_path(callee).is_some_and(|name| !self.scopes.is_local(name))
    }

    /// Whether it does not matter when this is evaluated: literals, items, and what is made of them.
    fn is_timeless(&self, expr: &Expr) -> bool {
        match expr {
            Expr::Lit(_) => true,
            Expr::Path(_) => simple_path(expr)
                .is_none_or(|name| !self.scopes.is_local(name) && !is_variable(name)),
            Expr::Unary(unary) => {
                matches!(unary.op, UnOp::Neg(_)) && matches!(*unary.expr, Expr::Lit(_))
            }
            Expr::Array(array) => array.elems.iter().all(|elem| self.is_timeless(elem)),
            Expr::Tuple(tuple) => tuple.elems.iter().all(|elem| self.is_timeless(elem)),
            Expr::Reference(borrow) => self.is_timeless(&borrow.expr),
            Expr::Paren(paren) => self.is_timeless(&paren.expr),
            Expr::Group(group) => self.is_timeless(&group.expr),
            _ => false,
        }
    }
}

/// What is written like a variable may be one that a macro declared.
fn is_variable(name: &Ident) -> bool {
    !name.unraw().to_string().starts_with(char::is_uppercase)
}

/// `Some`, `Point`, `Shape::Circle`.
fn is_constructor(callee: &Expr) -> bool {
    let Expr::Path(path) = callee else { return false };
    path.path.segments.last().is_some_and(|last| !is_variable(&last.ident))
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

/// A variable, a field of a place, a place behind a pointer, an element of a place.
fn is_place(expr: &Expr) -> bool {
    match expr {
        Expr::Path(_) => true,
        Expr::Field(field) => is_place(&field.base),
        Expr::Index(index) => is_place(&index.expr),
        Expr::Unary(unary) => matches!(unary.op, UnOp::Deref(_)) && is_place(&unary.expr),
        Expr::Paren(paren) => is_place(&paren.expr),
        _ => false,
    }
}
