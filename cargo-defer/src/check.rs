//! Has cargo check the packages of the workspace with the macro telling what it knows: takes cargo's
//! arguments, gives the sites as the compiler classified them. All else that cargo and the compiler say goes
//! on as it comes.

mod bytes;
mod said;
mod selected;
pub(crate) mod wrapper;

use std::collections::BTreeSet;
use std::env;
use std::io::{self, BufReader, IsTerminal as _, Read as _};
use std::process::{Command, Stdio};

use cargo_metadata::{Metadata, MetadataCommand};
use serde::Deserialize;

use crate::Failure;
use crate::args::{Args, Format};
use crate::site::Site;

/// What the compiler told, in the order of places.
#[derive(Default)]
pub(crate) struct Told {
    /// Of all packages of the workspace that were built.
    pub(crate) sites: Vec<Site>,
    pub(crate) expansions: Vec<Expansion>,
    /// The packages that are meant.
    selected: BTreeSet<String>,
}

/// What a function becomes.
#[derive(PartialEq, Eq, PartialOrd, Ord, Deserialize)]
pub(crate) struct Expansion {
    pub(crate) file: String,
    pub(crate) function_line: usize,
    pub(crate) becomes: String,
}

impl Told {
    /// Of the packages that are meant.
    pub(crate) fn selected(&self) -> Vec<Site> {
        let meant = |site: &&Site| self.selected.contains(&site.package);
        self.sites.iter().filter(meant).cloned().collect()
    }
}

/// The cargo that called this, or the one that is there.
fn cargo() -> Command {
    Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
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

/// Checks, or builds if bytes are asked for, and reads the notes.
pub(crate) fn told(metadata: &Metadata, args: &Args, color: &str) -> Result<Told, Failure> {
    let selected = selected::names(metadata, args, color)?;
    let mut told = Told { selected, ..Told::default() };
    let (messages, succeeded) = run(command(metadata, args, color), &mut told)
        .map_err(|error| Failure::Usage(format!("cargo: {error}")))?;
    if args.report.format() == Format::JsonLines {
        crate::print(&messages)?;
    }
    if !succeeded {
        return Err(Failure::Build);
    }
    if args.bytes {
        let bytes = bytes::told(&messages);
        for site in &mut told.sites {
            site.record_bytes = bytes.get(&site.place()).cloned().unwrap_or_default();
        }
    }
    told.sites.sort();
    // A library is compiled again with its tests.
    told.sites.dedup();
    told.expansions.sort();
    Ok(told)
}

fn command(metadata: &Metadata, args: &Args, color: &str) -> Command {
    let mut cargo = cargo();
    cargo.arg(if args.bytes { "build" } else { "check" }).args(args.cargo.arguments());
    cargo.args(["--color", color]).env_remove("DEFER_DENY");
    wrapper::put_into(&mut cargo);
    let target = args.cargo.value("target-dir");
    if args.bytes {
        apart(&mut cargo, metadata, target);
    } else if let Some(target) = target {
        cargo.arg(format!("--target-dir={target}"));
    }
    let format = match args.report.format_of_cargo() {
        // Its messages say which files were made.
        Some("short") | None if args.bytes => Some("json-render-diagnostics"),
        format => format,
    };
    cargo.args(format.map(|format| format!("--message-format={format}")));
    if args.quiet {
        cargo.arg("--quiet");
    } else if shows_progress() {
        // Cargo does not see the terminal.
        cargo.env("CARGO_TERM_PROGRESS_WHEN", "always").env("CARGO_TERM_PROGRESS_WIDTH", "80");
    }
    cargo
}

/// Programs go into a folder of their own, as users run those in theirs. Whatever can be shared is.
fn apart(cargo: &mut Command, metadata: &Metadata, target: Option<&str>) {
    let usual = &metadata.target_directory;
    let target = target.unwrap_or(usual.as_str());
    let shared = metadata.build_directory.as_ref().filter(|folder| *folder != usual);
    cargo.arg(format!("--target-dir={target}/cargo-defer"));
    cargo.env("CARGO_BUILD_BUILD_DIR", shared.map_or(target, |folder| folder.as_str()));
}

/// As cargo decides it.
fn shows_progress() -> bool {
    let said = ["CARGO_TERM_PROGRESS_WHEN", "CI"].iter().any(|name| env::var_os(name).is_some());
    let dumb = env::var_os("TERM").is_some_and(|terminal| terminal == "dumb");
    io::stderr().is_terminal() && !said && !dumb
}

/// Reads the notes; gives what cargo prints to standard output, and whether it succeeds.
fn run(mut cargo: Command, told: &mut Told) -> io::Result<(Vec<u8>, bool)> {
    let mut cargo = cargo.stderr(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
    let stdout = cargo.stdout.take();
    let messages = std::thread::spawn(move || {
        let mut messages = Vec::new();
        stdout.map(|mut stdout| stdout.read_to_end(&mut messages)).transpose().map(|_| messages)
    });
    if let Some(stderr) = cargo.stderr.take() {
        said::read(BufReader::new(stderr), anstream::stderr().lock(), told)?;
    }
    let messages = messages.join().expect("it does not panic")?;
    Ok((messages, cargo.wait()?.success()))
}
