//! `cargo defer`: has the compiler tell how it lowered each `defer!`, shows that, and holds it to
//! contracts. It never classifies anything itself.
//!
//! arguments → check → sites → view → contracts
#![forbid(unsafe_code)]

mod args;
mod baseline;
mod check;
mod contract;
mod explain;
mod report;
mod sarif;
mod site;

use std::io::{ErrorKind, Write as _};
use std::path::Path;
use std::process::ExitCode;

use cargo_metadata::Metadata;

use crate::args::{Args, Color, Sort, View};
use crate::report::Report;
use crate::site::{Mechanism, Site};

/// Why there is nothing to show.
enum Failure {
    /// The command line, or what it names, is wrong.
    Usage(String),
    /// Cargo has said why.
    Build,
}

fn main() -> ExitCode {
    match args::parse().and_then(|args| run(&args)) {
        Ok(code) => code,
        Err(Failure::Usage(message)) => {
            anstream::eprintln!("error: {message}");
            ExitCode::from(2)
        }
        Err(Failure::Build) => ExitCode::from(101),
    }
}

fn run(args: &Args) -> Result<ExitCode, Failure> {
    match args.view {
        View::Help => print(args::HELP)?,
        View::Version => print(concat!("cargo-defer ", env!("CARGO_PKG_VERSION"), "\n"))?,
        _ => return defers(args),
    }
    Ok(ExitCode::SUCCESS)
}

/// To standard output. Who does not read to the end has seen enough.
fn print(text: &str) -> Result<(), Failure> {
    match anstream::stdout().lock().write_all(text.as_bytes()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            Err(Failure::Usage(format!("standard output: {error}")))
        }
        _ => Ok(()),
    }
}

fn defers(args: &Args) -> Result<ExitCode, Failure> {
    let (choice, color) = color(args.color);
    choice.write_global();
    let metadata = check::metadata(args.manifest_path.as_deref())?;
    let baseline = contract::baseline(args)?;
    let root = metadata.workspace_root.as_std_path();
    let look = if args.bytes { check::sites_with_bytes } else { check::sites };
    let sites = look(&metadata, &args.check, color)?;
    show(args, &sites, &metadata, color)?;
    contract::check(args, baseline.as_ref(), &sites, root)
}

fn show(args: &Args, sites: &[Site], metadata: &Metadata, color: &str) -> Result<(), Failure> {
    let root = metadata.workspace_root.as_std_path();
    let path = args.path.as_ref().map(|path| from_root(path, root));
    let wanted = |site: &&Site| wanted(site, &args.only, path.as_deref());
    let mut shown: Vec<Site> = sites.iter().filter(wanted).cloned().collect();
    sort(&mut shown, args.sort);
    match &args.view {
        View::Explain { file, line } => {
            let file = from_root(file, root);
            let start = explain::start(sites, &file, *line)?;
            print(&explain::text(&Report::new(sites, root), &file, start))?;
            if args.expand {
                print(&check::expansion(metadata, &args.check, color, (&file, start))?)?;
            }
            Ok(())
        }
        View::Go => {
            let lines = shown.iter().filter_map(Site::go_line).map(|line| line + "\n");
            print(&lines.collect::<String>())
        }
        View::Json => print(&json(&shown)),
        View::Sarif => print(&sarif::log(&shown)),
        _ if shown.is_empty() => {
            anstream::eprintln!("{}", nothing(sites));
            Ok(())
        }
        _ => print(&Report::new(&shown, root).text()),
    }
}

fn nothing(sites: &[Site]) -> String {
    if sites.is_empty() {
        let none = "none of what was built has a `defer!` in a function with `#[deferrable]`";
        return format!("no defers: {none}");
    }
    format!("none of {} sites is what `--only` and `--path` ask for", sites.len())
}

/// A path as typed here, as the compiler names it: from the root of the workspace.
fn from_root(typed: &str, root: &Path) -> String {
    let here = Path::new(typed).canonicalize();
    // Or as it stands in a report, from wherever one is.
    let Ok(path) = here.or_else(|_| root.join(typed).canonicalize()) else { return typed.into() };
    let root = root.canonicalize().unwrap_or_else(|_| root.to_owned());
    path.strip_prefix(&root).unwrap_or(&path).to_string_lossy().into_owned()
}

/// For our own output, and for cargo, which does not see the terminal.
fn color(wanted: Color) -> (anstream::ColorChoice, &'static str) {
    let seen = anstream::AutoStream::choice(&std::io::stderr());
    // As cargo does it, where the command line says nothing.
    let cargos = std::env::var("CARGO_TERM_COLOR").ok().and_then(|word| word.parse().ok());
    let wanted = match wanted {
        Color::Auto => cargos.unwrap_or(Color::Auto),
        said => said,
    };
    match wanted {
        Color::Always => (anstream::ColorChoice::Always, "always"),
        Color::Never => (anstream::ColorChoice::Never, "never"),
        Color::Auto if seen == anstream::ColorChoice::Never => {
            (anstream::ColorChoice::Auto, "never")
        }
        Color::Auto => (anstream::ColorChoice::Auto, "always"),
    }
}

fn wanted(site: &Site, only: &[Mechanism], path: Option<&str>) -> bool {
    let mechanism = only.is_empty() || only.contains(&site.mechanism);
    mechanism && path.is_none_or(|path| Path::new(&site.file).starts_with(path))
}

/// Sites come sorted by place.
fn sort(sites: &mut [Site], order: Sort) {
    match order {
        Sort::Place => {}
        Sort::Mechanism => sites.sort_by_key(|site| std::cmp::Reverse(site.mechanism)),
        Sort::Function => sites.sort_by_key(|site| site.function.clone()),
    }
}

fn json(sites: &[Site]) -> String {
    let sites: Vec<_> =
        sites.iter().map(|site| serde_json::to_string(site).unwrap_or_default()).collect();
    if sites.is_empty() { "[]\n".into() } else { format!("[\n{}\n]\n", sites.join(",\n")) }
}
