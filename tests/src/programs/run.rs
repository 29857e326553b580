//! Builds programs as a user would, in every mechanism, and runs them: takes programs, gives the runs whose
//! trace is not the one that is expected.

use std::fmt::Write;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::PathBuf;
use std::process::Command;

use super::ir::{Program, Run};
use super::print::{self, Printed};
use crate::package::{Package, succeeded};

/// The attribute, in each mechanism.
pub const MECHANISMS: [&str; 3] =
    ["#[deferrable]", "#[deferrable(force = \"stack\")]", "#[deferrable(force = \"heap\")]"];

/// A run that did not do what was expected.
pub struct Mismatch {
    /// The number of the program.
    pub program: usize,
    /// In which mechanism.
    pub attribute: &'static str,
    /// Which run.
    pub run: Run,
    /// What it traced.
    pub got: Vec<String>,
}

/// Programs that are built.
pub struct Built<'a> {
    programs: &'a [Program],
    program: PathBuf,
}

/// Prints and builds the programs, as classified and with either record forced.
///
/// # Errors
/// What the compiler said, if it refused them.
///
/// # Panics
/// If cargo cannot be run.
pub fn build<'a>(
    below: &str,
    name: &str,
    programs: &'a [Program],
    arguments: &[&str],
    environment: &[(&str, &str)],
) -> Result<Built<'a>, String> {
    let package = Package::new(below, name, &source(programs));
    let arguments = [&["build", "--quiet"], arguments].concat();
    let output = package.cargo(&arguments, environment);
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into_owned());
    }
    Ok(Built { programs, program: package.program(&arguments) })
}

/// The programs as a crate.
#[must_use]
pub fn source(programs: &[Program]) -> String {
    let mut printed = Printed::default();
    printed.raw("#![allow(warnings)]\nuse defer_rt::{Outcome, Panic, deferrable};");
    printed.raw(print::prelude());
    let mut entries = String::new();
    for (number, program) in programs.iter().enumerate() {
        for (mechanism, attribute) in MECHANISMS.iter().enumerate() {
            let module = format!("p{number}_{mechanism}");
            print::program(program, &module, attribute, &mut printed);
            let _ = writeln!(entries, "{},", print::entry(program, &module));
        }
    }
    printed.raw(&format!("fn main() {{\nruns(&[\n{entries}]);\n}}"));
    printed.text
}

impl Built<'_> {
    /// Makes each run of each program, in each mechanism.
    ///
    /// # Panics
    /// If the program does not run to its end.
    #[must_use]
    pub fn mismatches(&self, expected: impl Fn(usize, Run) -> Vec<String>) -> Vec<Mismatch> {
        let runs = self
            .programs
            .iter()
            .enumerate()
            .flat_map(|(program, of)| of.runs.iter().map(move |run| (program, *run)));
        let runs: Vec<(usize, Run)> = runs.collect();
        let expected: Vec<String> =
            runs.iter().map(|(program, run)| digest(&expected(*program, *run))).collect();
        let mut mismatches = Vec::new();
        for (mechanism, attribute) in MECHANISMS.into_iter().enumerate() {
            let lines: Vec<String> = runs
                .iter()
                .map(|(program, run)| line(program * MECHANISMS.len() + mechanism, *run))
                .collect();
            let got = self.run(&lines, &[]);
            let got: Vec<&str> = got.lines().collect();
            assert_eq!(got.len(), expected.len());
            for (at, _) in got.iter().zip(&expected).enumerate().filter(|(_, (g, e))| g != e) {
                let traced = self.run(&lines[at..=at], &["trace"]);
                let (program, run) = runs[at];
                let got = traced.lines().map(str::to_owned).collect();
                mismatches.push(Mismatch { program, attribute, run, got });
            }
        }
        mismatches
    }

    fn run(&self, lines: &[String], arguments: &[&str]) -> String {
        let file = self.program.with_extension("runs");
        std::fs::write(&file, lines.join("\n")).expect("a file of runs");
        let output = Command::new(&self.program).arg(&file).args(arguments).output();
        succeeded(&output.expect("the program starts")).0
    }
}

/// A run as the printed program reads it.
fn line(entry: usize, Run { seed, waits }: Run) -> String {
    let waits = waits.map_or_else(|| "-".to_owned(), |waits| waits.to_string());
    format!("{entry} {seed} {waits}")
}

/// What stands for a trace.
fn digest(trace: &[String]) -> String {
    let mut hasher = DefaultHasher::new();
    trace.hash(&mut hasher);
    format!("{:x}", hasher.finish())
}
