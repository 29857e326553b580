//! `cargo defer`: has the compiler tell how it lowered each `defer!`, shows that, and holds it to
//! contracts. It never classifies anything itself.
//!
//! arguments → check → sites → view → contracts
#![forbid(unsafe_code)]

mod args;
mod baseline;
mod check;
mod contract;
mod expand;
mod explain;
mod json;
mod report;
mod sarif;
mod site;

use std::io::{ErrorKind, Write as _};
use std::path::Path;
use std::process::ExitCode;

use clap::ColorChoice;

use crate::args::{Args, Filter, Format, Sort};
use crate::check::wrapper;
use crate::contract::Contracts;
use crate::report::{Detail, Report};
use crate::site::{Mechanism, Site};

/// Why there is nothing to show.
enum Failure {
    /// The command line, or what it names, is wrong.
    Usage(String),
    /// Cargo has said why.
    Build,
}

fn main() -> ExitCode {
    if let Some(compiler) = wrapper::called() {
        return wrapper::run(&compiler);
    }
    match run(&args::parse()) {
        Ok(code) => code,
        Err(Failure::Usage(message)) => {
            anstream::eprintln!("error: {message}");
            ExitCode::from(2)
        }
        Err(Failure::Build) => ExitCode::from(101),
    }
}

fn run(args: &Args) -> Result<ExitCode, Failure> {
    let (choice, color) = color(args.color);
    choice.write_global();
    match &args.command {
        Some(args::Command::Completions { shell }) => print(&args::completions(*shell))?,
        Some(args::Command::Explain { place, expand }) => explain(args, place, *expand, color)?,
        None => return defers(args, color),
    }
    Ok(ExitCode::SUCCESS)
}

/// To standard output. Who does not read to the end has seen enough.
fn print(text: &[u8]) -> Result<(), Failure> {
    match anstream::stdout().lock().write_all(text) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            Err(Failure::Usage(format!("standard output: {error}")))
        }
        _ => Ok(()),
    }
}

fn explain(args: &Args, place: &str, expand: bool, color: &str) -> Result<(), Failure> {
    let metadata = check::metadata(args.cargo.value("manifest-path"))?;
    let root = metadata.workspace_root.as_std_path();
    let told = check::told(&metadata, args, color)?;
    for function in explain::functions(&told.sites, place, root)? {
        print(explain::text(&Report::new(&function, root)).as_bytes())?;
        if expand {
            print(expand::text(&told.expansions, &function[0]).as_bytes())?;
        }
    }
    Ok(())
}

fn defers(args: &Args, color: &str) -> Result<ExitCode, Failure> {
    let metadata = check::metadata(args.cargo.value("manifest-path"))?;
    let root = metadata.workspace_root.as_std_path();
    let contracts = Contracts::read(&args.report.contracts)?;
    let sites = check::told(&metadata, args, color)?.selected();
    let report = Report::new(&sites, root);
    let broken = contracts.check(&report)?;
    show(args, &sites, root, !broken.is_empty())?;
    anstream::eprint!("{broken}");
    Ok(ExitCode::from(u8::from(!broken.is_empty())))
}

fn show(args: &Args, sites: &[Site], root: &Path, broken: bool) -> Result<(), Failure> {
    let Filter { only, path, sort } = &args.report.filter;
    let path = path.as_ref().map(|path| from_root(path, root));
    let wanted = |site: &&Site| wanted(site, only, path.as_deref());
    let mut shown: Vec<Site> = sites.iter().filter(wanted).cloned().collect();
    sorted(&mut shown, *sort);
    let text = match args.report.format() {
        Format::Go => shown.iter().filter_map(Site::go_line).map(|line| line + "\n").collect(),
        Format::Json => json::array(&shown),
        Format::JsonLines => json::lines(&shown),
        Format::Sarif => sarif::log(&shown),
        Format::Human if shown.is_empty() => {
            anstream::eprintln!("{}", nothing(sites));
            return Ok(());
        }
        Format::Human => {
            let report = Report::new(&shown, root);
            // What breaks a contract is shown by itself.
            let detail = match (args.quiet || broken, args.verbose || !only.is_empty()) {
                (true, _) => Detail::None,
                (false, true) => Detail::All,
                (false, false) => Detail::Costs,
            };
            report.text(detail)
        }
    };
    print(text.as_bytes())
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
fn color(wanted: ColorChoice) -> (anstream::ColorChoice, &'static str) {
    let seen = anstream::AutoStream::choice(&std::io::stderr());
    // As cargo does it, where the command line says nothing.
    let cargos = std::env::var("CARGO_TERM_COLOR").ok().and_then(|word| word.parse().ok());
    let wanted = match wanted {
        ColorChoice::Auto => cargos.unwrap_or(ColorChoice::Auto),
        said => said,
    };
    match wanted {
        ColorChoice::Always => (anstream::ColorChoice::Always, "always"),
        ColorChoice::Never => (anstream::ColorChoice::Never, "never"),
        ColorChoice::Auto if seen == anstream::ColorChoice::Never => {
            (anstream::ColorChoice::Auto, "never")
        }
        ColorChoice::Auto => (anstream::ColorChoice::Auto, "always"),
    }
}

fn wanted(site: &Site, only: &[Mechanism], path: Option<&str>) -> bool {
    let mechanism = only.is_empty() || only.contains(&site.mechanism);
    mechanism && path.is_none_or(|path| Path::new(&site.file).starts_with(path))
}

/// Sites come sorted by place.
fn sorted(sites: &mut [Site], order: Sort) {
    match order {
        Sort::Place => {}
        Sort::Mechanism => sites.sort_by_key(|site| std::cmp::Reverse(site.mechanism)),
        Sort::Function => sites.sort_by_key(|site| site.function.clone()),
    }
}
