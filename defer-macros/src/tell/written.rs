//! Code as it was written: takes tokens, gives their text on one line, with a space where there was one.

use proc_macro2::{Delimiter, Group, LineColumn, TokenStream, TokenTree};

/// Tokens that stand apart have a space in between, whatever stood there.
pub(super) fn written(tokens: TokenStream) -> String {
    let mut text = Text::default();
    text.tokens(tokens);
    text.written
}

#[derive(Default)]
struct Text {
    written: String,
    /// The file, and where the last token ends in it.
    end: Option<(String, LineColumn)>,
}

impl Text {
    fn tokens(&mut self, tokens: TokenStream) {
        for token in tokens {
            match token {
                TokenTree::Group(group) => self.group(&group),
                token => {
                    let span = token.span();
                    self.token(&token.to_string(), span.file(), span.start(), span.end());
                }
            }
        }
    }

    fn group(&mut self, group: &Group) {
        let (open, close) = match group.delimiter() {
            Delimiter::Parenthesis => ("(", ")"),
            Delimiter::Brace => ("{", "}"),
            Delimiter::Bracket => ("[", "]"),
            Delimiter::None => return self.tokens(group.stream()),
        };
        // One that was put together anew knows only where it begins and ends as a whole.
        let (start, end) = (group.span().start(), group.span().end());
        let opened = LineColumn { column: start.column + 1, ..start };
        let closes = LineColumn { column: end.column.saturating_sub(1), ..end };
        self.token(open, group.span().file(), start, opened);
        self.tokens(group.stream());
        self.token(close, group.span().file(), closes, end);
    }

    fn token(&mut self, text: &str, file: String, start: LineColumn, end: LineColumn) {
        // What a macro put together stands at several places.
        if self.end.as_ref().is_some_and(|last| *last != (file.clone(), start)) {
            self.written.push(' ');
        }
        self.written += text;
        self.end = Some((file, end));
    }
}
