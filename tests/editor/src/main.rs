//! What rust-analyzer shows in functions that defer: takes the path of a rust-analyzer, prints for each snippet
//! how much that shows at its mark, beside what it shows in the same function without the attribute, and how
//! much of it differs.
//!
//! `cargo run -p defer-editor -- /path/to/rust-analyzer`; behind that, words that the cases are to have in their
//! titles. With `DEFER_VERBOSE`, what differs is printed. It builds below `target/editor`.
//!
//! rust-analyzer adds the component `rust-src` to the toolchain, by which some of rustc's messages get longer, so
//! that tests of messages fail; unless `RUST_SRC` says where a copy of that component's folder `library` is.
#![forbid(unsafe_code)]

mod accept;
mod server;
mod snippets;

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::Value;

use crate::server::{Result, Server};
use crate::snippets::{Case, Snippet};

const HEAD: &str = include_str!("../snippets/head.rs");
const COMPLETION: &str = include_str!("../snippets/completion.rs");
const NAMES: &str = include_str!("../snippets/names.rs");

/// What is asked about the place of a mark.
#[derive(Clone, Copy)]
enum Ask {
    Completion,
    Hover,
    Definition,
    Highlight,
}

/// What is shown with the attribute, and without.
struct Shown {
    with: BTreeSet<String>,
    control: BTreeSet<String>,
}

impl Shown {
    fn missing(&self) -> Vec<&String> {
        self.control.difference(&self.with).collect()
    }

    fn extra(&self) -> Vec<&String> {
        self.with.difference(&self.control).collect()
    }
}

/// The cases of which something differs, and all of them.
#[derive(Default)]
struct Count {
    differ: usize,
    all: usize,
}

impl Count {
    fn row(&mut self, title: &str, shown: &Shown) {
        let (missing, extra) = (shown.missing(), shown.extra());
        self.all += 1;
        self.differ += usize::from(!missing.is_empty() || !extra.is_empty());
        let [with, control] = [&shown.with, &shown.control].map(BTreeSet::len);
        println!("| {title} | {with} | {control} | {} | {} |", missing.len(), extra.len());
        if std::env::var_os("DEFER_VERBOSE").is_some() {
            for (what, them) in [("missing", missing), ("extra", extra)] {
                for it in them {
                    eprintln!("    {what}: {it:.100?}");
                }
            }
        }
    }

    /// What is not offered leaves nothing.
    fn not_offered(&mut self, title: &str) {
        self.all += 1;
        println!("| {title} | not offered | | | |");
    }
}

fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    let program = arguments.next().ok_or("the path of a rust-analyzer is asked for")?;
    let words: Vec<String> = arguments.collect();
    let is_asked = |title: &str| words.iter().all(|word| title.contains(word.as_str()));
    let below = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/editor");
    let package = snippets::package(&below)?;
    let mut server = Server::start(&program, &package)?;
    println!("| case | with the attribute | control | missing | extra |");
    println!("|---|--:|--:|--:|--:|");
    let mut count = Count::default();
    let completions = snippets::cases(COMPLETION).map(|case| (case, Ask::Completion));
    let asks = [Ask::Hover, Ask::Definition, Ask::Highlight];
    let names = snippets::cases(NAMES).flat_map(|case| asks.map(|ask| (case, ask)));
    for (case, ask) in completions.chain(names) {
        let title = format!("{}, {}: {}", ask.name(), case.group, case.title);
        if is_asked(&title) {
            count.row(&title, &shown(&mut server, &case, ask)?);
        }
    }
    for (title, head) in accept::HEADS {
        let title = format!("warnings once `defer!` is accepted, {title}");
        if is_asked(&title) {
            match accept::warnings(&mut server, &package, head)? {
                Some(with) => count.row(&title, &Shown { with, control: BTreeSet::new() }),
                None => count.not_offered(&title),
            }
        }
    }
    println!("\n{} of {} differ", count.differ, count.all);
    Ok(())
}

fn shown(server: &mut Server, case: &Case<'_>, ask: Ask) -> Result<Shown> {
    let mut answer = |snippet: &Snippet| {
        server.show(&snippet.text)?;
        ask.answer(server, snippet)
    };
    Ok(Shown { with: answer(&case.snippet(HEAD))?, control: answer(&case.control(HEAD))? })
}

impl Ask {
    fn name(self) -> &'static str {
        match self {
            Self::Completion => "completion",
            Self::Hover => "hover",
            Self::Definition => "definition",
            Self::Highlight => "highlight",
        }
    }

    fn answer(self, server: &mut Server, snippet: &Snippet) -> Result<BTreeSet<String>> {
        match self {
            Self::Completion => labels(&server.completions(snippet)?),
            Self::Hover => server.ask("textDocument/hover", snippet).map(|it| hovered(&it)),
            Self::Definition => {
                server.ask("textDocument/definition", snippet).map(|it| targets(&it))
            }
            Self::Highlight => {
                let kind = server.kind_of_token(snippet)?;
                Ok(kind.into_iter().collect())
            }
        }
    }
}

fn labels(items: &[Value]) -> Result<BTreeSet<String>> {
    let label = |item: &Value| item["label"].as_str().map(str::to_owned);
    items.iter().map(|item| label(item).ok_or_else(|| "a label lacks".into())).collect()
}

/// What is said of each item stands between lines. Which arm of a macro is taken does not matter.
fn hovered(answer: &Value) -> BTreeSet<String> {
    let text = answer["contents"]["value"].as_str().unwrap_or_default();
    let text = text.replace(" // matched arm #0", "");
    text.split("\n---\n").map(|part| part.trim().to_owned()).filter(|it| !it.is_empty()).collect()
}

/// The file and the place in it.
fn targets(answer: &Value) -> BTreeSet<String> {
    let target = |link: &Value| {
        let start = &link["targetSelectionRange"]["start"];
        format!("{}:{}:{}", link["targetUri"], start["line"], start["character"])
    };
    answer.as_array().into_iter().flatten().map(target).collect()
}
