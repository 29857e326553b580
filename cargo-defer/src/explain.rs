//! `cargo defer explain`: takes a place, gives what the compiler's pass saw of the functions that are meant,
//! frame by frame.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;

use annotate_snippets::{Level, Renderer};

use crate::report::Report;
use crate::site::{Loop, Place, Site};
use crate::{Failure, from_root};

/// The sites of each function that is meant, by its name, or by the file or a line in it.
pub(crate) fn functions(
    sites: &[Site],
    place: &str,
    root: &Path,
) -> Result<Vec<Vec<Site>>, Failure> {
    let (file, line) = file_and_line(place);
    let file = from_root(file, root);
    let is_meant = |site: &Site| match line {
        Some(line) => {
            innermost(sites, &file, line) == Some(site.function_line) && site.file == file
        }
        None => site.file == file || site.function == place,
    };
    let mut functions: BTreeMap<_, Vec<Site>> = BTreeMap::new();
    for site in sites.iter().filter(|site| is_meant(site)) {
        let function = functions.entry((&site.file, site.function_line)).or_default();
        function.push(site.clone());
    }
    if functions.is_empty() {
        let is_file = sites.iter().any(|site| site.file == file);
        return Err(Failure::Usage(nothing(place, line.is_some() && !is_file)));
    }
    Ok(functions.into_values().collect())
}

/// A column may follow, as in what reports print.
fn file_and_line(place: &str) -> (&str, Option<usize>) {
    let last = |text| -> Option<(&str, usize)> {
        let (file, number) = str::rsplit_once(text, ':')?;
        Some((file, number.parse().ok()?))
    };
    let Some((file, line)) = last(place) else { return (place, None) };
    let (file, line) = last(file).unwrap_or((file, line));
    (file, Some(line))
}

/// The line where the function around a line begins; of several, the innermost.
fn innermost(sites: &[Site], file: &str, line: usize) -> Option<usize> {
    let is_around = |site: &&Site| {
        let within = (site.function_line..=site.function_end).contains(&line);
        site.file == file && (within || site.line == line)
    };
    sites.iter().filter(is_around).map(|site| site.function_line).max()
}

fn nothing(place: &str, wrong_file: bool) -> String {
    let why = if wrong_file {
        "is it the right file?"
    } else {
        "is it behind a feature, or in a test? (`--all-features`, `--all-targets`)"
    };
    format!("no function with defers at {place}, in what was built: {why}")
}

/// One function.
pub(crate) fn text(report: &Report<'_>) -> String {
    let numbers: BTreeSet<usize> = report.sites.iter().map(|site| site.frame).collect();
    let frames = numbers.into_iter().map(|number| {
        let sites: Vec<&Site> = report.sites.iter().filter(|s| s.frame == number).collect();
        frame(report, number, &sites)
    });
    frames.collect()
}

fn frame(report: &Report<'_>, number: usize, sites: &[&Site]) -> String {
    let first = sites[0];
    let place = match &first.within {
        Some(within) => within,
        None if number == 0 => "its own frame",
        None => "a frame in it",
    };
    let title = Level::NOTE.primary_title(format!("`{}`, {place}", first.function));
    let label = |site: &Site| format!("{}{}", site.verdict(), site.dropped());
    let loops = loops(sites);
    let group = report.group_with(title, sites, label, &others(&first.returns, &loops));
    let mut text = Renderer::styled().render(&[group]) + "\n\n";
    let _ = writeln!(text, "  sites    {}", first.sites);
    let _ = writeln!(text, "  returns  {}", first.returns.len());
    let product = first.sites * first.returns.len();
    let _ = writeln!(text, "  product  {product}; open-coding allows 8 sites, and a product of 15");
    let lines: Vec<_> = loops.iter().map(|around| format!("line {}", around.line)).collect();
    let loops = if lines.is_empty() { "none has a site".to_owned() } else { lines.join(", ") };
    let _ = writeln!(text, "  loops    {loops}");
    text += &sites.iter().map(|site| captures(site)).collect::<String>();
    text + "\n"
}

/// Those that have sites.
fn loops(sites: &[&Site]) -> Vec<Loop> {
    let mut loops: Vec<Loop> = sites.iter().filter_map(|site| site.in_loop).collect();
    loops.sort_unstable();
    loops.dedup();
    loops
}

/// What was counted: the returns one by one, and the loops.
fn others(returns: &[Place], loops: &[Loop]) -> Vec<(Place, String)> {
    let returns = returns.iter().zip(1..).map(|(at, count)| (*at, format!("return {count}")));
    let turns = |around: &Loop| if around.once { "loop, left in its first turn" } else { "loop" };
    let loops = loops.iter().map(|around| {
        (Place { line: around.line, column: around.column }, turns(around).to_owned())
    });
    returns.chain(loops).collect()
}

fn captures(site: &Site) -> String {
    let mut text = format!("  {}:{} {}", site.line, site.column, site.mechanism);
    if site.captures.is_empty() {
        text += ", captures nothing by value";
    }
    for capture in &site.captures {
        let _ = write!(text, "\n      captures `{}`: {}", capture.value, capture.why);
    }
    if let Some(bytes) = site.bytes() {
        let _ = write!(text, "\n      {bytes}");
    }
    if let Some(remedy) = &site.remedy {
        let _ = write!(text, "\n      to have it open-coded, {remedy}");
    }
    text + "\n"
}
