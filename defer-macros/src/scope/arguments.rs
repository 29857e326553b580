//! The walk through the arguments of macros: as expressions, as statements, as `value, pattern if guard`,
//! or, where they read as none of these, as tokens that are searched for names.

use proc_macro2::TokenStream;
use syn::parse::{ParseStream, Parser};
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::visit::Visit;
use syn::{Block, Expr, Lit, Macro, Pat, Token};

use super::{Sink, Walk, simple_path};
use crate::known;
use crate::tokens::{self, Mention};

impl<S: Sink> Walk<'_, S> {
    /// Arguments that read as expressions are walked as such; others are searched for names.
    pub(super) fn arguments(&mut self, mac: &Macro) {
        if known::returns(mac) {
            self.sink.exit(true, mac.path.span());
        }
        if known::awaits(mac) {
            self.sink.awaits();
        }
        let comma_separated = Punctuated::<Expr, Token![,]>::parse_terminated;
        if known::matches(mac)
            && let Ok((value, pattern, guard)) = matches_arguments.parse2(mac.tokens.clone())
        {
            self.visit_expr(&value);
            self.scoped(|walk| {
                walk.scopes.bind(&pattern);
                if let Some(guard) = &guard {
                    walk.visit_expr(guard);
                }
            });
        } else if let Ok(arguments) = comma_separated.parse2(mac.tokens.clone()) {
            self.format_like(&arguments.into_iter().collect::<Vec<_>>());
        } else if let Ok(stmts) = Block::parse_within.parse2(mac.tokens.clone()) {
            self.visit_block(&Block { brace_token: syn::token::Brace::default(), stmts });
        } else {
            for mention in tokens::mentions(mac.tokens.clone()) {
                match mention {
                    Mention::Name(name) => self.sink.name(&name, &self.scopes),
                    Mention::Exit(at) => self.sink.exit(true, at),
                    Mention::Await => self.sink.awaits(),
                }
            }
        }
    }

    /// `"…{name}…", argument, name = argument`: what is named here is not taken from around.
    fn format_like(&mut self, arguments: &[Expr]) {
        let mut named = Vec::new();
        for argument in arguments {
            match argument {
                Expr::Assign(assign) if simple_path(&assign.left).is_some() => {
                    named.extend(simple_path(&assign.left));
                    self.visit_expr(&assign.right);
                }
                _ => self.visit_expr(argument),
            }
        }
        for argument in arguments {
            if let Expr::Lit(literal) = argument
                && let Lit::Str(text) = &literal.lit
            {
                for name in tokens::format_names(text) {
                    if !named.contains(&&name) {
                        self.sink.name(&name, &self.scopes);
                    }
                }
            }
        }
    }
}

/// `value, pattern if guard`
fn matches_arguments(input: ParseStream) -> syn::Result<(Expr, Pat, Option<Expr>)> {
    let value = input.parse()?;
    input.parse::<Token![,]>()?;
    let pattern = Pat::parse_multi_with_leading_vert(input)?;
    let guard = match input.parse::<Option<Token![if]>>()? {
        Some(_) => Some(input.parse()?),
        None => None,
    };
    input.parse::<Option<Token![,]>>()?;
    input.parse::<TokenStream>()?;
    Ok((value, pattern, guard))
}
