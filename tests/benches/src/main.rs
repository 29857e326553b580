//! The tables of what it costs: runs every case in every way that this machine has the tools for, prints
//! the tables, and writes them to `RESULTS.md`.
//!
//! `cargo run --release -p defer-benches` makes all of them; arguments choose some, by their names.

mod measure {
    //! What is measured, a module for each tool.
    pub(crate) mod compile;
    pub(crate) mod go;
    pub(crate) mod instructions;
    pub(crate) mod memory;
    pub(crate) mod times;
}
mod table;

use std::process::{Command, ExitCode, Output};

use crate::measure::{compile, go, instructions, memory, times};
use crate::table::Table;

/// A table's name, and what makes it.
type Maker = (&'static str, fn() -> Result<Vec<Table>, String>);

const MAKERS: [Maker; 4] = [
    ("instructions", || Ok(vec![instructions::table()?])),
    ("times", || Ok(vec![times::table()?.joined_by("Go", &go::times()?)])),
    ("memory", || Ok(memory::tables())),
    ("compile", compile::tables),
];

fn main() -> ExitCode {
    let wanted: Vec<String> = std::env::args().skip(1).collect();
    let mut text = format!("# What it costs\n\n{}", machine());
    let mut complete = true;
    for (name, make) in MAKERS {
        if !wanted.is_empty() && !wanted.iter().any(|wanted| wanted == name) {
            continue;
        }
        eprintln!("measuring: {name}");
        match make() {
            Ok(tables) => tables.iter().for_each(|table| text += &table.markdown()),
            Err(missing) => {
                complete = false;
                eprintln!("no {name}: {missing}");
            }
        }
    }
    print!("{text}");
    let results = concat!(env!("CARGO_MANIFEST_DIR"), "/RESULTS.md");
    if complete && wanted.is_empty() {
        std::fs::write(results, text).expect("the results can be written");
    }
    if complete { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// On what, and when.
fn machine() -> String {
    let cpus = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let cpu = cpus.lines().find_map(|line| line.strip_prefix("model name")?.split(':').nth(1));
    let tool = |program: &str, argument: &str| {
        output(Command::new(program).arg(argument)).unwrap_or_else(|_| format!("no {program}\n"))
    };
    format!(
        "Made by `cargo run --release -p defer-benches` on {} with{}, {}, {}.\n\
        Times and instructions are a call; the factor is that to cleanup by hand.\n",
        tool("date", "+%F").trim(),
        cpu.unwrap_or(" an unknown processor"),
        tool("rustc", "--version").trim(),
        tool("go", "version").trim(),
    )
}

/// What a command prints, if it succeeds.
fn output(command: &mut Command) -> Result<String, String> {
    let program = command.get_program().to_string_lossy().into_owned();
    let Output { status, stdout, stderr } =
        command.output().map_err(|error| format!("`{program}` does not start: {error}"))?;
    if status.success() {
        return Ok(String::from_utf8_lossy(&stdout).into_owned());
    }
    Err(format!("`{program}` failed\n{}", String::from_utf8_lossy(&stderr)))
}

/// The cargo that runs this.
fn cargo() -> Command {
    Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}
