//! `cargo defer explain … --expand`: takes what the compiler told that a function becomes, gives it formatted.

use syn::parse::Parser as _;
use syn::punctuated::Punctuated;
use syn::visit_mut::{self, VisitMut};
use syn::{Expr, Ident, Macro, Token, parse_quote};

use crate::check::Expansion;
use crate::site::Site;

/// Of the function that a site is in.
pub(crate) fn text(expansions: &[Expansion], site: &Site) -> String {
    let here = |of: &&Expansion| (&of.file, of.function_line) == (&site.file, site.function_line);
    let tokens = expansions.iter().find(here).map(|of| of.becomes.as_str()).unwrap_or_default();
    let Ok(mut file) = syn::parse_file(tokens) else { return format!("{tokens}\n") };
    Calls.visit_file_mut(&mut file);
    prettyplease::unparse(&file).replace(&format!("{BANG}("), "!(")
}

/// Stands for the `!` of a macro.
const BANG: &str = "__defer_bang";

/// Makes calls of the runtime's macros, whose arguments would not be formatted.
struct Calls;

impl VisitMut for Calls {
    fn visit_expr_mut(&mut self, expr: &mut Expr) {
        if let Expr::Macro(it) = expr
            && let Some(call) = call(&it.mac)
        {
            *expr = call;
        }
        visit_mut::visit_expr_mut(self, expr);
    }
}

fn call(mac: &Macro) -> Option<Expr> {
    let private = mac.path.segments.iter().any(|segment| segment.ident == "__private");
    let arguments = Punctuated::<Expr, Token![,]>::parse_terminated.parse2(mac.tokens.clone());
    let arguments = arguments.ok().filter(|_| private)?;
    let mut path = mac.path.clone();
    let name = &mut path.segments.last_mut()?.ident;
    *name = Ident::new(&format!("{name}{BANG}"), name.span());
    Some(parse_quote!(#path(#arguments)))
}
