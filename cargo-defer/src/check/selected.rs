//! Which packages are meant: takes the command line, gives the names, as cargo itself understands them. The
//! compiler tells of all packages of the workspace that it sees.

use std::collections::BTreeSet;
use std::process::Stdio;

use cargo_metadata::Metadata;

use super::cargo;
use crate::Failure;
use crate::args::Args;

/// Their names, which are unique in a workspace.
pub(super) fn names(
    metadata: &Metadata,
    args: &Args,
    color: &str,
) -> Result<BTreeSet<String>, Failure> {
    let mut command = cargo();
    command.args(["tree", "--depth=0", "--prefix=none", "--format={p}", "--color", color]);
    command.args(args.cargo.arguments_of_tree()).args(args.quiet.then_some("--quiet"));
    let output = command
        .stderr(Stdio::inherit())
        .output()
        .map_err(|error| Failure::Usage(format!("cargo: {error}")))?;
    if !output.status.success() {
        return Err(Failure::Build);
    }
    let roots = String::from_utf8_lossy(&output.stdout);
    // `queue v0.1.0 (/work/queue)`
    let names = roots.lines().filter_map(|root| root.split_whitespace().next());
    let names: BTreeSet<String> = names.map(str::to_owned).collect();
    let ours = |name: &String| metadata.packages.iter().any(|package| package.name == *name);
    match names.iter().find(|name| !ours(name)) {
        Some(other) => Err(Failure::Usage(format!(
            "`{other}` is not a package of the workspace; run `cargo defer` in its own"
        ))),
        None => Ok(names),
    }
}
