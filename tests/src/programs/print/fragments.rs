//! Fragments: takes what was printed with `$e0`, `$e1`, … in it, puts it into a macro that is given what
//! these stand for, and the names of the variables in that.

use super::Printed;

impl Printed {
    /// A part of a call, or the fragment that stands for it.
    pub(super) fn part(&mut self, is_fragment: bool, part: String) -> String {
        if !is_fragment {
            return part;
        }
        self.fragments.push(part);
        format!("$e{}", self.fragments.len() - 1)
    }

    /// Puts what was printed from there on into a macro, if there are fragments in it.
    pub(super) fn in_a_macro(&mut self, start: usize) {
        let fragments = std::mem::take(&mut self.fragments);
        if fragments.is_empty() {
            return;
        }
        let mut variables: Vec<&str> = fragments.iter().flat_map(|part| words(part)).collect();
        variables.retain(|word| is_variable(word));
        variables.sort_unstable();
        variables.dedup();
        let printed = self.text.split_off(start);
        let named =
            |word| if variables.contains(&word) { format!("${word}") } else { word.to_owned() };
        let printed: String = words(&printed).map(named).collect();
        let idents = variables.iter().map(|name| format!("${name}:ident"));
        let exprs = (0..fragments.len()).map(|number| format!("$e{number}:expr"));
        let parameters: Vec<String> = idents.chain(exprs).collect();
        let own = variables.iter().copied();
        let arguments: Vec<&str> = own.chain(fragments.iter().map(String::as_str)).collect();
        self.line(&format!("macro_rules! fragments {{ ({}) => {{", parameters.join(", ")));
        self.raw(&printed);
        self.line("} }");
        self.line(&format!("fragments!({});", arguments.join(", ")));
    }
}

/// The text in pieces: words, and what is between them.
fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split_inclusive(|c: char| !is_of_a_word(c)).flat_map(|piece| {
        let (word, end) = piece.split_at(piece.trim_end_matches(|c| !is_of_a_word(c)).len());
        [word, end]
    })
}

fn is_of_a_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

fn is_variable(word: &str) -> bool {
    let number = word.strip_prefix('v').unwrap_or_default();
    word == "x" || number.parse::<u32>().is_ok()
}
