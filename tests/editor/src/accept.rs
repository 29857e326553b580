//! `defer!` accepted from the completions: takes what a file imports, gives what rustc warns of then, if it is offered at all.

use std::collections::BTreeSet;
use std::fs;

use serde_json::Value;

use crate::server::{Result, Server};
use crate::snippets::{Home, Snippet};

/// What a file may import.
pub(crate) const HEADS: [(&str, &str); 2] = [
    ("the attribute imported", "use defer_rt::deferrable;\n"),
    ("the prelude imported", "use defer_rt::prelude::*;\n"),
];

const FUNCTION: &str = "
#[deferrable]
fn main() {
    let log = String::new();
    def$0
}
";

/// Accepts `defer!`, if it is offered, and builds what comes of it.
pub(crate) fn warnings(
    server: &mut Server,
    home: &Home,
    head: &str,
) -> Result<Option<BTreeSet<String>>> {
    let snippet = Snippet::new(&format!("{head}{FUNCTION}"));
    server.show(&snippet.text)?;
    let items = server.completions(&snippet)?;
    let is_defer = |item: &&Value| item["filterText"] == "defer!";
    let Some(item) = items.iter().find(is_defer) else {
        return Ok(None);
    };
    let item = server.request("completionItem/resolve", item)?;
    let accepted = accepted(&snippet.text, &item).ok_or_else(|| item.to_string())?;
    fs::write(&home.file, &accepted)?;
    let output = home.package.cargo(&["check", "--message-format=short"], &[]);
    let said = String::from_utf8(output.stderr)?;
    Ok(Some(said.lines().filter(|line| line.starts_with("src/")).map(str::to_owned).collect()))
}

/// The text with all that the item changes in it, from the end on.
fn accepted(text: &str, item: &Value) -> Option<String> {
    let more = item["additionalTextEdits"].as_array().into_iter().flatten();
    let mut edits: Vec<&Value> = more.chain([&item["textEdit"]]).collect();
    edits.sort_by_key(|edit| edit["range"]["start"]["line"].as_u64());
    let mut text = text.to_owned();
    for edit in edits.iter().rev() {
        let [start, end] = ["start", "end"].map(|end| offset(&text, &edit["range"][end]));
        let new = edit["newText"].as_str()?.replacen("$0", "drop(log)", 1);
        text.replace_range(start?..end?, &new);
    }
    Some(text)
}

fn offset(text: &str, place: &Value) -> Option<usize> {
    let line = usize::try_from(place["line"].as_u64()?).ok()?;
    let column = usize::try_from(place["character"].as_u64()?).ok()?;
    let ahead: usize = text.split_inclusive('\n').take(line).map(str::len).sum();
    Some(ahead + column)
}
