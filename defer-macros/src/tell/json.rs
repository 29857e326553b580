//! A note for tools: takes what the other notes say and where it is, gives a JSON object on one line.

use std::fmt::Write as _;

use proc_macro2::Span;
use quote::ToTokens;
use syn::ItemFn;

use super::Note;
use crate::site::{Loop, Marked, Mechanism, Reason};

impl Note<'_> {
    pub(super) fn json(&self) -> String {
        let (start, end) = (self.site.span.start(), self.site.span.end());
        let (reason, body) = (&self.verdict.reason, &self.function.item.block.brace_token);
        let mut returns = self.frame.returns.clone();
        returns.sort_by_key(|at| (at.start().line, at.start().column));
        let captures = self.captured().into_iter();
        let captures =
            captures.map(|(value, why)| object(&[("value", string(&value)), ("why", string(why))]));
        object(&[
            ("file", string(&self.site.span.file())),
            ("line", start.line.to_string()),
            ("column", (start.column + 1).to_string()),
            ("width", end.column.saturating_sub(start.column).to_string()),
            ("package", string(&std::env::var("CARGO_PKG_NAME").unwrap_or_default())),
            ("function", string(&self.function.item.sig.ident.to_string())),
            ("function_line", self.function.item.sig.ident.span().start().line.to_string()),
            ("function_end", body.span.close().end().line.to_string()),
            ("frame", self.placement.frame.0.to_string()),
            ("within", self.site.marked.as_ref().map_or_else(|| "null".into(), within)),
            ("mechanism", string(self.word())),
            ("awaits", self.placement.awaits.to_string()),
            ("reason", string(&reason.to_string())),
            ("remedy", reason.remedy().map_or_else(|| "null".into(), string)),
            ("loop", reason.in_loop().map_or_else(|| "null".into(), repeats)),
            ("sites", self.frame.sites.len().to_string()),
            ("returns", array(returns.into_iter().map(place))),
            ("captures", array(captures)),
        ])
    }
}

impl Note<'_> {
    fn word(&self) -> &'static str {
        if self.placement.never { "never-reached" } else { self.verdict.mechanism.word() }
    }
}

/// What its frame is, if not a function, a closure or an async block.
fn within(marked: &Marked) -> String {
    string(&marked.to_string())
}

/// What a function became.
pub(super) fn expansion(function: &ItemFn) -> String {
    let name = function.sig.ident.span();
    object(&[
        ("file", string(&name.file())),
        ("function_line", name.start().line.to_string()),
        ("becomes", string(&function.to_token_stream().to_string())),
    ])
}

impl Mechanism {
    fn word(self) -> &'static str {
        match self {
            Mechanism::OpenCoded => "open-coded",
            Mechanism::Stack => "stack",
            Mechanism::Heap => "heap",
        }
    }
}

impl Reason {
    fn in_loop(&self) -> Option<Loop> {
        match self {
            Self::InLoop(around) | Self::SiblingInLoop(around) => Some(*around),
            _ => None,
        }
    }
}

fn place(at: Span) -> String {
    object(&line_and_column(at))
}

fn repeats(around: Loop) -> String {
    let [line, column] = line_and_column(around.at);
    object(&[line, column, ("once", around.once.to_string())])
}

fn line_and_column(at: Span) -> [(&'static str, String); 2] {
    let start = at.start();
    [("line", start.line.to_string()), ("column", (start.column + 1).to_string())]
}

fn object(members: &[(&str, String)]) -> String {
    let members: Vec<_> =
        members.iter().map(|(name, value)| format!("\"{name}\":{value}")).collect();
    format!("{{{}}}", members.join(","))
}

fn array(elements: impl Iterator<Item = String>) -> String {
    format!("[{}]", elements.collect::<Vec<_>>().join(","))
}

fn string(text: &str) -> String {
    let mut quoted = String::from('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            c if c.is_control() => {
                let _ = write!(quoted, "\\u{:04x}", u32::from(c));
            }
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}
