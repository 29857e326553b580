//! A baseline: how many sites of each function are not open-coded today, so that there will not be more.
//! Sites are counted by file and function, which stay when lines move.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::Failure;
use crate::site::{Mechanism, Site};

/// By file and function, and mechanism.
#[derive(Debug, Default, PartialEq, Deserialize, Serialize)]
pub(crate) struct Baseline(BTreeMap<String, BTreeMap<Mechanism, usize>>);

impl Baseline {
    /// What there is.
    pub(crate) fn of(sites: &[Site]) -> Self {
        let mut baseline = Self::default();
        for site in sites.iter().filter(|site| site.mechanism.costs()) {
            let function = baseline.0.entry(owner(site, sites)).or_default();
            *function.entry(site.mechanism).or_default() += 1;
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

    /// The sites of functions that have more of their mechanism than this allows, and how many it does.
    pub(crate) fn exceeded<'a>(&self, sites: &'a [Site]) -> Vec<(&'a Site, usize)> {
        let now = Self::of(sites);
        let exceeds = |site: &&Site| {
            site.mechanism.costs() && now.count(site, sites) > self.count(site, sites)
        };
        sites.iter().filter(exceeds).map(|site| (site, self.count(site, sites))).collect()
    }

    fn count(&self, site: &Site, sites: &[Site]) -> usize {
        let function = self.0.get(&owner(site, sites));
        function.and_then(|counts| counts.get(&site.mechanism)).copied().unwrap_or_default()
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
