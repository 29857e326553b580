//! A baseline: which sites of each function are not open-coded today, so that there will not be more.
//! Functions go by file and name, and sites by what is deferred: these stay when lines move.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::Failure;
use crate::report::Report;
use crate::site::{Mechanism, Site};

/// By file and function, and mechanism.
#[derive(Debug, Default, PartialEq, Deserialize, Serialize)]
pub(crate) struct Baseline(BTreeMap<String, BTreeMap<Mechanism, Vec<String>>>);

impl Baseline {
    /// What there is.
    pub(crate) fn of(report: &Report<'_>) -> Self {
        let mut baseline = Self::default();
        for site in report.sites.iter().filter(|site| site.mechanism.costs()) {
            let function = baseline.0.entry(owner(site, report.sites)).or_default();
            function.entry(site.mechanism).or_default().push(report.code(site));
        }
        baseline
    }

    pub(crate) fn read(file: &str) -> Result<Self, Failure> {
        let text = std::fs::read_to_string(file).map_err(|error| {
            Failure::Usage(format!("{file}: {error}; `--update-baseline` writes one"))
        })?;
        serde_json::from_str(&text)
            .map_err(|error| Failure::Usage(format!("{file} is no baseline: {error}")))
    }

    pub(crate) fn write(&self, file: &str) -> Result<(), Failure> {
        let text = serde_json::to_string_pretty(self).unwrap_or_default();
        std::fs::write(file, text + "\n")
            .map_err(|error| Failure::Usage(format!("{file}: {error}")))
    }

    /// Where a function has more sites of a mechanism than in the baseline: those that are not in it, and
    /// how many are.
    pub(crate) fn new_sites<'a>(&self, report: &Report<'a>) -> Vec<(&'a Site, usize)> {
        let now = Self::of(report);
        let mut known = self.0.clone();
        let costs = report.sites.iter().filter(|site| site.mechanism.costs());
        let new = costs.filter_map(|site| {
            let owner = owner(site, report.sites);
            let allowed = self.sites(&owner, site.mechanism).len();
            let code = report.code(site);
            let known =
                known.get_mut(&owner).and_then(|function| function.get_mut(&site.mechanism));
            let is_known = known.is_some_and(|known| {
                let same = known.iter().position(|known| *known == code);
                same.map(|at| known.remove(at)).is_some()
            });
            let is_new = !is_known && now.sites(&owner, site.mechanism).len() > allowed;
            is_new.then_some((site, allowed))
        });
        new.collect()
    }

    fn sites(&self, owner: &str, mechanism: Mechanism) -> &[String] {
        self.0.get(owner).and_then(|function| function.get(&mechanism)).map_or(&[], Vec::as_slice)
    }
}

/// The function that a site is in, by what stays when lines move. Those of a file that have the same name
/// are numbered from the second on.
fn owner(site: &Site, sites: &[Site]) -> String {
    let same = |other: &&Site| other.file == site.file && other.function == site.function;
    let ahead = sites.iter().filter(same).map(|other| other.function_line);
    let ahead: BTreeSet<usize> = ahead.filter(|line| *line < site.function_line).collect();
    let number = if ahead.is_empty() { String::new() } else { format!("#{}", ahead.len() + 1) };
    format!("{}::{}{number}", site.file, site.function)
}
