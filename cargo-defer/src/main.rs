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

use std::process::ExitCode;

use crate::args::{Args, Color, Sort, View};
use crate::report::Report;
use crate::site::Site;

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
        View::Help => print(args::HELP),
        View::Version => print(concat!("cargo-defer ", env!("CARGO_PKG_VERSION"), "\n")),
        _ => return defers(args),
    }
    Ok(ExitCode::SUCCESS)
}

fn print(text: &str) {
    anstream::print!("{text}");
}

fn defers(args: &Args) -> Result<ExitCode, Failure> {
    let (choice, color) = color(args.color);
    choice.write_global();
    let metadata = check::metadata(args.manifest_path.as_deref())?;
    let look = if args.bytes { check::sites_with_bytes } else { check::sites };
    let mut sites = look(&metadata, &args.check, color)?;
    sites.retain(|site| wanted(site, args));
    sort(&mut sites, args.sort);
    let report = Report::new(&sites, metadata.workspace_root.as_std_path());
    match &args.view {
        View::Explain { file, line } => print(&explain::text(&report, file, *line)?),
        View::Go => print(&sites.iter().map(|site| site.go_line() + "\n").collect::<String>()),
        View::Json => print(&json(&sites)),
        View::Sarif => print(&sarif::log(&sites)),
        _ if sites.is_empty() => anstream::eprintln!(
            "no defers: none of what was built has a `defer!` in a function with `#[deferrable]`"
        ),
        _ => print(&report.text()),
    }
    contract::check(args, &report)
}

/// For our own output, and for cargo, which does not see the terminal.
fn color(wanted: Color) -> (anstream::ColorChoice, &'static str) {
    let seen = anstream::AutoStream::choice(&std::io::stderr());
    match wanted {
        Color::Always => (anstream::ColorChoice::Always, "always"),
        Color::Never => (anstream::ColorChoice::Never, "never"),
        Color::Auto if seen == anstream::ColorChoice::Never => {
            (anstream::ColorChoice::Auto, "never")
        }
        Color::Auto => (anstream::ColorChoice::Auto, "always"),
    }
}

fn wanted(site: &Site, args: &Args) -> bool {
    let mechanism = args.only.is_empty() || args.only.contains(&site.mechanism);
    mechanism && args.path.as_ref().is_none_or(|path| site.file.starts_with(path))
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
