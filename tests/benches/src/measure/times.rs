//! Nanoseconds, as criterion measures them.

use std::path::Path;

use serde_json::Value;

use crate::table::Table;
use crate::{cargo, output};

/// Runs the benchmark, and reads the files that it leaves.
pub(crate) fn table() -> Result<Table, String> {
    output(cargo().args(["bench", "-q", "-p", "defer-benches", "--bench", "times"]))?;
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2);
    let workspace = workspace.ok_or("no workspace")?;
    let target = std::env::var_os("CARGO_TARGET_DIR").unwrap_or_else(|| "target".into());
    let folder = workspace.join(target).join("criterion");
    let results = std::fs::read_dir(folder).map_err(|error| error.to_string())?;
    let results = results.flatten().filter_map(|entry| {
        let file = |name: &str| -> Option<Value> {
            let text = std::fs::read_to_string(entry.path().join("new").join(name)).ok()?;
            serde_json::from_str(&text).ok()
        };
        let name = file("benchmark.json")?["full_id"].as_str()?.to_owned();
        Some((name, file("estimates.json")?["median"]["point_estimate"].as_f64()?))
    });
    let results: std::collections::HashMap<String, f64> = results.collect();
    let mut table = Table::comparing("Nanoseconds");
    for (way, case) in defer_benches::all() {
        if let Some(time) = results.get(&defer_benches::id(way, case)) {
            table.add(case.name, way.name, *time);
        }
    }
    Ok(table)
}
