//! What cargo says on standard error: takes it as it comes, gives the notes; all else goes on to ours.

use std::io::{self, BufRead, Write};

use serde::Deserialize;

use super::{Expansion, Told};
use crate::site::Site;

#[derive(Deserialize)]
#[serde(untagged)]
enum Note {
    Site(Box<Site>),
    Expansion(Expansion),
}

/// What cargo puts ahead of a line where its progress stood.
const CLEAR: &str = "\u{1b}[K";

/// Reads to the end.
pub(super) fn read(
    mut cargo: impl BufRead,
    mut ours: impl Write,
    told: &mut Told,
) -> io::Result<()> {
    loop {
        let piece = piece(&mut cargo)?;
        if piece.is_empty() {
            return Ok(());
        }
        let text = String::from_utf8_lossy(&piece);
        let (clear, line) = text.strip_prefix(CLEAR).map_or(("", &*text), |line| (CLEAR, line));
        match note(line) {
            Some(Note::Site(site)) => told.sites.push(*site),
            Some(Note::Expansion(expansion)) => told.expansions.push(expansion),
            None => {
                ours.write_all(&piece)?;
                ours.flush()?;
                continue;
            }
        }
        ours.write_all(clear.as_bytes())?;
    }
}

/// Cargo takes a line that begins with a brace for a message of the compiler's, so ours begin with a space.
fn note(line: &str) -> Option<Note> {
    line.starts_with(" {").then(|| serde_json::from_str(line).ok()).flatten()
}

/// A line, or what the next one is to be written over, as progress is. Empty at the end.
fn piece(from: &mut impl BufRead) -> io::Result<Vec<u8>> {
    let mut piece = Vec::new();
    loop {
        let buffer = from.fill_buf()?;
        let end = buffer.iter().position(|byte| matches!(byte, b'\n' | b'\r')).map(|at| at + 1);
        let length = end.unwrap_or(buffer.len());
        piece.extend_from_slice(&buffer[..length]);
        from.consume(length);
        if end.is_some() || length == 0 {
            return Ok(piece);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notes_are_taken_out_and_progress_goes_on_as_it_is_written() {
        let becomes = r#" {"file":"a.rs","function_line":3,"becomes":"fn f() { }"}"#;
        let cargo = format!(
            "   Checking a\n  Building [=> ] 1/2: a\r{CLEAR}{becomes}\n  Building [=> ] 1/2: a\r\
             {CLEAR}   Checking b\n {{ no note }}\n{becomes}\nthe end"
        );
        let (mut ours, mut told) = (Vec::new(), Told::default());
        read(io::BufReader::with_capacity(7, cargo.as_bytes()), &mut ours, &mut told).unwrap();
        assert_eq!(told.expansions.len(), 2);
        assert_eq!(
            String::from_utf8(ours).unwrap(),
            format!(
                "   Checking a\n  Building [=> ] 1/2: a\r{CLEAR}  Building [=> ] 1/2: a\r\
                 {CLEAR}   Checking b\n {{ no note }}\nthe end"
            )
        );
    }
}
