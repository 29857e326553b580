//! A baseline: how many sites of each function are not open-coded today, so that there will not be more.
//! Sites are counted by file and function, which stay when lines move.

use std::collections::BTreeMap;

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
        for site in sites.iter().filter(|site| site.mechanism != Mechanism::OpenCoded) {
            let function = baseline.0.entry(site.owner()).or_default();
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
            site.mechanism != Mechanism::OpenCoded && now.count(site) > self.count(site)
        };
        sites.iter().filter(exceeds).map(|site| (site, self.count(site))).collect()
    }

    fn count(&self, site: &Site) -> usize {
        let function = self.0.get(&site.owner());
        function.and_then(|counts| counts.get(&site.mechanism)).copied().unwrap_or_default()
    }
}
