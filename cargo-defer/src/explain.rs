//! `cargo defer explain FILE:LINE`: takes a place, gives what the compiler's pass saw of the function
//! around it, frame by frame.

use std::fmt::Write as _;

use annotate_snippets::{Level, Renderer};

use crate::Failure;
use crate::report::Report;
use crate::site::{Loop, Place, Site};

/// The line where the function around a line begins; of several, the innermost.
pub(crate) fn start(sites: &[Site], file: &str, line: usize) -> Result<usize, Failure> {
    let here = sites.iter().filter(|site| site.file == file);
    let is_around = |site: &&Site| {
        (site.function_line..=site.function_end).contains(&line) || site.line == line
    };
    let start = here.clone().filter(is_around).map(|site| site.function_line).max();
    start.ok_or_else(|| {
        let why = if here.count() == 0 {
            "is it the right file?"
        } else {
            "is it behind a feature, or in a test? (`--all-features`, `--all-targets`)"
        };
        Failure::Usage(format!(
            "no function with defers at {file}:{line}, in what was built: {why}"
        ))
    })
}

/// The function that begins on the line.
pub(crate) fn text(report: &Report<'_>, file: &str, start: usize) -> String {
    let here = |site: &&Site| site.file == file && site.function_line == start;
    let sites: Vec<&Site> = report.sites.iter().filter(here).collect();
    let mut frames: Vec<usize> = sites.iter().map(|site| site.frame).collect();
    frames.sort_unstable();
    frames.dedup();
    let frames = frames.iter().map(|number| {
        let sites: Vec<&Site> = sites.iter().copied().filter(|s| s.frame == *number).collect();
        frame(report, *number, &sites)
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
