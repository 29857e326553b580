//! Contracts: takes the sites and what is promised of them, gives errors where that is broken, and the
//! exit code.

use std::path::Path;
use std::process::ExitCode;

use annotate_snippets::{Level, Renderer};

use crate::Failure;
use crate::args::Args;
use crate::baseline::Baseline;
use crate::report::Report;
use crate::site::{Mechanism, Site};

/// What a site breaks.
struct Breach<'a> {
    site: &'a Site,
    rule: String,
}

/// The baseline to hold the sites to, read ahead of a long build.
pub(crate) fn baseline(args: &Args) -> Result<Option<Baseline>, Failure> {
    args.baseline.as_deref().filter(|_| !args.update_baseline).map(Baseline::read).transpose()
}

/// Checks all that is asked for, of all sites: what is shown makes no difference.
pub(crate) fn check(
    args: &Args,
    baseline: Option<&Baseline>,
    sites: &[Site],
    root: &Path,
) -> Result<ExitCode, Failure> {
    if let Some(file) = args.baseline.as_ref().filter(|_| args.update_baseline) {
        Baseline::of(sites).write(file)?;
        anstream::eprintln!("wrote {file}");
    }
    let breaches = breaches(args, baseline, sites);
    if breaches.is_empty() {
        return Ok(ExitCode::SUCCESS);
    }
    let report = Report::new(sites, root);
    for breach in &breaches {
        anstream::eprintln!("{}\n", error(breach, &report));
    }
    Ok(ExitCode::from(1))
}

fn breaches<'a>(args: &Args, baseline: Option<&Baseline>, sites: &'a [Site]) -> Vec<Breach<'a>> {
    let denied = sites.iter().filter(|site| args.deny.contains(&site.mechanism));
    let rule = |site: &Site| format!("--deny {}", site.mechanism.word());
    let mut breaches: Vec<_> = denied.map(|site| Breach { site, rule: rule(site) }).collect();
    let heap = || sites.iter().filter(|site| site.mechanism == Mechanism::Heap);
    if let Some(most) = args.max_heap.filter(|most| heap().count() > *most) {
        let rule = format!("--max-heap {most}, of {}", heap().count());
        breaches.extend(heap().map(|site| Breach { site, rule: rule.clone() }));
    }
    let exceeded = baseline.map(|baseline| baseline.exceeded(sites)).unwrap_or_default();
    breaches.extend(exceeded.into_iter().map(|(site, allowed)| {
        let (mechanism, function) = (site.mechanism, &site.function);
        let rule = format!("the baseline, which has {allowed} {mechanism} in `{function}`");
        Breach { site, rule }
    }));
    breaches
}

fn error(breach: &Breach<'_>, report: &Report<'_>) -> String {
    let Breach { site, rule } = breach;
    let title = Level::ERROR.primary_title(format!("{} defer, against {rule}", site.mechanism));
    let mut group = report.group(title, &[site], |site| site.reason.clone());
    if let Some(remedy) = &site.remedy {
        group = group.element(Level::HELP.message(format!("to have it open-coded, {remedy}")));
    }
    Renderer::styled().render(&[group])
}
