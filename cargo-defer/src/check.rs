//! Has cargo check the packages with notes on: takes its arguments, gives the sites as the compiler
//! classified them. All else that cargo and the compiler say goes to standard error as it comes.

mod bytes;

use std::io::{BufRead as _, BufReader, Read as _};
use std::process::{Command, Stdio};

use cargo_metadata::{Metadata, MetadataCommand};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::Failure;
use crate::site::Site;

/// The cargo that called this, or the one that is there.
fn cargo() -> Command {
    Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}

/// The workspace.
pub(crate) fn metadata(manifest: Option<&str>) -> Result<Metadata, Failure> {
    let mut command = MetadataCommand::new();
    command.no_deps();
    if let Some(manifest) = manifest {
        command.manifest_path(manifest);
    }
    command.exec().map_err(|error| match error {
        // Cargo's own words, which say what it misses.
        cargo_metadata::Error::CargoMetadata { stderr } => {
            Failure::Usage(stderr.trim().trim_start_matches("error: ").to_owned())
        }
        other => Failure::Usage(other.to_string()),
    })
}

/// Checks, and reads the notes. A folder of its own keeps this from making the usual builds stale.
pub(crate) fn sites(
    metadata: &Metadata,
    arguments: &[String],
    color: &str,
) -> Result<Vec<Site>, Failure> {
    let mut command = cargo();
    command.arg("check").env("DEFER_NOTES", "json");
    run(command, metadata, arguments, color).map(|(sites, _)| sites)
}

/// The same, by a build whose programs tell how many bytes a heap record has.
pub(crate) fn sites_with_bytes(
    metadata: &Metadata,
    arguments: &[String],
    color: &str,
) -> Result<Vec<Site>, Failure> {
    let mut command = cargo();
    command.arg("build").arg("--message-format=json-render-diagnostics");
    command.env("DEFER_NOTES", "json,bytes");
    let (mut sites, messages) = run::<Site>(command, metadata, arguments, color)?;
    let told = bytes::told(&messages);
    for site in &mut sites {
        site.record_bytes = told.get(&site.place()).cloned().unwrap_or_default();
    }
    Ok(sites)
}

/// What the function that begins on a line of a file becomes, formatted.
pub(crate) fn expansion(
    metadata: &Metadata,
    arguments: &[String],
    color: &str,
    (file, line): (&str, usize),
) -> Result<String, Failure> {
    let mut command = cargo();
    command.arg("check").env("DEFER_NOTES", "expand");
    let (expansions, _) = run::<Expansion>(command, metadata, arguments, color)?;
    let here = |of: &&Expansion| of.file == file && of.function_line == line;
    let tokens = expansions.iter().find(here).map(|of| of.becomes.as_str()).unwrap_or_default();
    // What cannot be parsed is shown as it is.
    Ok(syn::parse_file(tokens)
        .map_or_else(|_| tokens.to_owned(), |file| prettyplease::unparse(&file)))
}

#[derive(PartialEq, Eq, PartialOrd, Ord, Deserialize)]
struct Expansion {
    file: String,
    function_line: usize,
    becomes: String,
}

/// Gives what the notes say, and what cargo prints to standard output.
fn run<T: DeserializeOwned + Ord>(
    mut command: Command,
    metadata: &Metadata,
    arguments: &[String],
    color: &str,
) -> Result<(Vec<T>, Vec<u8>), Failure> {
    command.args(arguments).args(["--color", color]).env_remove("DEFER_DENY");
    if !arguments.iter().any(|argument| argument.starts_with("--target-dir")) {
        command.arg("--target-dir").arg(metadata.target_directory.join("cargo-defer"));
    }
    let failed = |error| Failure::Usage(format!("cargo: {error}"));
    let mut cargo =
        command.stderr(Stdio::piped()).stdout(Stdio::piped()).spawn().map_err(failed)?;
    let stdout = cargo.stdout.take();
    let messages = std::thread::spawn(move || {
        let mut messages = Vec::new();
        stdout.map(|mut stdout| stdout.read_to_end(&mut messages)).transpose().map(|_| messages)
    });
    let mut notes = Vec::new();
    for line in cargo.stderr.take().into_iter().flat_map(|stderr| BufReader::new(stderr).lines()) {
        let line = line.map_err(failed)?;
        match line.strip_prefix(" {").map(|_| serde_json::from_str(&line)) {
            Some(Ok(note)) => notes.push(note),
            _ => anstream::eprintln!("{line}"),
        }
    }
    let messages = messages.join().expect("it does not panic").map_err(failed)?;
    if !cargo.wait().map_err(failed)?.success() {
        return Err(Failure::Build);
    }
    notes.sort();
    // A library is compiled again with its tests.
    notes.dedup();
    Ok((notes, messages))
}
