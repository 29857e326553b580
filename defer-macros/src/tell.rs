//! What the compiler tells of each site: takes the verdicts, gives Go's lines, explained lines or JSON
//! on standard error, and compiler warnings for `#[deferrable(notes)]`.

mod environment;
mod json;
mod written;

use std::fmt::Write as _;

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Expr, ItemFn};

use self::environment::{Channel, Style, wanted};
use self::written::written;
use crate::judge::classify::{MOST_SITES, MOST_SITES_TIMES_RETURNS};
use crate::look::Found;
use crate::plan::Planned;
use crate::read::{Options, known, without_markers};
use crate::site::{Frame, Function, Kind, Loop, Mechanism, Placement, Plan, Reason, Site, Verdict};
use crate::variable::{VarId, Variables};

pub(crate) use self::environment::check as check_environment;

const TRACK_CALLER: &str = "`#[track_caller]` ends at the first `defer!`: behind it, a caller's line is one of this function's";

/// Prints the notes that the environment asks for, and gives what stands in front of the function's
/// body: the warnings that the attribute asks for, and what makes cargo look at the environment.
pub(crate) fn report(
    function: &Function,
    found: &Found,
    planned: &Planned,
    verdicts: &[Verdict],
    options: &Options,
) -> TokenStream {
    let sites = function.sites.iter().zip(&found.placements).zip(&planned.plans).zip(verdicts);
    let notes = sites.map(|(((site, placement), plan), verdict)| Note {
        function,
        variables: &found.variables,
        frame: &found.frames[placement.frame.0],
        site,
        placement,
        plan,
        verdict,
    });
    let notes: Vec<Note<'_>> = notes.collect();
    let channel = wanted().channel;
    if let Some(Channel::Lines(style)) = &channel {
        let lines: String = notes.iter().filter_map(|note| note.line(style)).collect();
        eprint!("{lines}");
    }
    let ends = known::track_caller(&function.item.attrs).filter(|_| !notes.is_empty());
    if let (Some(Channel::Lines(Style::Explained)), Some(attribute)) = (&channel, ends) {
        eprintln!("{}: {TRACK_CALLER}", place(attribute.path().span()));
    }
    let krate = &options.names.krate;
    let warn = options.notes || matches!(channel, Some(Channel::Warnings));
    let warned = if warn { &notes[..] } else { &[] };
    let ends = ends.filter(|_| warn);
    let ends = ends.map(|attribute| warning(attribute.path().span(), TRACK_CALLER));
    let warnings = warned.iter().map(Note::warning).chain(ends);
    quote!(#krate::__private::watch_environment!(); #(#warnings)*)
}

/// An expectation that is never met: the one way to a warning with a text on stable Rust.
fn warning(at: Span, text: &str) -> TokenStream {
    let lint = quote_spanned!(at=> unused_must_use);
    quote!(
        #[expect(#lint, reason = #text)]
        const _: () = ();
    )
}

/// Whether the program is to tell how many bytes a heap record has.
pub(crate) fn bytes_are_wanted() -> bool {
    wanted().bytes
}

/// Prints what the function became, if that is wanted.
pub(crate) fn expansion(function: &ItemFn) {
    if wanted().expansion {
        eprintln!(" {}", json::expansion(function));
    }
}

/// A place as the notes have it.
pub(crate) fn place(at: Span) -> String {
    let start = at.start();
    format!("{}:{}:{}", at.file(), start.line, start.column + 1)
}

struct Note<'a> {
    function: &'a Function,
    variables: &'a Variables,
    frame: &'a Frame,
    site: &'a Site,
    placement: &'a Placement,
    plan: &'a Plan,
    verdict: &'a Verdict,
}

impl Note<'_> {
    /// Like Go's compiler, the plain style has no line for what is never reached.
    fn line(&self, style: &Style) -> Option<String> {
        let place = place(self.site.span);
        Some(match style {
            Style::Plain if self.placement.never => return None,
            Style::Plain => format!("{place}: {}\n", self.mechanism()),
            Style::Explained => format!("{place}: {}\n", self.explained()),
            // Cargo takes a line that begins with a brace for a message of the compiler's.
            Style::Json => format!(" {}\n", self.json()),
        })
    }

    /// Go's words, and what Go has no word for.
    fn mechanism(&self) -> String {
        let dropped = if self.placement.awaits { "; not run if the future is dropped" } else { "" };
        format!("{}{dropped}", self.verdict.mechanism.note())
    }

    /// The mechanism, the reason, what to do about it, what is captured.
    fn explained(&self) -> String {
        let reason = &self.verdict.reason;
        if self.placement.never {
            return reason.to_string();
        }
        let mut text = format!("{}: {reason}", self.mechanism());
        let captured = self.captured();
        if !captured.is_empty() {
            let names: Vec<_> = captured.iter().map(|(value, _)| format!("`{value}`")).collect();
            let _ = write!(text, "; captures {} by value", names.join(", "));
        }
        text + &reason.advice()
    }

    /// What is captured by value, as it was written, and why.
    fn captured(&self) -> Vec<(String, &'static str)> {
        let values = self.site.now.iter().filter(|it| !is_constant(&it.value));
        let now = values.map(|it| match it.kind {
            Kind::HandedOver(id) => (self.name(id), "handed over at the exit, unless it is `Copy`"),
            Kind::New | Kind::Own => (self.value(&it.value), "evaluated at the `defer!`"),
        });
        let why = "a variable of an inner block";
        let taken = self.plan.taken.iter().map(|taken| (self.name(taken.variable), why));
        let homes = self.plan.homes.iter().filter(|it| !it.outermost);
        let homes = homes.map(|it| (self.name(it.variable), why));
        let mut captured: Vec<_> = now.collect();
        for (name, why) in taken.chain(homes) {
            if !captured.iter().any(|(known, _)| *known == name) {
                captured.push((name, why));
            }
        }
        captured
    }

    fn name(&self, id: VarId) -> String {
        self.variables.get(id).name.to_string()
    }

    fn value(&self, value: &impl ToTokens) -> String {
        let Function { sites, arguments, .. } = self.function;
        let tokens = without_markers(value.to_token_stream(), sites, arguments);
        written(self.variables.unmark(tokens))
    }

    fn warning(&self) -> TokenStream {
        warning(self.site.span, &self.explained())
    }
}

/// Whether a value is a name that no variable has.
fn is_constant(value: &Expr) -> bool {
    matches!(value, Expr::Path(path) if path.path.get_ident().and_then(VarId::of).is_none())
}

impl Mechanism {
    /// Go's words.
    pub(crate) fn note(self) -> &'static str {
        match self {
            Mechanism::OpenCoded => "open-coded defer",
            Mechanism::Stack => "stack-allocated defer",
            Mechanism::Heap => "heap-allocated defer",
        }
    }
}

impl std::fmt::Display for Reason {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match *self {
            Self::WithinLimits { sites, returns } => {
                write!(f, "{}, {}, no loop", count(sites, "defer"), count(returns, "return"))
            }
            Self::InLoop(Loop { at, once }) => {
                let left = if once { ", which is always left in its first turn" } else { "" };
                write!(f, "in the loop at line {}{left}", at.start().line)
            }
            Self::SiblingInLoop(Loop { at, .. }) => {
                let line = at.start().line;
                write!(f, "another defer of the function is in the loop at line {line}")
            }
            Self::TooManySites { sites } => {
                write!(f, "{sites} defers, open-coding allows {MOST_SITES}")
            }
            Self::TooManyExits { sites, returns } => write!(
                f,
                "{} × {} = {}, open-coding allows {MOST_SITES_TIMES_RETURNS}",
                count(sites, "defer"),
                count(returns, "return"),
                sites * returns
            ),
            Self::Forced => write!(f, "forced by the attribute"),
            Self::NeverReached => write!(f, "never reached"),
        }
    }
}

impl Reason {
    /// The remedy, to be put behind the reason.
    pub(crate) fn advice(&self) -> String {
        let remedy = self.remedy();
        remedy.map(|remedy| format!("; to have it open-coded, {remedy}")).unwrap_or_default()
    }

    /// What would make it open-coded.
    fn remedy(&self) -> Option<&'static str> {
        match self {
            Self::WithinLimits { .. } | Self::NeverReached => None,
            Self::InLoop(_) => Some(
                "put `#[deferrable]` ahead of the loop: each turn then runs its defers at its end",
            ),
            Self::SiblingInLoop(_) => Some(
                "put `#[deferrable]` ahead of that loop: each turn then runs its defers at its end",
            ),
            Self::TooManySites { .. } => Some("bundle related cleanups into one `defer!`"),
            Self::TooManyExits { .. } => {
                Some("bundle related cleanups, or let exits share a return")
            }
            Self::Forced => Some("take `force` out"),
        }
    }
}

fn count(number: usize, noun: &str) -> String {
    format!("{number} {noun}{}", if number == 1 { "" } else { "s" })
}
