//! Times by criterion: what the table needs of them is a ratio within one run.

use std::time::Duration;

use criterion::Criterion;

fn main() {
    let mut criterion = Criterion::default()
        .warm_up_time(Duration::from_millis(100))
        .measurement_time(Duration::from_millis(500))
        .sample_size(20)
        .without_plots()
        .configure_from_args();
    for (way, case) in defer_benches::all() {
        criterion.bench_function(&defer_benches::id(way, case), |bencher| bencher.iter(case.run));
    }
    criterion.final_summary();
}
