//! What is for cargo: takes the options that `cargo check` has too, gives them as cargo's arguments.

use clap::{Arg, ArgAction, ArgMatches, Args, Command, Error, FromArgMatches};

/// Which packages; also asked of `cargo tree`.
const PACKAGES: [Choice; 3] = [
    Choice::value("package", "SPEC", "Packages to look at").short('p'),
    Choice::flag("workspace", "All packages of the workspace"),
    Choice::value("exclude", "SPEC", "Packages to leave out"),
];

/// Where they are; also asked of `cargo tree`.
const MANIFEST: [Choice; 4] = [
    Choice::value("manifest-path", "PATH", "Path to Cargo.toml"),
    Choice::flag("locked", "Assert that Cargo.lock stays as it is"),
    Choice::flag("offline", "Do not use the network"),
    Choice::flag("frozen", "Both of these"),
];

/// What is built of them, and how.
const BUILD: [Choice; 19] = [
    Choice::flag("lib", "The library"),
    Choice::flag("bins", "All programs"),
    Choice::value("bin", "NAME", "This program"),
    Choice::flag("examples", "All examples"),
    Choice::value("example", "NAME", "This example"),
    Choice::flag("tests", "All that has tests"),
    Choice::value("test", "NAME", "This test"),
    Choice::flag("benches", "All that has benchmarks"),
    Choice::value("bench", "NAME", "This benchmark"),
    Choice::flag("all-targets", "All of these"),
    Choice::value("features", "FEATURES", "Features to activate").short('F'),
    Choice::flag("all-features", "All features"),
    Choice::flag("no-default-features", "Not the feature `default`"),
    Choice::value("jobs", "N", "How many jobs run at once").short('j'),
    Choice::flag("keep-going", "Go on behind what does not compile"),
    Choice::flag("release", "With the profile `release`").short('r'),
    Choice::value("profile", "NAME", "With this profile"),
    Choice::value("target", "TRIPLE", "For this target"),
    Choice::value("target-dir", "DIR", "Where it is built"),
];

/// An option of cargo's.
#[derive(Clone, Copy)]
struct Choice {
    name: &'static str,
    short: Option<char>,
    /// Without one it is a flag.
    value: Option<&'static str>,
    help: &'static str,
}

/// What was chosen, and what is behind `--`.
#[derive(Default)]
pub(crate) struct ForCargo {
    chosen: Vec<(&'static str, Option<String>)>,
    pub(crate) rest: Vec<String>,
}

impl ForCargo {
    /// More of them.
    pub(super) fn packages(&mut self, packages: Vec<String>) {
        self.chosen.extend(packages.into_iter().map(|package| ("package", Some(package))));
    }

    /// What was given for an option.
    pub(crate) fn value(&self, name: &str) -> Option<&str> {
        self.chosen.iter().find(|(chosen, _)| *chosen == name)?.1.as_deref()
    }

    /// For `cargo check`. The target folder is up to who calls that.
    pub(crate) fn arguments(&self) -> impl Iterator<Item = String> {
        self.written(|name| name != "target-dir").chain(self.rest.iter().cloned())
    }

    /// For `cargo tree`, to say which packages that is.
    pub(crate) fn arguments_of_tree(&self) -> impl Iterator<Item = String> {
        self.written(|name| PACKAGES.iter().chain(&MANIFEST).any(|choice| choice.name == name))
    }

    fn written(&self, wanted: impl Fn(&str) -> bool) -> impl Iterator<Item = String> {
        self.chosen.iter().filter(move |(name, _)| wanted(name)).map(|(name, value)| match value {
            Some(value) => format!("--{name}={value}"),
            None => format!("--{name}"),
        })
    }
}

fn all() -> impl Iterator<Item = Choice> {
    PACKAGES.into_iter().chain(BUILD).chain(MANIFEST)
}

impl Choice {
    const fn flag(name: &'static str, help: &'static str) -> Self {
        Self { name, short: None, value: None, help }
    }

    const fn value(name: &'static str, value: &'static str, help: &'static str) -> Self {
        Self { name, short: None, value: Some(value), help }
    }

    const fn short(self, short: char) -> Self {
        Self { short: Some(short), ..self }
    }

    fn arg(self) -> Arg {
        let arg =
            Arg::new(self.name).long(self.name).short(self.short).help(self.help).global(true);
        match self.value {
            Some(value) => arg.value_name(value).action(ArgAction::Append),
            None => arg.action(ArgAction::SetTrue),
        }
    }

    fn chosen(self, matches: &ArgMatches) -> Vec<(&'static str, Option<String>)> {
        if self.value.is_none() {
            return if matches.get_flag(self.name) { vec![(self.name, None)] } else { vec![] };
        }
        let values = matches.get_many::<String>(self.name).into_iter().flatten();
        values.map(|value| (self.name, Some(value.clone()))).collect()
    }
}

impl Args for ForCargo {
    fn augment_args(command: Command) -> Command {
        command
            .next_help_heading(
                "What is built, as in `cargo check`; anything else it takes goes behind `--`",
            )
            .args(all().map(Choice::arg))
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl FromArgMatches for ForCargo {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, Error> {
        Ok(Self { chosen: all().flat_map(|choice| choice.chosen(matches)).collect(), rest: vec![] })
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}
