//! Names that tokens which nobody could read bind themselves: takes a list of them, gives for each token the names
//! that mean no variable of the function there, as one of their own hides that.
//!
//! What is known to bind: `let`, `for … in` and `… in`, the parameters of closures, the arms of a `match`, and
//! `pattern = value => code`, as in `select!`. `key => value` alone may be a map.

use std::collections::BTreeSet;
use std::ops::Range;

use proc_macro2::{Delimiter, Spacing, TokenTree};

use crate::read::tokens::is_punct;
use crate::variable::VarId;

/// The names that are hidden at a token.
pub(super) type Hidden = BTreeSet<String>;

/// Those of each token, where all have `outside` hidden. The list may be the arms of a `match`.
pub(super) fn hidden(tokens: &[TokenTree], are_arms: bool, outside: &Hidden) -> Vec<Hidden> {
    let mut list = List { tokens, hidden: vec![outside.clone(); tokens.len()] };
    for (at, token) in tokens.iter().enumerate() {
        match token {
            TokenTree::Ident(word) if word == "let" => list.binding(at),
            TokenTree::Ident(word) if word == "in" => list.turn(at),
            TokenTree::Punct(_) if list.is_arrow(at) => list.arm(at, are_arms),
            TokenTree::Punct(_) if list.begins_closure(at) => list.closure(at),
            _ => {}
        }
    }
    list.hidden
}

/// Whether the braces are those of a `match`.
pub(super) fn are_arms(tokens: &[TokenTree], at: usize) -> bool {
    let is_brace = |token: &TokenTree| matches!(token, TokenTree::Group(it) if it.delimiter() == Delimiter::Brace);
    let ends = |token: &TokenTree| is_punct(Some(token), ';') || is_brace(token);
    let mut ahead = tokens[..at].iter().rev().take_while(|token| !ends(token));
    is_brace(&tokens[at]) && ahead.any(|it| matches!(it, TokenTree::Ident(word) if word == "match"))
}

struct List<'a> {
    tokens: &'a [TokenTree],
    hidden: Vec<Hidden>,
}

impl List<'_> {
    fn is(&self, at: usize, punct: char) -> bool {
        is_punct(self.tokens.get(at), punct)
    }

    fn is_word(&self, at: usize, wanted: &str) -> bool {
        matches!(self.tokens.get(at), Some(TokenTree::Ident(word)) if word == wanted)
    }

    fn is_brace(&self, at: usize) -> bool {
        matches!(self.tokens.get(at), Some(TokenTree::Group(it)) if it.delimiter() == Delimiter::Brace)
    }

    /// `=>`
    fn is_arrow(&self, at: usize) -> bool {
        self.is(at, '=') && self.is(at + 1, '>') && self.joins(at)
    }

    /// The token is the first half of an operator.
    fn joins(&self, at: usize) -> bool {
        matches!(&self.tokens[at], TokenTree::Punct(it) if it.spacing() == Spacing::Joint)
    }

    /// `=`, and no part of another operator.
    fn is_equals(&self, at: usize) -> bool {
        self.is(at, '=') && !self.joins(at) && !at.checked_sub(1).is_some_and(|at| self.joins(at))
    }

    /// The first place from here on, or the end.
    fn first(&self, from: usize, is_it: impl Fn(usize) -> bool) -> usize {
        (from..self.tokens.len()).find(|at| is_it(*at)).unwrap_or(self.tokens.len())
    }

    fn ends(&self, at: usize) -> bool {
        self.is(at, ',') && !self.is_word(at + 1, "if") || self.is(at, ';')
    }

    /// Where the arm that the token is in begins: behind a comma, or the braces of the arm ahead.
    fn begin(&self, at: usize) -> usize {
        let is_end = |at: &usize| {
            let closes =
                self.is_brace(*at) && at.checked_sub(2).is_some_and(|at| self.is_arrow(at));
            self.ends(*at) || closes
        };
        (0..at).rev().find(is_end).map_or(0, |at| at + 1)
    }

    fn hide(&mut self, pattern: Range<usize>, scope: Range<usize>) {
        let names = names(&self.tokens[pattern.clone()]);
        for at in pattern.chain(scope) {
            self.hidden[at].extend(names.iter().cloned());
        }
    }

    /// `let pattern = value; …`, or with braces behind the value.
    fn binding(&mut self, at: usize) {
        let end = self.first(at, |at| self.is(at, ';'));
        let equals = self.first(at, |at| self.is_equals(at)).min(end);
        let condition = (0..at).rev().find(|at| self.is(*at, ';') || self.is_brace(*at));
        let mut ahead = condition.map_or(0, |at| at + 1)..at;
        let scope = if ahead.any(|at| self.is_word(at, "if") || self.is_word(at, "while")) {
            let braces = self.first(equals, |at| self.is_brace(at));
            braces..self.tokens.len().min(braces + 1)
        } else {
            end..self.tokens.len()
        };
        self.hide(at + 1..equals, scope);
    }

    /// `for pattern in value { … }`, or the same in a macro's own words.
    fn turn(&mut self, at: usize) {
        let begin = (0..at).rev().find(|at| self.is_word(*at, "for")).map(|at| at + 1);
        let begin = begin.unwrap_or_else(|| self.begin(at));
        let code = self.first(at, |at| self.is_brace(at) || self.is_arrow(at));
        let end = if self.is_brace(code) { code + 1 } else { self.end(code) };
        self.hide(begin..at, code..end);
    }

    /// `pattern = value => code`, and in a `match`, `pattern => code`.
    fn arm(&mut self, at: usize, of_match: bool) {
        let begin = self.begin(at);
        let equals = (begin..at).find(|at| self.is_equals(*at));
        let pattern = match equals {
            Some(equals) if !of_match => begin..equals,
            None if of_match => begin..self.first(begin, |at| self.is_word(at, "if")).min(at),
            _ => return,
        };
        let scope = if of_match { pattern.end } else { at };
        self.hide(pattern, scope..self.end(at));
    }

    /// Where the code behind an arrow ends.
    fn end(&self, arrow: usize) -> usize {
        let code = arrow + 2;
        if self.is_brace(code) { code + 1 } else { self.first(code, |at| self.ends(at)) }
            .min(self.tokens.len())
    }

    /// A `|` where an expression begins.
    fn begins_closure(&self, at: usize) -> bool {
        let Some(before) = at.checked_sub(1) else { return self.is(at, '|') };
        let begins = match &self.tokens[before] {
            TokenTree::Punct(it) => !matches!(it.as_char(), '?' | '|'),
            TokenTree::Ident(word) => ["move", "async", "return"].iter().any(|it| word == it),
            _ => false,
        };
        self.is(at, '|') && begins
    }

    fn closure(&mut self, at: usize) {
        let close = self.first(at + 1, |at| self.is(at, '|'));
        let end = self.first(close, |at| self.ends(at));
        self.hide(at + 1..close, close..end);
    }
}

/// The names in a pattern.
fn names(tokens: &[TokenTree]) -> Hidden {
    let mut names = Hidden::new();
    for token in tokens {
        match token {
            TokenTree::Ident(name) => {
                names.insert(VarId::plain(name));
            }
            TokenTree::Group(group) => {
                names.extend(self::names(&group.stream().into_iter().collect::<Vec<_>>()));
            }
            _ => {}
        }
    }
    names
}
