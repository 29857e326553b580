//! Instructions, as valgrind counts them.

use serde_json::Value;

use crate::table::Table;
use crate::{cargo, output};

/// Runs the benchmark and reads what it prints: a JSON object a line.
pub(crate) fn table() -> Result<Table, String> {
    let arguments = ["bench", "-q", "-p", "defer-benches", "--bench", "instructions"];
    let counted = output(cargo().args(arguments).args(["--", "--output-format=json"]));
    let counted = counted.map_err(|error| {
        format!("{error}\nIt needs valgrind, and `cargo install gungraun-runner@0.20.0`.")
    })?;
    let mut table = Table::comparing("Instructions");
    for line in counted.lines().filter(|line| line.starts_with('{')) {
        let summary: Value = serde_json::from_str(line).map_err(|error| error.to_string())?;
        let (place, count) = read(&summary).ok_or("gungraun's summary has another form")?;
        let (way, case) = defer_benches::all().nth(place).ok_or("a case too many")?;
        let repetitions = defer_benches::repetitions(case.name);
        table.add(case.name, way.name, count / f64::from(repetitions));
    }
    Ok(table)
}

/// The case's place among all, and its instructions.
fn read(summary: &Value) -> Option<(usize, f64)> {
    let place = summary["id"].as_str()?.rsplit('_').next()?.parse().ok()?;
    let metrics = &summary["profiles"][0]["data"]["total"]["metrics"];
    Some((place, metrics["Ir"]["values"]["new"].as_f64()?))
}
