//! The ways out of a turn or a block that is a frame: takes its body, gives it with each `return`, `?`, `break`
//! and `continue` that leaves it as a `return` that says so. What leaves it in the arguments of a macro that
//! nobody knows is refused.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::visit_mut::{self, VisitMut};
use syn::{Block, Expr, Item, Label, Lifetime, Macro, Stmt, parse_quote, parse_quote_spanned};

use super::super::arguments::{Arguments, number};
use super::super::{known, tokens};
use super::Around;
use crate::error::Errors;
use crate::names::{self, Names, Private};

/// Looks for the ways out of a body.
pub(super) struct Ways<'a> {
    /// The block's own, which is a way to its end.
    label: Option<Lifetime>,
    /// What can be left within it: loops and labelled blocks.
    inside: Vec<Inside>,
    pub(super) jumps: Jumps,
    /// The function is left.
    pub(super) returns: bool,
    /// Where it is left in the arguments of a macro.
    in_macro: Option<Span>,
    around: &'a Around,
    names: &'a Names,
    arguments: &'a mut Vec<Arguments>,
    errors: &'a mut Errors,
}

struct Inside {
    label: Option<Lifetime>,
    is_loop: bool,
}

/// The `break`s and `continue`s out of it, each by its number.
#[derive(Default)]
pub(super) struct Jumps(Vec<Jump>);

struct Jump {
    /// Without its value.
    word: Expr,
    /// The variable that has its value.
    value: Option<Ident>,
}

impl Jumps {
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The variables for values, ahead of the frame.
    pub(super) fn declare(&self, names: &Names) -> TokenStream {
        let none = names.private("None");
        let values = self.0.iter().filter_map(|jump| jump.value.as_ref());
        quote!(#(let mut #values = #none;)*)
    }

    /// Where each goes on.
    pub(super) fn arms(&self, jumped: &Private<'_>) -> TokenStream {
        let Some((last, others)) = self.0.split_last() else {
            let never = names::local("never");
            return quote!(#jumped(#never) => match #never {},);
        };
        let others = others.iter().enumerate().map(|(at, jump)| {
            let (at, jump) = (Self::number(at), jump.taken());
            quote!(#jumped(#at) => #jump,)
        });
        let last = last.taken();
        // At the end of a turn's code, that is: it stands further up in what was written.
        let allow = quote!(#[allow(clippy::needless_continue)]);
        quote!(#(#allow #others)* #allow #jumped(_) => #last,)
    }

    fn number(at: usize) -> proc_macro2::Literal {
        proc_macro2::Literal::u8_suffixed(u8::try_from(at).unwrap_or(u8::MAX))
    }

    /// The number of a jump.
    fn add(&mut self, word: Expr, has_value: bool) -> (proc_macro2::Literal, Option<Ident>) {
        let text = word.to_token_stream().to_string();
        let same = |jump: &Jump| {
            jump.value.is_some() == has_value && jump.word.to_token_stream().to_string() == text
        };
        if let Some(at) = self.0.iter().position(same) {
            return (Self::number(at), self.0[at].value.clone());
        }
        let at = self.0.len();
        let name = format_ident!("__defer_broken{}", at, span = Span::mixed_site());
        let value = has_value.then_some(name);
        self.0.push(Jump { word, value: value.clone() });
        (Self::number(at), value)
    }
}

impl Jump {
    fn taken(&self) -> TokenStream {
        let (word, broken) = (&self.word, names::local("value"));
        match &self.value {
            None => quote!(#word),
            // Where it is not there, this jump was not taken.
            Some(value) => quote! {
                match #value {
                    ::core::option::Option::Some(#broken) => #word #broken,
                    ::core::option::Option::None => ::core::unreachable!(),
                }
            },
        }
    }
}

impl<'a> Ways<'a> {
    pub(super) fn new(
        label: Option<Lifetime>,
        around: &'a Around,
        names: &'a Names,
        arguments: &'a mut Vec<Arguments>,
        errors: &'a mut Errors,
    ) -> Self {
        let (inside, jumps, returns, in_macro) = (Vec::new(), Jumps::default(), false, None);
        Self { label, inside, jumps, returns, in_macro, around, names, arguments, errors }
    }

    fn within(&mut self, label: Option<&Label>, is_loop: bool, body: &mut Block) {
        self.inside.push(Inside { label: label.map(|label| label.name.clone()), is_loop });
        self.visit_block_mut(body);
        self.inside.pop();
    }

    /// Whether what is left is within the body.
    fn is_inside(&self, label: Option<&Lifetime>) -> bool {
        self.inside.iter().any(|it| match label {
            Some(label) => it.label.as_ref() == Some(label),
            None => it.is_loop,
        })
    }

    fn left_at(&mut self, at: Span) {
        self.in_macro.get_or_insert(at);
    }

    /// Out of the function, with what it returns.
    fn returned(&mut self, at: Span, result: &TokenStream) -> Expr {
        self.returns = true;
        self.left_at(at);
        let returned = self.names.private_at("Left::Returned", at);
        parse_quote_spanned!(at=> return #returned(#result))
    }

    /// `value?`
    fn attempted(&mut self, value: &TokenStream, question: Span) -> Expr {
        let here = Span::mixed_site().located_at(question);
        let branch = self.names.private_at("Branch::branch", question);
        let from = self.names.private_at("FromFailure::from_failure", question);
        let [ok, err] = ["Ok", "Err"].map(|item| self.names.private(item));
        let [value_of, failure] = ["value", "failure"].map(|name| names::local_at(name, question));
        let leave = self.returned(question, &quote_spanned!(question=> #from(#failure)));
        let branched = quote_spanned!(question=> #branch(#value));
        parse_quote_spanned! {here=>
            match #branched {
                #ok(#value_of) => #value_of,
                #err(#failure) => #leave,
            }
        }
    }

    /// To a loop, or out of a labelled block.
    fn jumped(&mut self, at: Span, word: Expr, value: Option<Box<Expr>>) -> Expr {
        self.left_at(at);
        let (number, place) = self.jumps.add(word, value.is_some());
        let jumped = self.names.private("Left::Jumped");
        match (place, value) {
            (Some(place), Some(value)) => {
                let some = self.names.private("Some");
                parse_quote_spanned!(at=> { #place = #some(#value); return #jumped(#number) })
            }
            _ => parse_quote_spanned!(at=> return #jumped(#number)),
        }
    }

    /// `bail!(…)` and `ensure!(…)` return from a closure of their own: the one with what the function returns, the
    /// other with that or with what says that it holds.
    fn bailed(&mut self, mac: &Macro) -> Expr {
        let at = mac.path.span();
        let [result, done, exits] =
            ["Result", "done", "Exits"].map(|item| self.names.private(item));
        let returned = self.around.result.clone().unwrap_or(quote!(_));
        if known::bails(mac) {
            return self.returned(at, &quote!((|| -> #returned { #mac })()));
        }
        // Of what cannot be said in full, nobody can ask.
        let held = if tokens::mention(returned.clone(), "_") {
            quote!(#result<(), _>)
        } else {
            quote!(<#returned as #exits>::Exit)
        };
        self.attempted(&quote!((|| -> #held { #mac; #done() })()), at)
    }

    /// Where a function returns nothing, or never, what is called `ensure` asserts.
    fn is_bail(&self, mac: &Macro) -> bool {
        let nothing = || self.around.result.as_ref().is_none_or(|it| it.to_string() == "()");
        known::bails(mac) || known::ensures(mac) && !nothing()
    }
}

impl VisitMut for Ways<'_> {
    fn visit_stmt_mut(&mut self, stmt: &mut Stmt) {
        if let Stmt::Macro(written) = stmt
            && self.is_bail(&written.mac)
        {
            let bailed = self.bailed(&written.mac);
            *stmt = Stmt::Expr(bailed, written.semi_token);
            return;
        }
        visit_mut::visit_stmt_mut(self, stmt);
    }

    fn visit_expr_mut(&mut self, expr: &mut Expr) {
        match expr {
            Expr::ForLoop(it) => {
                self.visit_expr_mut(&mut it.expr);
                return self.within(it.label.as_ref(), true, &mut it.body);
            }
            Expr::While(it) => {
                self.visit_expr_mut(&mut it.cond);
                return self.within(it.label.as_ref(), true, &mut it.body);
            }
            Expr::Loop(it) => return self.within(it.label.as_ref(), true, &mut it.body),
            Expr::Block(it) if it.label.is_some() => {
                return self.within(it.label.as_ref(), false, &mut it.block);
            }
            Expr::Macro(call) if self.is_bail(&call.mac) => {
                *expr = self.bailed(&call.mac);
                return;
            }
            _ => visit_mut::visit_expr_mut(self, expr),
        }
        let left = match expr {
            Expr::Return(it) => {
                let nothing = || self.around.nothing.clone();
                let result = it.expr.as_ref().map_or_else(nothing, ToTokens::to_token_stream);
                self.returned(it.return_token.span, &result)
            }
            Expr::Try(it) => self.attempted(&it.expr.to_token_stream(), it.question_token.span),
            Expr::Break(it) if it.label.is_some() && it.label == self.label => {
                let at = it.break_token.span;
                self.left_at(at);
                let done = self.names.private("Left::Done");
                let value = it.expr.as_ref().map_or(quote!(()), ToTokens::to_token_stream);
                parse_quote_spanned!(at=> return #done(#value))
            }
            Expr::Break(it) if !self.is_inside(it.label.as_ref()) => {
                let (word, label) = (it.break_token, &it.label);
                self.jumped(word.span, parse_quote!(#word #label), it.expr.take())
            }
            Expr::Continue(it) if !self.is_inside(it.label.as_ref()) => {
                let at = it.continue_token.span;
                self.jumped(at, Expr::Continue(it.clone()), None)
            }
            _ => return,
        };
        *expr = left;
    }

    /// What leaves in its arguments leaves only where the macro hands them on as they are.
    fn visit_macro_mut(&mut self, mac: &mut Macro) {
        let Some(number) = number(mac) else { return };
        let mut arguments = std::mem::replace(&mut self.arguments[number], Arguments::empty());
        let before = self.in_macro.take();
        arguments.visit_mut(self);
        let unread = arguments.is_unread().then(|| arguments.leaves()).flatten();
        let left = self.in_macro.take();
        arguments.changed |= left.is_some();
        if let Some(at) = left.filter(|_| !known::hands_on(mac)).or(unread) {
            let name = mac.path.segments.last().map_or_else(String::new, |it| it.ident.to_string());
            let message = format!(
                "nobody can see how `{name}!` leaves this turn or block: take what leaves it out of the \
                macro's arguments"
            );
            self.errors.at(at, message);
        }
        self.arguments[number] = arguments;
        self.in_macro = before.or(left);
    }

    fn visit_expr_closure_mut(&mut self, _: &mut syn::ExprClosure) {}
    fn visit_expr_async_mut(&mut self, _: &mut syn::ExprAsync) {}
    fn visit_item_mut(&mut self, _: &mut Item) {}
}
