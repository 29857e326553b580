//! A manifest of a folder: opens, reads and sums every file below it. Its functions walk off each of
//! the three cliffs of `defer` and back: a defer in a hot loop, a ninth defer, a captured loop variable.
//!
//! ```text
//! DEFER_NOTES=1 cargo run --example cliffs [FOLDER]
//! ```

use std::fs::{self, File};
use std::io::{self, BufWriter, Read, Write};
use std::path::{Path, PathBuf};

use defer_rt::deferrable;

/// What is known of the files that were read.
#[derive(Default)]
struct Tally {
    open: usize,
    most_open: usize,
    closed: usize,
    bytes: u64,
}

impl Tally {
    fn opened(&mut self) {
        self.open += 1;
        self.most_open = self.most_open.max(self.open);
    }

    fn close(&mut self, file: File) {
        self.open -= 1;
        self.closed += 1;
        drop(file);
    }
}

fn main() -> io::Result<()> {
    let folder = std::env::args_os().nth(1).map_or_else(repository, PathBuf::from);
    let out = std::env::temp_dir().join(format!("manifest-{}.txt", std::process::id()));
    let tally = manifest(&folder, &out)?;
    println!("{}: {} bytes in {} files", folder.display(), tally.bytes, tally.closed);

    let some: Vec<PathBuf> = files_below(&folder)?.into_iter().take(100).collect();
    for (name, sum) in [("in the loop", sum_all as Sum), ("each turn", sum_each)] {
        let mut tally = Tally::default();
        let sum = sum(&some, &mut tally)?;
        println!("{name:>12}: {sum:016x}, {} files open at once", tally.most_open);
    }
    println!("nine stages: {:?}", filled(nine_defers));
    println!("  in groups: {:?}", filled(grouped_defers));
    println!("a record for each turn: {:?}", filled(captured));
    println!("one for all of them: {:?}", filled(not_captured));
    fs::remove_file(out)
}

type Sum = fn(&[PathBuf], &mut Tally) -> io::Result<u64>;

fn filled<T>(fill: fn(&mut Vec<T>)) -> Vec<T> {
    let mut list = Vec::new();
    fill(&mut list);
    list
}

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().map_or_else(|| ".".into(), Path::to_path_buf)
}

/// Writes the manifest beside its place and renames it at the end: a reader sees all of it or nothing.
#[deferrable]
fn manifest(folder: &Path, out: &Path) -> io::Result<Tally> {
    let temporary = out.with_extension("part");
    let mut writer = BufWriter::new(File::create(&temporary)?);
    errdefer! { let _ = fs::remove_file(&temporary); }
    let mut tally = Tally::default();
    for path in files_below(folder)? {
        let sum = sum_each(std::slice::from_ref(&path), &mut tally)?;
        writeln!(writer, "{sum:016x} {}", path.display())?;
    }
    writer.flush()?;
    fs::rename(&temporary, out)?;
    Ok(tally)
}

fn files_below(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            let kind = entry.file_type()?;
            let hidden = entry.file_name().to_string_lossy().starts_with('.');
            if kind.is_file() {
                found.push(entry.path());
            } else if kind.is_dir() && !hidden && entry.file_name() != "target" {
                folders.push(entry.path());
            }
        }
    }
    found.sort();
    Ok(found)
}

/// The first cliff: a defer in a loop is heap-allocated, and every file stays open to the end.
#[deferrable]
fn sum_all(paths: &[PathBuf], tally: &mut Tally) -> io::Result<u64> {
    let mut sum = 0;
    for path in paths {
        let mut file = File::open(path)?;
        tally.opened();
        defer! { tally.close(file); }
        sum ^= checksum(&mut file, &mut tally.bytes)?;
    }
    Ok(sum)
}

/// Its rewrite, by one line: each turn is a frame.
#[deferrable]
fn sum_each(paths: &[PathBuf], tally: &mut Tally) -> io::Result<u64> {
    let mut sum = 0;
    #[deferrable]
    for path in paths {
        let mut file = File::open(path)?;
        tally.opened();
        defer! { tally.close(file); }
        sum ^= checksum(&mut file, &mut tally.bytes)?;
    }
    Ok(sum)
}

/// FNV-1a.
fn checksum(file: &mut File, bytes: &mut u64) -> io::Result<u64> {
    let mut buffer = vec![0; 64 * 1024];
    let mut sum = 0xcbf2_9ce4_8422_2325_u64;
    loop {
        let n = file.read(&mut buffer)?;
        if n == 0 {
            return Ok(sum);
        }
        *bytes += n as u64;
        for byte in &buffer[..n] {
            sum = (sum ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
}

/// The second cliff: with a ninth defer, none of the nine is open-coded any more.
#[deferrable]
fn nine_defers(stages: &mut Vec<u8>) {
    defer! { stages.push(1); }
    defer! { stages.push(2); }
    defer! { stages.push(3); }
    defer! { stages.push(4); }
    defer! { stages.push(5); }
    defer! { stages.push(6); }
    defer! { stages.push(7); }
    defer! { stages.push(8); }
    defer! { stages.push(9); }
}

/// Its rewrite: related cleanups in one defer.
#[deferrable]
fn grouped_defers(stages: &mut Vec<u8>) {
    defer! { stages.extend([3, 2, 1]); }
    defer! { stages.extend([6, 5, 4]); }
    defer! { stages.extend([9, 8, 7]); }
}

/// The third cliff: what a defer in a loop mentions is captured, record by record.
#[deferrable]
fn captured(seen: &mut Vec<String>) {
    for name in ["a", "b", "c"] {
        let label = format!("{name}{}", name.len());
        defer! { seen.push(label); }
    }
}

/// Its rewrite: one defer that goes through what there was.
#[deferrable]
fn not_captured(seen: &mut Vec<String>) {
    let mut names = Vec::new();
    defer! {
        for name in names.iter().rev() {
            seen.push(format!("{name}{}", str::len(name)));
        }
    }
    names.extend(["a", "b", "c"]);
}
