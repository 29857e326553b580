//! What compiling costs, and what it makes: a package of a hundred functions with five sites each. The exit code
//! is another in each function: of the same code, the compiler would make one function.
//!
//! Times are those of the processor, of cargo and of all that it starts.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use object::{Object as _, ObjectSection as _};
use wait4::Wait4 as _;

use crate::cargo;
use crate::table::Table;

const FUNCTIONS: usize = 100;
const SITES: usize = 5;

/// How a function is written: its attribute, its sites, its end.
struct Style {
    name: &'static str,
    dependency: &'static str,
    attribute: &'static str,
    defer: &'static str,
    /// Without `defer`: the cleanup, at each exit.
    by_hand: bool,
}

const STYLES: [Style; 3] = [
    Style { name: "by hand", dependency: "", attribute: "", defer: "", by_hand: true },
    Style {
        name: "defer-rt",
        dependency: concat!(
            "defer-rt = { path = \"",
            env!("CARGO_MANIFEST_DIR"),
            "/../../defer-rt\" }"
        ),
        attribute: "#[defer_rt::deferrable]",
        defer: "defer!",
        by_hand: false,
    },
    Style {
        name: "scopeguard",
        dependency: "scopeguard = \"1\"",
        attribute: "",
        defer: "scopeguard::defer!",
        by_hand: false,
    },
];

/// What the functions return, and what becomes of a number in it.
const RESULTS: [(&str, &str); 2] =
    [("Result<u64, u64>", ""), ("Result<u64, String>", ".map_err(|e| e.to_string())")];

/// A table for each result.
pub(crate) fn tables() -> Result<Vec<Table>, String> {
    RESULTS.iter().map(|(result, convert)| table(result, convert)).collect()
}

fn table(result: &str, convert: &str) -> Result<Table, String> {
    let title = format!(
        "A package of {FUNCTIONS} functions with {SITES} sites each that return `{result}`"
    );
    let mut table = Table::comparing(&title);
    for style in &STYLES {
        let package = write(style, result, convert).map_err(|error| error.to_string())?;
        // What it depends on is built before, and only once.
        build(&package, &["check"])?;
        let optimized = ["check", "--config", "profile.dev.build-override.opt-level=3"];
        let builds = [
            ("`cargo check`", &["check"][..]),
            ("`cargo check` with an optimized macro", &optimized),
            ("debug build", &["build"]),
            ("release build", &["build", "--release"]),
        ];
        for (build, arguments) in builds {
            let (milliseconds, megabytes) = cheapest(&package, arguments)?;
            table.add(&format!("{build}, ms"), style.name, milliseconds);
            table.add(&format!("{build}, MB at the peak"), style.name, megabytes);
        }
        for (kind, bytes) in sections(&package)? {
            table.add(&format!("{kind} a function, bytes"), style.name, bytes);
        }
    }
    Ok(table)
}

fn write(style: &Style, result: &str, convert: &str) -> std::io::Result<PathBuf> {
    let below = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/compile-costs");
    let folder = below.join(style.name.replace(' ', "-"));
    std::fs::create_dir_all(folder.join("src"))?;
    let manifest = format!(
        "[package]\nname = \"costs\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\
        [dependencies]\n{}\n[workspace]\n[profile.dev]\nincremental = false\n[profile.release]\ncodegen-units = 1\n",
        style.dependency
    );
    std::fs::write(folder.join("Cargo.toml"), manifest)?;
    std::fs::write(folder.join("src/lib.rs"), source(style, result, convert))?;
    Ok(folder)
}

fn source(style: &Style, result: &str, convert: &str) -> String {
    let mut source = String::from(
        "unsafe extern \"Rust\" { pub safe fn step(n: u64) -> Result<u64, u64>; pub safe fn release(n: u64, of: u64); }\n",
    );
    for function in 0..FUNCTIONS {
        let _ = writeln!(source, "{}\npub fn f{function}(n: u64) -> {result} {{", style.attribute);
        let releases = |sites: usize| -> String {
            (0..sites).rev().fold(String::new(), |all, site| all + &release(function, site))
        };
        for site in 0..SITES {
            if style.by_hand {
                let _ = writeln!(
                    source,
                    "    let a{site} = match step(n + {site}){convert} {{ Ok(a) => a, Err(e) => {{ {}return Err(e); }} }};",
                    releases(site)
                );
            } else {
                let _ = writeln!(
                    source,
                    "    let a{site} = step(n + {site}){convert}?;\n    {} {{ {} }}",
                    style.defer,
                    release(function, site)
                );
            }
        }
        let end = if style.by_hand { releases(SITES) } else { String::new() };
        let _ = writeln!(
            source,
            "    let result = a0 ^ a1 ^ a2 ^ a3 ^ a4 ^ {function}; {end} Ok(result)\n}}"
        );
    }
    source
}

fn release(function: usize, site: usize) -> String {
    format!("release({}, n ^ {function}); ", site * 7 + function)
}

/// Of three builds the least milliseconds and megabytes.
fn cheapest(package: &Path, arguments: &[&str]) -> Result<(f64, f64), String> {
    let mut cheapest = (f64::INFINITY, f64::INFINITY);
    for _ in 0..3 {
        let touched = std::fs::File::options().append(true).open(package.join("src/lib.rs"));
        let touched = touched.and_then(|file| file.set_modified(std::time::SystemTime::now()));
        touched.map_err(|error| error.to_string())?;
        let (time, peak) = build(package, arguments)?;
        cheapest = (cheapest.0.min(time.as_secs_f64() * 1e3), cheapest.1.min(bytes(peak) / 1e6));
    }
    Ok(cheapest)
}

/// How long processors were at it, and how many bytes its largest process took.
fn build(package: &Path, arguments: &[&str]) -> Result<(Duration, u64), String> {
    let mut cargo: Command = cargo();
    cargo
        .args(arguments)
        .arg("-q")
        .current_dir(package)
        .stderr(Stdio::null())
        // Nothing has changed but the file's time: all would be there already.
        .env("CARGO_INCREMENTAL", "0")
        .env("CARGO_TARGET_DIR", package.join("target"));
    let mut running = cargo.spawn().map_err(|error| error.to_string())?;
    let used = running.wait4().map_err(|error| error.to_string())?;
    if !used.status.success() {
        return Err(format!("`cargo {}` fails in {}", arguments.join(" "), package.display()));
    }
    let used = used.rusage;
    Ok((used.utime + used.stime, used.maxrss))
}

/// What the functions are made of: code that runs without a panic, code and tables for panics.
fn sections(package: &Path) -> Result<Vec<(&'static str, f64)>, String> {
    let library = std::fs::read(package.join("target/release/libcosts.rlib"));
    let library = library.map_err(|error| error.to_string())?;
    let archive =
        object::read::archive::ArchiveFile::parse(&*library).map_err(|e| e.to_string())?;
    let mut kinds = vec![("code", 0.0), ("code out of line", 0.0), ("unwinding tables", 0.0)];
    for member in archive.members().flatten() {
        let Ok(file) = object::File::parse(member.data(&*library).map_err(|e| e.to_string())?)
        else {
            continue;
        };
        for section in file.sections() {
            let kind = match section.name().unwrap_or_default() {
                name if name.starts_with(".text.unlikely") => 1,
                name if name.starts_with(".text") => 0,
                name if name.starts_with(".gcc_except_table") || name == ".eh_frame" => 2,
                _ => continue,
            };
            kinds[kind].1 += bytes(section.size()) / bytes(FUNCTIONS as u64);
        }
    }
    Ok(kinds)
}

#[expect(clippy::cast_precision_loss, reason = "there are not that many")]
fn bytes(count: u64) -> f64 {
    count as f64
}
