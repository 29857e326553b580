//! Sources of crates: takes names, has cargo load the packages, gives the folders, and copies that can be
//! changed.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use cargo_metadata::MetadataCommand;

/// Where cargo has unpacked each of them.
pub(crate) fn folders(below: &Path, names: &[String]) -> Result<BTreeMap<String, PathBuf>, String> {
    let folder = below.join("fetch");
    let dependencies: Vec<String> = names.iter().map(|name| format!("{name} = \"*\"")).collect();
    let dependencies = dependencies.join("\n");
    let manifest = format!(
        "[package]\nname = \"fetch\"\nversion = \"0.0.0\"\nedition = \"2024\"\n[workspace]\n\
        [dependencies]\n{dependencies}"
    );
    fs::create_dir_all(folder.join("src")).map_err(|error| error.to_string())?;
    fs::write(folder.join("src/lib.rs"), "").map_err(|error| error.to_string())?;
    fs::write(folder.join("Cargo.toml"), manifest).map_err(|error| error.to_string())?;
    let metadata = MetadataCommand::new().manifest_path(folder.join("Cargo.toml")).exec();
    let packages = metadata.map_err(|error| error.to_string())?.packages;
    let folder = |name: &String| {
        let found = packages.iter().filter(|package| package.name.as_str() == name);
        let newest = found.max_by_key(|package| &package.version);
        let manifest = newest.ok_or(format!("no package {name}"))?.manifest_path.clone();
        let folder = manifest.parent().ok_or("a manifest in no folder")?;
        Ok((name.clone(), folder.into()))
    };
    names.iter().map(folder).collect()
}

/// A copy that depends on `defer-rt` and on the probe, in no workspace.
pub(crate) fn copy(original: &Path, below: &Path) -> Result<PathBuf, String> {
    let name = original.file_name().ok_or("a folder without a name")?;
    let folder = below.join(name);
    let copied = copy_all(original, &folder).and_then(|()| manifest(&folder, below));
    copied.map_err(|error| error.to_string())?;
    Ok(folder)
}

fn copy_all(from: &Path, to: &Path) -> std::io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let (entry, to) = (entry?, to);
        let to = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy_all(&entry.path(), &to)?;
        } else {
            fs::write(to, fs::read(entry.path())?)?;
        }
    }
    Ok(())
}

fn manifest(folder: &Path, below: &Path) -> std::io::Result<()> {
    let probe = below.join("probe");
    fs::create_dir_all(probe.join("src"))?;
    fs::write(probe.join("src/lib.rs"), include_str!("probe.rs"))?;
    let package = "[package]\nname = \"defer-probe\"\nversion = \"0.0.0\"\nedition = \"2024\"\n";
    fs::write(probe.join("Cargo.toml"), format!("{package}[workspace]\n"))?;
    let path = folder.join("Cargo.toml");
    let runtime = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../defer-rt");
    let text = format!(
        "{}\n[workspace]\n[dependencies.defer-rt]\npath = \"{}\"\n\
        [dependencies.defer-probe]\npath = \"{}\"\n",
        fs::read_to_string(&path)?,
        runtime.display(),
        fs::canonicalize(probe)?.display()
    );
    fs::write(path, text)
}
