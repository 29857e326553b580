//! The arguments of other macros: read once, as expressions, as statements, as `value, pattern if guard`,
//! or, where they read as none of these, as tokens. In the tree stands a marker with their number. What
//! no pass changes comes out as it was written.

use std::collections::BTreeSet;

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::parse::{ParseStream, Parser};
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::visit::Visit;
use syn::visit_mut::VisitMut;
use syn::{Block, Expr, ExprLit, Lit, Macro, Pat, Stmt, Token, parse_quote};

use super::{known, markers, tokens};
use crate::names::Private;
use crate::site::Site;
use crate::variable::VarId;

/// What stands in the tree ahead of the number.
const MARKER: &str = "__defer_arguments";

/// The arguments of one macro.
#[derive(Clone)]
pub(crate) struct Arguments {
    written: TokenStream,
    /// Whether a pass changed what was read.
    pub(crate) changed: bool,
    pub(crate) read: Read,
    /// The variables that its format strings name, as the walk marked them.
    pub(crate) inline: Vec<Ident>,
}

/// How they read.
#[derive(Clone)]
pub(crate) enum Read {
    /// `a, b, name = c`
    Expressions(Punctuated<Expr, Token![,]>),
    Statements(Vec<Stmt>),
    /// `value, pattern if guard`, and what may come behind it.
    Matching {
        value: Box<Expr>,
        pattern: Box<Pat>,
        guard: Option<Box<Expr>>,
        rest: TokenStream,
    },
    Tokens(TokenStream),
}

impl Arguments {
    pub(crate) fn read(mac: &Macro) -> Self {
        let written = mac.tokens.clone();
        let read = read(mac);
        Self { written, changed: false, read, inline: Vec::new() }
    }

    /// Looks at all that reads as code.
    pub(crate) fn visit<'ast>(&'ast self, visitor: &mut impl Visit<'ast>) {
        match &self.read {
            Read::Expressions(all) => all.iter().for_each(|one| visitor.visit_expr(one)),
            Read::Statements(all) => all.iter().for_each(|one| visitor.visit_stmt(one)),
            Read::Matching { value, pattern, guard, .. } => {
                visitor.visit_expr(value);
                visitor.visit_pat(pattern);
                if let Some(guard) = guard {
                    visitor.visit_expr(guard);
                }
            }
            Read::Tokens(_) => {}
        }
    }

    /// The same, to change it.
    pub(crate) fn visit_mut(&mut self, visitor: &mut impl VisitMut) {
        match &mut self.read {
            Read::Expressions(all) => all.iter_mut().for_each(|one| visitor.visit_expr_mut(one)),
            Read::Statements(all) => all.iter_mut().for_each(|one| visitor.visit_stmt_mut(one)),
            Read::Matching { value, pattern, guard, .. } => {
                visitor.visit_expr_mut(value);
                visitor.visit_pat_mut(pattern);
                if let Some(guard) = guard {
                    visitor.visit_expr_mut(guard);
                }
            }
            Read::Tokens(_) => {}
        }
    }

    /// Whether nobody can read them as code.
    pub(crate) fn is_unread(&self) -> bool {
        matches!(self.read, Read::Tokens(_))
    }

    /// Where something in them may leave the function or a loop.
    pub(crate) fn leaves(&self) -> Option<Span> {
        tokens::leaves(self.written.clone())
    }

    /// Whether there is a `break` in them.
    pub(crate) fn may_break(&self) -> bool {
        tokens::mention(self.written.clone(), "break")
    }

    /// The variable that is the only argument, and where the arguments stand.
    pub(crate) fn variable(&self) -> (Option<VarId>, Span) {
        let only = match &self.read {
            Read::Expressions(all) if all.len() == 1 => all.first(),
            _ => None,
        };
        let name = match only {
            Some(Expr::Path(path)) => path.path.get_ident(),
            _ => None,
        };
        (name.and_then(VarId::of), self.written.span())
    }

    /// The only argument, or `()`.
    pub(crate) fn only(&self) -> Option<Expr> {
        match &self.read {
            Read::Expressions(all) if all.len() == 1 => all.first().cloned(),
            _ => Some(parse_quote!(())),
        }
    }

    /// `f(&x)` in its place.
    pub(crate) fn lend(&mut self, f: &Private<'_>) {
        let argument = self.only();
        self.read = Read::Expressions(parse_quote!(#f(&#argument)));
        self.changed = true;
    }

    /// The variables of which a format string shows where they point, `{x:p}`, as the walk marked them.
    pub(crate) fn pointers(&self) -> Vec<Ident> {
        let Read::Expressions(all) = &self.read else { return Vec::new() };
        let texts = all.iter().filter_map(|one| match one {
            Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => Some(text),
            _ => None,
        });
        let names: Vec<Ident> = texts.flat_map(tokens::pointer_names).collect();
        let is_named = |name: &&Ident| names.iter().any(|it| *it == VarId::plain(name));
        // Named once, however often it is shown.
        let pointers: BTreeSet<&Ident> = self.inline.iter().filter(is_named).collect();
        pointers.into_iter().cloned().collect()
    }

    /// Names an argument.
    pub(crate) fn name(&mut self, name: &Ident, place: &Expr) {
        if let Read::Expressions(all) = &mut self.read {
            all.push(parse_quote!(#name = #place));
        }
    }

    /// `assert!(x)` prints what it asserts: as it was written, although it is not any more.
    pub(crate) fn say_what_was_asserted(&mut self, asserted: &Private<'_>) {
        let written = &self.written;
        if let Read::Expressions(all) = &mut self.read
            && all.len() == 1
        {
            all.push(parse_quote!("{}"));
            all.push(parse_quote!(#asserted!((#written))));
        }
    }

    /// Each with what was written for it: `*a, (a); *b, (b)`.
    pub(crate) fn say_what_was_written(&mut self) {
        let parser = Punctuated::<Expr, Token![,]>::parse_terminated;
        let written = parser.parse2(self.written.clone()).unwrap_or_default();
        let mut written: Vec<TokenStream> = written.iter().map(ToTokens::to_token_stream).collect();
        if let [one] = &mut written[..] {
            // What was parsed has lost which tokens stand together.
            *one = self.written.clone();
        }
        if let Read::Expressions(all) = &self.read {
            let all = all.iter();
            self.read = Read::Tokens(quote!(#(#all, (#written));*));
        }
    }

    /// What is emitted.
    pub(crate) fn into_tokens(self) -> TokenStream {
        if !self.changed {
            return self.written;
        }
        match self.read {
            Read::Expressions(all) => all.into_token_stream(),
            Read::Statements(all) => quote!(#(#all)*),
            Read::Matching { value, pattern, guard, rest } => {
                let guard = guard.map(|guard| quote!(if #guard));
                quote!(#value, #pattern #guard #rest)
            }
            Read::Tokens(tokens) => tokens,
        }
    }

    /// What a pass finds in the table while another place of it is being looked at.
    pub(crate) fn empty() -> Self {
        let (written, read) = (TokenStream::new(), Read::Tokens(TokenStream::new()));
        Self { written, changed: false, read, inline: Vec::new() }
    }
}

/// Puts the marker of these arguments into the macro.
pub(crate) fn mark(mac: &mut Macro, number: usize) {
    let (marker, number) = (Ident::new(MARKER, Span::mixed_site()), markers::hide(number));
    mac.tokens = quote!(#marker #number);
}

/// The number of the macro's arguments, unless they are tokens of another language.
pub(crate) fn number(mac: &Macro) -> Option<usize> {
    let mut tokens = mac.tokens.clone().into_iter();
    match tokens.next()? {
        TokenTree::Ident(word) if word == MARKER => markers::hidden_number(tokens.next()),
        _ => None,
    }
}

/// The tokens with what the markers in them stand for.
pub(crate) fn without_markers(
    tokens: TokenStream,
    sites: &[Site],
    arguments: &[Arguments],
) -> TokenStream {
    let whole = |tokens| without_markers(tokens, sites, arguments);
    let mut complete = TokenStream::new();
    let mut tokens = tokens.into_iter();
    while let Some(token) = tokens.next() {
        match &token {
            TokenTree::Ident(word) if word == MARKER => {
                let number = markers::hidden_number(tokens.next());
                let found = number.and_then(|number| arguments.get(number));
                complete.extend(found.map(|arguments| arguments.written.clone()));
            }
            TokenTree::Ident(word) if word == markers::MARKER => {
                let number = tokens.nth(1).and_then(|group| match group {
                    TokenTree::Group(group) => group.stream().into_iter().next(),
                    _ => None,
                });
                let site = markers::hidden_number(number).and_then(|number| sites.get(number));
                let now = site.iter().flat_map(|site| &site.now).map(|it| &it.value);
                let body = site.map(|site| &site.body);
                complete.extend(whole(quote!(#(#now)* #body)));
            }
            TokenTree::Group(group) => {
                complete.extend([tokens::with_stream(group, whole(group.stream()))]);
            }
            _ => complete.extend([token]),
        }
    }
    complete
}

fn read(mac: &Macro) -> Read {
    let tokens = || mac.tokens.clone();
    if known::matches(mac)
        && let Ok(matching) = matching.parse2(tokens())
    {
        return matching;
    }
    if let Ok(all) = Punctuated::<Expr, Token![,]>::parse_terminated.parse2(tokens()) {
        return Read::Expressions(all);
    }
    match Block::parse_within.parse2(tokens()) {
        Ok(stmts) => Read::Statements(stmts),
        Err(_) => Read::Tokens(tokens()),
    }
}

fn matching(input: ParseStream) -> syn::Result<Read> {
    let value = Box::new(input.parse()?);
    input.parse::<Token![,]>()?;
    let pattern = Box::new(Pat::parse_multi_with_leading_vert(input)?);
    let guard = match input.parse::<Option<Token![if]>>()? {
        Some(_) => Some(Box::new(input.parse()?)),
        None => None,
    };
    let rest = input.parse()?;
    Ok(Read::Matching { value, pattern, guard, rest })
}
