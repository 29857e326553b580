//! Contracts: takes the sites and what is promised of them, gives errors where that is broken, and the
//! exit code.

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

/// Checks all that is asked for.
pub(crate) fn check(args: &Args, report: &Report<'_>) -> Result<ExitCode, Failure> {
    if args.update_baseline {
        let file = args.baseline.as_ref();
        let file =
            file.ok_or(Failure::Usage("`--update-baseline` needs `--baseline FILE`".into()))?;
        Baseline::of(report.sites).write(file)?;
        anstream::eprintln!("wrote {file}");
        return Ok(ExitCode::SUCCESS);
    }
    let breaches = breaches(args, report.sites)?;
    for breach in &breaches {
        anstream::eprintln!("{}\n", error(breach, report));
    }
    Ok(if breaches.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

fn breaches<'a>(args: &Args, sites: &'a [Site]) -> Result<Vec<Breach<'a>>, Failure> {
    let denied = sites.iter().filter(|site| args.deny.contains(&site.mechanism));
    let denied =
        denied.map(|site| Breach { site, rule: format!("--deny {}", site.mechanism.word()) });
    let mut breaches: Vec<_> = denied.collect();
    let heap = || sites.iter().filter(|site| site.mechanism == Mechanism::Heap);
    if let Some(most) = args.max_heap.filter(|most| heap().count() > *most) {
        let rule = format!("--max-heap {most}, of {}", heap().count());
        breaches.extend(heap().map(|site| Breach { site, rule: rule.clone() }));
    }
    if let Some(file) = &args.baseline {
        let exceeded = Baseline::read(file)?.exceeded(sites);
        breaches.extend(exceeded.into_iter().map(|(site, allowed)| {
            let (mechanism, function) = (site.mechanism, &site.function);
            Breach {
                site,
                rule: format!("the baseline, which has {allowed} {mechanism} in `{function}`"),
            }
        }));
    }
    Ok(breaches)
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
