//! The command line: takes the arguments, gives what is asked for.

mod for_cargo;

use clap::error::ErrorKind;
use clap::{ColorChoice, CommandFactory as _, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;

use self::for_cargo::ForCargo;
use crate::site::Mechanism;

const USAGE: &str = "\
cargo defer [OPTIONS] [PACKAGES]... [-- CHECK_OPTIONS]
       cargo defer explain PLACE [--expand] [OPTIONS] [-- CHECK_OPTIONS]
       cargo defer completions SHELL";

const EXAMPLES: &str = "\
Examples:
  cargo defer                                    What is not open-coded, why, and what to do about it
  cargo defer -v -p queue --all-targets          Every site of a package, its tests' too
  cargo defer -q --deny heap,await               A contract, for CI
  cargo defer --baseline defers.json --update-baseline
  cargo defer --baseline defers.json             Nothing gets worse than it is now
  cargo defer explain drain                      All that the compiler's pass saw of a function
  cargo defer explain queue/src/lib.rs:13 --expand

Exit codes: 0 all is well, 1 a contract is broken, 2 the command line is wrong, 101 the build failed";

/// Shows how the compiler lowered each `defer!`, and holds it to contracts
#[derive(Parser)]
#[command(name = "cargo defer", bin_name = "cargo defer", version, override_usage = USAGE, after_help = EXAMPLES)]
#[command(disable_help_subcommand = true)]
pub(crate) struct Args {
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
    /// What to show, as for `--package`
    packages: Vec<String>,
    /// Show every site, those that are open-coded too
    #[arg(short, long, conflicts_with = "quiet")]
    pub(crate) verbose: bool,
    /// Show the summary alone, and what breaks a contract, without cargo's progress
    #[arg(short, long, global = true)]
    pub(crate) quiet: bool,
    /// How many bytes a heap record has; builds, as no check knows it
    #[arg(long, global = true)]
    pub(crate) bytes: bool,
    /// Color the output
    #[arg(
        long,
        global = true,
        value_name = "WHEN",
        default_value = "auto",
        hide_possible_values = true
    )]
    pub(crate) color: ColorChoice,
    #[command(flatten)]
    pub(crate) report: OfReport,
    #[command(flatten)]
    pub(crate) cargo: ForCargo,
}

/// What is done instead of a report.
#[derive(Subcommand)]
pub(crate) enum Command {
    /// Tell all of a function
    ///
    /// Its sites, loops and returns, what is captured and why, and what would have to change for a site to
    /// be open-coded.
    #[command(after_help = EXAMPLES)]
    Explain {
        /// A function's name, a file, or a line of one (`src/lib.rs:13`)
        place: String,
        /// Show what the functions become as well
        #[arg(long)]
        expand: bool,
    },
    /// Print what completes the arguments of `cargo-defer` in a shell
    Completions {
        /// The shell
        shell: Shell,
    },
}

/// What only reports know.
#[derive(Default, PartialEq, clap::Args)]
pub(crate) struct OfReport {
    #[command(flatten)]
    view: View,
    #[command(flatten)]
    pub(crate) filter: Filter,
    #[command(flatten)]
    pub(crate) contracts: Contracts,
}

#[derive(Default, PartialEq, clap::Args)]
#[command(next_help_heading = "Views")]
#[group(multiple = false)]
struct View {
    /// Go's line for each site
    #[arg(long)]
    go: bool,
    /// An object for each site, in an array
    #[arg(long)]
    json: bool,
    /// SARIF 2.1.0, for code scanning
    #[arg(long)]
    sarif: bool,
    /// human, short (as `--go`), json (each object on a line, behind cargo's own), sarif
    #[arg(long, value_name = "FMT", hide_possible_values = true)]
    message_format: Option<MessageFormat>,
}

#[derive(Clone, Copy, PartialEq, ValueEnum)]
enum MessageFormat {
    Human,
    Short,
    Json,
    Sarif,
}

#[derive(Default, PartialEq, clap::Args)]
#[command(next_help_heading = "Views")]
pub(crate) struct Filter {
    /// Show only these: open-coded, stack, heap, never-reached
    #[arg(long, value_name = "MECHANISMS", value_delimiter = ',', hide_possible_values = true)]
    pub(crate) only: Vec<Mechanism>,
    /// Show only what is in this file or folder
    #[arg(long)]
    pub(crate) path: Option<String>,
    /// In the order of place (default), mechanism or function
    #[arg(
        long,
        value_name = "ORDER",
        default_value = "place",
        hide_default_value = true,
        hide_possible_values = true
    )]
    pub(crate) sort: Sort,
}

#[derive(Clone, Copy, Default, PartialEq, ValueEnum)]
pub(crate) enum Sort {
    #[default]
    Place,
    Mechanism,
    Function,
}

#[derive(Default, PartialEq, clap::Args)]
#[command(next_help_heading = "Contracts, on all that is built, whatever is shown")]
pub(crate) struct Contracts {
    /// Fail if there is a site of these: stack, heap, await
    #[arg(long, value_name = "WHAT", value_delimiter = ',', hide_possible_values = true)]
    pub(crate) deny: Vec<Denied>,
    /// Fail if there are more heap-allocated sites
    #[arg(long, value_name = "N")]
    pub(crate) max_heap: Option<usize>,
    /// Fail if a function has more stack- or heap-allocated sites than in the file
    #[arg(long, value_name = "FILE")]
    pub(crate) baseline: Option<String>,
    /// Write the file instead, for what is built
    #[arg(long, requires = "baseline")]
    pub(crate) update_baseline: bool,
}

/// What a contract can forbid.
#[derive(Clone, Copy, PartialEq, ValueEnum)]
pub(crate) enum Denied {
    Stack,
    Heap,
    Await,
}

/// How a report looks.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Format {
    Human,
    Go,
    Json,
    JsonLines,
    Sarif,
}

impl OfReport {
    pub(crate) fn format(&self) -> Format {
        match &self.view {
            View { go: true, .. } | View { message_format: Some(MessageFormat::Short), .. } => {
                Format::Go
            }
            View { json: true, .. } => Format::Json,
            View { message_format: Some(MessageFormat::Json), .. } => Format::JsonLines,
            View { sarif: true, .. } | View { message_format: Some(MessageFormat::Sarif), .. } => {
                Format::Sarif
            }
            _ => Format::Human,
        }
    }

    /// What cargo is to print as.
    pub(crate) fn format_of_cargo(&self) -> Option<&'static str> {
        match self.view.message_format? {
            MessageFormat::Short => Some("short"),
            MessageFormat::Json => Some("json"),
            MessageFormat::Human | MessageFormat::Sarif => None,
        }
    }
}

/// Reads the command line, in which cargo puts the command's name first. Says itself what is wrong with it.
pub(crate) fn parse() -> Args {
    let mut arguments: Vec<_> = std::env::args_os().collect();
    if arguments.get(1).is_some_and(|first| first == "defer") {
        arguments.remove(1);
    }
    let rest = arguments.iter().position(|argument| argument == "--");
    let behind = rest.map(|at| arguments.split_off(at)).unwrap_or_default();
    let mut args = Args::parse_from(arguments);
    if args.command.is_some() && args.report != OfReport::default() {
        let message = "views, filters and contracts are for reports alone";
        Args::command().error(ErrorKind::ArgumentConflict, message).exit();
    }
    args.cargo.packages(std::mem::take(&mut args.packages));
    args.cargo.rest =
        behind.into_iter().skip(1).map(|word| word.to_string_lossy().into_owned()).collect();
    args
}

/// What completes the arguments in a shell.
pub(crate) fn completions(shell: Shell) -> Vec<u8> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Args::command(), "cargo-defer", &mut script);
    script
}
