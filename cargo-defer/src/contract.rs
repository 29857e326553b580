//! Contracts: takes the sites and what is promised of them, gives errors where that is broken, and how
//! many they are.

use std::fmt::{self, Write as _};

use annotate_snippets::{Level, Renderer};

use crate::Failure;
use crate::args::{self, Denied};
use crate::baseline::Baseline;
use crate::report::{Report, counted};
use crate::site::{Mechanism, Site};

/// What is promised.
pub(crate) struct Contracts<'a> {
    asked: &'a args::Contracts,
    baseline: Option<Baseline>,
}

/// The promises that are broken.
pub(crate) struct Broken<'a> {
    rules: Vec<Rule<'a>>,
    report: &'a Report<'a>,
}

/// A promise, with the sites that break it.
struct Rule<'a> {
    name: String,
    broken_by: Vec<Breach<'a>>,
    help: Option<&'static str>,
}

struct Breach<'a> {
    site: &'a Site,
    title: String,
    label: &'a str,
    help: Option<String>,
}

impl<'a> Contracts<'a> {
    /// Reads the baseline, ahead of a long build.
    pub(crate) fn read(asked: &'a args::Contracts) -> Result<Self, Failure> {
        let file = asked.baseline.as_deref().filter(|_| !asked.update_baseline);
        Ok(Self { asked, baseline: file.map(Baseline::read).transpose()? })
    }

    /// Checks all that is asked for, of all sites: what is shown makes no difference.
    pub(crate) fn check<'s>(&self, report: &'s Report<'s>) -> Result<Broken<'s>, Failure> {
        if let Some(file) = self.asked.baseline.as_ref().filter(|_| self.asked.update_baseline) {
            Baseline::of(report).write(file)?;
            anstream::eprintln!("wrote {file}");
        }
        let denied = self.asked.deny.iter().map(|what| denied(*what, report.sites));
        let most = self.asked.max_heap.map(|most| max_heap(most, report.sites));
        let baseline = self.baseline.as_ref().map(|baseline| nothing_worse(baseline, report));
        let rules = denied.chain(most).chain(baseline);
        Ok(Broken { rules: rules.filter(|rule| !rule.broken_by.is_empty()).collect(), report })
    }
}

fn denied(what: Denied, sites: &[Site]) -> Rule<'_> {
    let (word, is_denied): (_, fn(&Site) -> bool) = match what {
        Denied::Stack => ("stack", |site| site.mechanism == Mechanism::Stack),
        Denied::Heap => ("heap", |site| site.mechanism == Mechanism::Heap),
        Denied::Await => ("await", |site| site.awaits && site.is_reached()),
    };
    let name = format!("--deny {word}");
    let breach = |site| match what {
        Denied::Stack | Denied::Heap => Breach::of_mechanism(site, &name),
        Denied::Await => Breach::of_waiting(site, &name),
    };
    let broken_by = sites.iter().filter(|site| is_denied(site)).map(breach).collect();
    Rule { broken_by, name, help: None }
}

fn max_heap(most: usize, sites: &[Site]) -> Rule<'_> {
    let heap: Vec<_> = sites.iter().filter(|site| site.mechanism == Mechanism::Heap).collect();
    let name = format!("--max-heap {most}, of {}", heap.len());
    let is_broken = heap.len() > most;
    let broken_by = heap.into_iter().filter(|_| is_broken);
    Rule {
        broken_by: broken_by.map(|site| Breach::of_mechanism(site, &name)).collect(),
        name,
        help: None,
    }
}

fn nothing_worse<'a>(baseline: &Baseline, report: &Report<'a>) -> Rule<'a> {
    let breach = |(site, allowed): (&'a Site, usize)| {
        let Site { mechanism, function, .. } = site;
        let had = format!("the baseline, which has {allowed} {mechanism} in `{function}`");
        Breach::of_mechanism(site, &had)
    };
    Rule {
        name: "the baseline".to_owned(),
        broken_by: baseline.new_sites(report).into_iter().map(breach).collect(),
        help: Some("`--update-baseline` takes what there is now for the baseline"),
    }
}

impl<'a> Breach<'a> {
    fn of_mechanism(site: &'a Site, rule: &str) -> Self {
        let help = site.remedy.as_ref().map(|remedy| format!("to have it open-coded, {remedy}"));
        let title = format!("{} defer, against {rule}", site.mechanism);
        Self { site, title, label: &site.reason, help }
    }

    fn of_waiting(site: &'a Site, rule: &str) -> Self {
        let help = "defer a call that does not wait, such as one that spawns a task".to_owned();
        let title = format!("defer with `.await`, against {rule}");
        Self { site, title, label: "not run if the future is dropped", help: Some(help) }
    }

    fn text(&self, report: &Report<'_>) -> String {
        let title = Level::ERROR.primary_title(&self.title);
        let mut group = report.group(title, &[self.site], |_| self.label.to_owned());
        if let Some(help) = &self.help {
            group = group.element(Level::HELP.message(help));
        }
        Renderer::styled().render(&[group])
    }
}

impl Broken<'_> {
    pub(crate) fn is_empty(&self) -> bool {
        self.rules.is_empty()
    }
}

/// The errors, and how many there are of each rule.
impl fmt::Display for Broken<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for breach in self.rules.iter().flat_map(|rule| &rule.broken_by) {
            write!(f, "{}\n\n", breach.text(self.report))?;
        }
        let mut summary = String::new();
        for Rule { name, broken_by, .. } in &self.rules {
            let comma = if summary.is_empty() { "" } else { "; " };
            write!(summary, "{comma}{} against {name}", counted(broken_by.len()))?;
        }
        if summary.is_empty() {
            return Ok(());
        }
        let help = self.rules.iter().filter_map(|rule| rule.help);
        let group = Level::ERROR
            .primary_title(summary)
            .elements(help.map(|help| Level::HELP.message(help)));
        writeln!(f, "{}", Renderer::styled().render(&[group]))
    }
}
