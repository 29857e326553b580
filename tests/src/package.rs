//! A package made for a test: takes source, builds it with cargo as a user would, gives what the
//! compiler and the program said.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// A package that depends on `defer-rt`.
pub struct Package {
    folder: PathBuf,
    target: PathBuf,
}

impl Package {
    /// Writes it below a folder for temporary files. Packages there share what they build.
    ///
    /// # Panics
    /// If the files cannot be written.
    #[must_use]
    pub fn new(below: &str, name: &str, main: &str) -> Self {
        let folder = Path::new(below).join(name);
        let own_workspace = "[workspace]\n[profile.dev]\ndebug = false\nincremental = false\n";
        write(&folder, name, own_workspace, "main.rs", main);
        std::fs::copy(workspace().join("Cargo.lock"), folder.join("Cargo.lock"))
            .expect("a lock file");
        Self { folder, target: Path::new(below).join("target") }
    }

    /// Sets the features of `defer-rt`, instead of the default ones.
    ///
    /// # Panics
    /// If the manifest cannot be written.
    pub fn with_features(&self, features: &str) {
        let choice = format!("default-features = false, features = [{features}], path = ");
        self.change_manifest("path = ", &choice);
    }

    /// Sets the edition, instead of the newest one.
    ///
    /// # Panics
    /// If the manifest cannot be written.
    pub fn with_edition(&self, edition: &str) {
        self.change_manifest("edition = \"2024\"", &format!("edition = \"{edition}\""));
    }

    /// The file that was built last, by the beginning and the end of its name below the target folder.
    ///
    /// # Panics
    /// If there is none.
    #[must_use]
    pub fn newest(&self, beginning: &str, end: &str) -> PathBuf {
        let beginning = self.target.join(beginning);
        let folder = beginning.parent().expect("a folder below the target folder");
        let files = std::fs::read_dir(folder).expect("something was built").flatten();
        let paths = files.map(|file| file.path()).filter(|path| {
            let path = path.to_string_lossy();
            path.starts_with(&*beginning.to_string_lossy()) && path.ends_with(end)
        });
        let built = |path: &PathBuf| std::fs::metadata(path).and_then(|file| file.modified()).ok();
        paths.max_by_key(built).expect("the file was built")
    }

    /// The program that cargo built with these arguments.
    #[must_use]
    pub fn program(&self, arguments: &[&str]) -> PathBuf {
        let behind = |option: &str| {
            let at = arguments.iter().position(|argument| *argument == option)?;
            arguments.get(at + 1).copied()
        };
        let profile = if arguments.contains(&"--release") { "release" } else { "debug" };
        let name = self.folder.file_name().unwrap_or_default();
        self.target.join(behind("--target").unwrap_or_default()).join(profile).join(name)
    }

    /// Adds a library to the dependencies, itself a user of `defer-rt`.
    ///
    /// # Panics
    /// If the files cannot be written.
    pub fn depend_on(&self, name: &str, lib: &str) {
        write(&self.folder.join(name), name, "", "lib.rs", lib);
        let line = format!("[dependencies]\n{name} = {{ path = {name:?} }}\n");
        self.change_manifest("[dependencies]\n", &line);
    }

    /// Writes one more file, by its path in the package.
    ///
    /// # Panics
    /// If it cannot be written.
    pub fn add(&self, path: &str, text: &str) {
        std::fs::write(self.folder.join(path), text).expect("a file of the package");
    }

    /// Where a file of the package is.
    #[must_use]
    pub fn path(&self, path: &str) -> PathBuf {
        self.folder.join(path)
    }

    fn change_manifest(&self, from: &str, to: &str) {
        let path = self.folder.join("Cargo.toml");
        let manifest = std::fs::read_to_string(&path).expect("the package's manifest");
        std::fs::write(path, manifest.replacen(from, to, 1)).expect("a manifest");
    }

    /// Runs cargo in it.
    ///
    /// # Panics
    /// If cargo cannot be started.
    #[must_use]
    pub fn cargo(&self, arguments: &[&str], environment: &[(&str, &str)]) -> Output {
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let mut command = Command::new(cargo);
        command.args(arguments).current_dir(&self.folder).env("CARGO_TARGET_DIR", &self.target);
        command
            .env_remove("DEFER_NOTES")
            .env_remove("RUSTFLAGS")
            .env_remove("CARGO_ENCODED_RUSTFLAGS");
        command.envs(environment.iter().copied()).output().expect("cargo starts")
    }
}

fn write(folder: &Path, name: &str, more: &str, file: &str, source: &str) {
    let manifest = format!(
        "[package]\nname = \"{name}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\
        [dependencies]\ndefer-rt = {{ path = \"{}\" }}\n{more}",
        workspace().join("defer-rt").display()
    );
    std::fs::create_dir_all(folder.join("src")).expect("a temporary folder");
    std::fs::write(folder.join("Cargo.toml"), manifest).expect("a manifest");
    std::fs::write(folder.join("src").join(file), source).expect("a source");
}

fn workspace() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace")
}

/// What a command said, if it succeeded.
///
/// # Panics
/// If it did not.
#[must_use]
pub fn succeeded(output: &Output) -> (String, String) {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let (stdout, stderr) = (text(&output.stdout), text(&output.stderr));
    assert!(output.status.success(), "{}\n{stdout}\n{stderr}", output.status);
    (stdout, stderr)
}
