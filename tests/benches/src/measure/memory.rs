//! Allocations, as a counting allocator sees them.

use crate::table::Table;

/// How many there are, and how many bytes at the peak.
pub(crate) fn tables() -> Vec<Table> {
    let mut counts = Table::listing("Allocations");
    let mut peaks = Table::listing("Bytes allocated at the peak");
    for (way, case) in defer_benches::all().filter(|(_, case)| case.name.starts_with("loop")) {
        let counted = allocation_counter::measure(case.run);
        counts.add(case.name, way.name, to_f64(counted.count_total));
        peaks.add(case.name, way.name, to_f64(counted.bytes_max));
    }
    vec![counts, peaks]
}

#[expect(clippy::cast_precision_loss, reason = "there are not that many")]
fn to_f64(count: u64) -> f64 {
    count as f64
}
