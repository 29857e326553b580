//! Snippets: takes a file of them, gives the text of each with the attribute and without, and the place of its
//! mark. `//= ` begins a group of cases, `//- ` a case, and `$0` is the mark.

use std::fs;
use std::path::{Path, PathBuf};

use defer_tests::package::Package;

use crate::server::Result;

const MARK: &str = "$0";
const ATTRIBUTE: &str = "#[deferrable]";

/// One snippet of a file.
#[derive(Clone, Copy)]
pub(crate) struct Case<'a> {
    pub(crate) group: &'a str,
    pub(crate) title: &'a str,
    code: &'a str,
}

/// A text, and a place in it.
pub(crate) struct Snippet {
    pub(crate) text: String,
    pub(crate) line: usize,
    pub(crate) column: usize,
}

impl Snippet {
    pub(crate) fn new(marked: &str) -> Self {
        let (ahead, behind) = marked.split_once(MARK).unwrap_or((marked, ""));
        let line = ahead.rsplit('\n').next().unwrap_or_default();
        let text = format!("{ahead}{behind}");
        Self { text, line: ahead.matches('\n').count(), column: line.len() }
    }
}

/// The cases of a file.
pub(crate) fn cases(file: &str) -> impl Iterator<Item = Case<'_>> {
    let groups = file.split("//= ").skip(1).map(headed);
    groups.flat_map(|(group, cases)| {
        cases.split("//- ").skip(1).map(move |case| {
            let (title, code) = headed(case);
            Case { group, title, code }
        })
    })
}

fn headed(text: &str) -> (&str, &str) {
    text.split_once('\n').unwrap_or((text, ""))
}

impl Case<'_> {
    /// With the attribute.
    pub(crate) fn snippet(&self, head: &str) -> Snippet {
        Snippet::new(&format!("{head}\n{}", self.code))
    }

    /// Without it, and with each thing at its place. What was deferred is code as any other, unless the mark is
    /// on the word itself.
    pub(crate) fn control(&self, head: &str) -> Snippet {
        let mut code = self.code.replace(ATTRIBUTE, &blank(ATTRIBUTE));
        if !self.code.contains("$0er!") && !self.code.contains("$0fer!") {
            code = code.replace("defer!(|", " ended(|").replace("err ended", "    ended");
            for form in ["errdefer!", "defer!", "take!"] {
                code = code.replace(form, &blank(form));
            }
        }
        Snippet::new(&format!("{head}\n{code}"))
    }
}

fn blank(text: &str) -> String {
    " ".repeat(text.len())
}

/// The package that the snippets are shown in, and its one file.
pub(crate) struct Home {
    pub(crate) package: Package,
    pub(crate) file: PathBuf,
}

/// Makes it.
pub(crate) fn package(below: &Path) -> Result<Home> {
    fs::create_dir_all(below)?;
    let below = below.canonicalize()?;
    let package = Package::new(&below.to_string_lossy(), "snippets", "fn main() {}\n");
    let file = package.path("src/main.rs");
    Ok(Home { package, file })
}
