//! Has cargo check the packages with notes on: takes its arguments, gives the sites as the compiler
//! classified them. All else that cargo and the compiler say goes to standard error as it comes.

use std::io::{BufRead as _, BufReader};
use std::process::{Command, Stdio};

use cargo_metadata::{Metadata, MetadataCommand};

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

/// Builds, and reads the notes. A folder of its own keeps these builds from making the usual ones stale.
pub(crate) fn sites(
    metadata: &Metadata,
    arguments: &[String],
    color: &str,
) -> Result<Vec<Site>, Failure> {
    let mut command = cargo();
    command.arg("check").args(arguments).args(["--color", color]);
    if !arguments.iter().any(|argument| argument.starts_with("--target-dir")) {
        command.arg("--target-dir").arg(metadata.target_directory.join("cargo-defer"));
    }
    command.env("DEFER_NOTES", "json").env_remove("DEFER_DENY").stderr(Stdio::piped());
    let mut cargo = command.spawn().map_err(|error| Failure::Usage(format!("cargo: {error}")))?;
    let mut sites = Vec::new();
    for line in cargo.stderr.take().into_iter().flat_map(|stderr| BufReader::new(stderr).lines()) {
        let line = line.map_err(|error| Failure::Usage(format!("cargo: {error}")))?;
        match line.strip_prefix(" {").map(|_| serde_json::from_str(&line)) {
            Some(Ok(site)) => sites.push(site),
            _ => anstream::eprintln!("{line}"),
        }
    }
    let status = cargo.wait().map_err(|error| Failure::Usage(format!("cargo: {error}")))?;
    if !status.success() {
        return Err(Failure::Build);
    }
    sites.sort();
    // A library is compiled again with its tests.
    sites.dedup();
    Ok(sites)
}
