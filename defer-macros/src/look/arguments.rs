//! The walk through the arguments of macros: code where they read as code, else tokens that are searched
//! for names, exits and waits. Tells too much of tokens rather than too little.

use proc_macro2::{Group, Ident, TokenStream, TokenTree};
use syn::visit_mut::VisitMut;
use syn::{Block, Expr, Lit, LitStr};

use super::simple_path;
use super::walk::Walk;
use crate::read::tokens::{self, format_names, is_punct};
use crate::read::{Arguments, Read};
use crate::variable::How;

impl Walk<'_> {
    pub(super) fn arguments(&mut self, number: usize) {
        let mut arguments = std::mem::replace(&mut self.arguments[number], Arguments::empty());
        match &mut arguments.read {
            Read::Expressions(all) => {
                let mut all: Vec<&mut Expr> = all.iter_mut().collect();
                arguments.inline = self.format_like(&mut all);
            }
            Read::Statements(stmts) => {
                let brace_token = syn::token::Brace::default();
                let mut block = Block { brace_token, stmts: std::mem::take(stmts) };
                self.visit_block_mut(&mut block);
                *stmts = block.stmts;
            }
            Read::Matching { value, pattern, guard, .. } => {
                self.visit_expr_mut(value);
                self.with_pattern(pattern, |walk| {
                    if let Some(guard) = guard {
                        walk.visit_expr_mut(guard);
                    }
                });
            }
            Read::Tokens(tokens) => {
                *tokens = self.tokens(std::mem::take(tokens), &mut arguments.inline);
            }
        }
        self.arguments[number] = arguments;
    }

    /// `"…{name}…", argument, name = argument`: what is named here is not taken from around. Gives the
    /// variables that are.
    fn format_like(&mut self, arguments: &mut [&mut Expr]) -> Vec<Ident> {
        let mut named = Vec::new();
        for argument in &mut *arguments {
            match &mut **argument {
                Expr::Assign(assign) if simple_path(&assign.left).is_some() => {
                    named.extend(simple_path(&assign.left).cloned());
                    self.visit_expr_mut(&mut assign.right);
                }
                argument => self.visit_expr_mut(argument),
            }
        }
        let mut inline = Vec::new();
        for argument in arguments {
            if let Expr::Lit(literal) = &**argument
                && let Lit::Str(text) = &literal.lit
            {
                for name in format_names(text) {
                    if !named.contains(&name) {
                        self.inline(&name, &mut inline);
                    }
                }
            }
        }
        inline
    }

    fn inline(&mut self, name: &Ident, inline: &mut Vec<Ident>) {
        if let Some(id) = self.mention(name, How::Used) {
            inline.push(id.mark(name));
        }
    }

    /// Marks the names in tokens of which nobody knows what they mean.
    fn tokens(&mut self, tokens: TokenStream, inline: &mut Vec<Ident>) -> TokenStream {
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        let mut marked = Vec::with_capacity(tokens.len());
        for (at, token) in tokens.iter().enumerate() {
            let place = Place { tokens: &tokens, at };
            marked.push(match token {
                TokenTree::Group(group) => {
                    let mut inner =
                        Group::new(group.delimiter(), self.tokens(group.stream(), inline));
                    inner.set_span(group.span());
                    inner.into()
                }
                TokenTree::Ident(word) => self.word(word, place).into(),
                TokenTree::Punct(punct) if place.is_exit() => {
                    self.exit(true, punct.span());
                    token.clone()
                }
                TokenTree::Literal(_) => {
                    if let Ok(text) = syn::parse2::<LitStr>(token.clone().into()) {
                        for name in format_names(&text) {
                            self.inline(&name, inline);
                        }
                    }
                    token.clone()
                }
                TokenTree::Punct(_) => token.clone(),
            });
        }
        marked.into_iter().collect()
    }

    fn word(&mut self, word: &Ident, place: Place<'_>) -> Ident {
        if word == "return" {
            self.exit(true, word.span());
        } else if place.is_field() {
            if word == "await" {
                self.awaits();
            }
        } else if !place.is_key()
            && let Some(id) = self.mention(word, How::Used)
        {
            return id.mark(word);
        }
        word.clone()
    }
}

/// A token among its neighbours.
#[derive(Clone, Copy)]
struct Place<'a> {
    tokens: &'a [TokenTree],
    at: usize,
}

impl Place<'_> {
    fn before(&self, distance: usize) -> Option<&TokenTree> {
        self.at.checked_sub(distance).map(|at| &self.tokens[at])
    }

    fn behind(&self, distance: usize) -> Option<&TokenTree> {
        self.tokens.get(self.at + distance)
    }

    /// One dot is ahead of a field or a method, two are a range.
    fn is_field(&self) -> bool {
        is_punct(self.before(1), '.') && !is_punct(self.before(2), '.')
    }

    /// `name: …` and `name = …` are keys, `name::…` is a path, `name == …` a comparison, `name => …` an entry.
    fn is_key(&self) -> bool {
        let is_colon = is_punct(self.behind(1), ':');
        let is_equals = is_punct(self.behind(1), '=');
        let goes_on = ['=', '>'].iter().any(|next| is_punct(self.behind(2), *next));
        is_colon || (is_equals && !goes_on)
    }

    fn is_exit(&self) -> bool {
        tokens::is_operator(self.tokens, self.at)
    }
}
