//! What stands in the attribute and in the environment: takes `#[deferrable(…)]`'s tokens, gives the
//! choices made; refuses what it does not know, and what is said twice.

use proc_macro2::{Span, TokenStream};
use syn::parse::{ParseStream, Parser};
use syn::{Ident, LitStr, Path, Token, parse_quote_spanned};

use crate::error::Errors;
use crate::names::Names;

const KNOWN: &str = "`crate = path`, `notes`, `force = \"stack\"`, `force = \"heap\"`, `deny(…)` and `track_caller`";
const DENY: &str = "what can be denied is `stack`, `heap` and `await`, as in `deny(stack, heap)`";

const FORCE: &str = "a site can be forced to the stack or to the heap: \
    `force = \"stack\"`, `force = \"heap\"`";

/// Said by the attribute itself: what `#[cfg]` leaves out is decided.
pub(super) const DECIDED: &str = "__decided";

/// The mechanism that a frame's sites are made to take.
#[derive(Clone, Copy)]
pub(crate) enum Force {
    Stack,
    Heap,
}

/// What a contract can forbid.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Denied {
    Stack,
    Heap,
    Await,
}

impl Denied {
    const ALL: [Self; 3] = [Self::Stack, Self::Heap, Self::Await];

    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Stack => "stack",
            Self::Heap => "heap",
            Self::Await => "await",
        }
    }

    fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|denied| denied.word() == word)
    }
}

/// The choices of one `#[deferrable(…)]`.
#[derive(Clone)]
pub(crate) struct Options {
    pub(crate) names: Names,
    /// Show the notes as compiler warnings.
    pub(crate) notes: bool,
    pub(crate) force: Option<Force>,
    pub(crate) deny: Vec<Denied>,
    /// Leave `#[track_caller]` to what is ahead of the first site.
    pub(crate) track_caller: bool,
    /// What `#[cfg]` leaves out is decided.
    pub(crate) decided: bool,
}

impl Options {
    /// Reads them all; what is wrong is left out, so that the rest still counts.
    pub(crate) fn parse(tokens: TokenStream, errors: &mut Errors) -> Self {
        let krate: Path = parse_quote_spanned!(Span::mixed_site()=> ::defer_rt);
        let deny = denied_by_the_environment(errors);
        let options = Self {
            names: Names::of(krate),
            notes: false,
            force: None,
            deny,
            track_caller: false,
            decided: false,
        };
        options.with(tokens, errors)
    }

    /// These options, and what an attribute further in says.
    pub(crate) fn with(&self, tokens: TokenStream, errors: &mut Errors) -> Self {
        let mut options = self.clone();
        let mut seen: Vec<Ident> = Vec::new();
        let parser = |input: ParseStream| {
            while !input.is_empty() {
                options.option(input, &mut seen, errors)?;
                if !input.is_empty() {
                    input.parse::<Token![,]>()?;
                }
            }
            Ok(())
        };
        if let Err(error) = parser.parse2(tokens) {
            errors.add(error);
        }
        options
    }

    fn option(
        &mut self,
        input: ParseStream,
        seen: &mut Vec<Ident>,
        errors: &mut Errors,
    ) -> syn::Result<()> {
        use syn::ext::IdentExt;
        let name = input.call(Ident::parse_any)?;
        if seen.contains(&name) {
            errors.at(name.span(), format_args!("`{name}` is given twice: say it once"));
        }
        match name.to_string().as_str() {
            "crate" => {
                input.parse::<Token![=]>()?;
                self.names = Names::of(input.call(Path::parse_mod_style)?);
            }
            DECIDED => self.decided = true,
            "notes" => self.notes = true,
            "track_caller" => self.track_caller = true,
            "force" if input.peek(Token![=]) => {
                input.parse::<Token![=]>()?;
                self.force = force(&input.parse()?, errors);
            }
            "force" => errors.at(name.span(), FORCE),
            "deny" if input.peek(syn::token::Paren) => {
                let words;
                syn::parenthesized!(words in input);
                for word in words.parse_terminated(Ident::parse_any, Token![,])? {
                    match Denied::from_word(&word.to_string()) {
                        Some(denied) => self.deny.push(denied),
                        None => errors.at(word.span(), DENY),
                    }
                }
            }
            "deny" => errors.at(name.span(), DENY),
            _ => {
                errors.at(name.span(), format_args!("unknown option `{name}`: there are {KNOWN}"));
                skip_to_comma(input);
            }
        }
        seen.push(name);
        Ok(())
    }
}

/// `DEFER_DENY=stack,heap`, for the packages being built.
fn denied_by_the_environment(errors: &mut Errors) -> Vec<Denied> {
    let primary = std::env::var_os("CARGO_PRIMARY_PACKAGE").is_some();
    let words = std::env::var("DEFER_DENY").ok().filter(|_| primary).unwrap_or_default();
    let words = words.split(',').map(str::trim).filter(|word| !word.is_empty());
    let denied = |word| {
        let denied = Denied::from_word(word);
        if denied.is_none() {
            errors.at(Span::call_site(), format_args!("`DEFER_DENY` says `{word}`: {DENY}"));
        }
        denied
    };
    words.filter_map(denied).collect()
}

fn force(mechanism: &LitStr, errors: &mut Errors) -> Option<Force> {
    match mechanism.value().as_str() {
        "stack" => Some(Force::Stack),
        "heap" => Some(Force::Heap),
        _ => {
            errors.on(mechanism, FORCE);
            None
        }
    }
}

fn skip_to_comma(input: ParseStream) {
    while !input.is_empty() && !input.peek(Token![,]) {
        // Any token is a token tree, so this cannot fail before the end.
        if input.parse::<proc_macro2::TokenTree>().is_err() {
            return;
        }
    }
}
