//! What programs tell of their heap records: takes cargo's messages of a build, looks into the files it
//! made, gives the bytes of a record by the place of the site.

use std::collections::BTreeMap;

use cargo_metadata::Message;

/// How the text begins that `defer-rt` leaves in a program.
const BEGINS: &[u8] = b"defer-rt record [";

/// By place; several where a function has type parameters.
pub(super) fn told(messages: &[u8]) -> BTreeMap<String, Vec<usize>> {
    let mut told: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for message in Message::parse_stream(messages).flatten() {
        let Message::CompilerArtifact(artifact) = message else { continue };
        for file in artifact.filenames.iter().filter(|file| file.extension() != Some("rmeta")) {
            for (place, bytes) in texts(&std::fs::read(file).unwrap_or_default()) {
                let known = told.entry(place).or_default();
                if !known.contains(&bytes) {
                    known.push(bytes);
                }
            }
        }
    }
    told
}

fn texts(file: &[u8]) -> Vec<(String, usize)> {
    let starts = file.windows(BEGINS.len()).enumerate().filter(|(_, window)| *window == BEGINS);
    starts.filter_map(|(start, _)| read(file.get(start + BEGINS.len()..)?)).collect()
}

/// `src/lib.rs:13:9] bytes 24;`
fn read(text: &[u8]) -> Option<(String, usize)> {
    let text = text.get(..text.iter().position(|byte| *byte == b';')?)?;
    let (place, bytes) = std::str::from_utf8(text).ok()?.split_once("] bytes ")?;
    Some((place.to_owned(), bytes.parse().ok()?))
}
