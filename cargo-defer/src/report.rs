//! The report: takes the sites, gives them in rustc's look, grouped by function, with a summary.

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::Path;

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet, Title};

use crate::site::{Mechanism, Place, Site};

/// The sites, with the sources that they stand in.
pub(crate) struct Report<'a> {
    pub(crate) sites: &'a [Site],
    sources: BTreeMap<&'a str, String>,
}

/// Which sites are shown, beside the summary.
#[derive(Clone, Copy)]
pub(crate) enum Detail {
    None,
    /// What is not open-coded.
    Costs,
    All,
}

impl Detail {
    fn shows(self, site: &Site) -> bool {
        match self {
            Self::None => false,
            Self::Costs => site.mechanism.costs(),
            Self::All => true,
        }
    }
}

impl<'a> Report<'a> {
    /// Files are named as seen from the workspace's root.
    pub(crate) fn new(sites: &'a [Site], root: &Path) -> Self {
        let files = sites.iter().map(|site| site.file.as_str());
        let source = |file: &str| std::fs::read_to_string(root.join(file)).unwrap_or_default();
        Self { sites, sources: files.map(|file| (file, source(file))).collect() }
    }

    /// All of it, with so much of each function.
    pub(crate) fn text(&self, detail: Detail) -> String {
        let functions = self.functions();
        let functions: String =
            functions.iter().filter_map(|sites| self.function(sites, detail)).collect();
        functions + &counts(self.sites.iter()) + &dropped(self.sites) + "\n"
    }

    /// What is deferred, on one line: where that opens a block, its first line goes along.
    pub(crate) fn code(&self, site: &Site) -> String {
        let source = self.sources.get(site.file.as_str()).map_or("", String::as_str);
        let mut code = String::new();
        for line in source.lines().skip(site.line.saturating_sub(1)) {
            let skipped = if code.is_empty() { site.column.saturating_sub(1) } else { 0 };
            code.extend(line.chars().skip(skipped).skip_while(|c| c.is_whitespace()));
            code.truncate(code.trim_end().len());
            if !code.ends_with(['{', '(', '|']) {
                break;
            }
            code.push(' ');
        }
        code
    }

    /// The sites of each function, in the order of the first.
    fn functions(&self) -> Vec<Vec<&'a Site>> {
        let mut functions: Vec<Vec<&Site>> = Vec::new();
        let key = |site: &Site| (site.file.clone(), site.function_line, site.function.clone());
        for site in self.sites {
            match functions.iter_mut().find(|sites| key(sites[0]) == key(site)) {
                Some(sites) => sites.push(site),
                None => functions.push(vec![site]),
            }
        }
        functions
    }

    fn function(&self, sites: &[&Site], detail: Detail) -> Option<String> {
        let shown: Vec<&Site> = sites.iter().copied().filter(|site| detail.shows(site)).collect();
        if shown.is_empty() {
            return None;
        }
        let level = if piles_up(sites) { Level::WARNING } else { Level::NOTE };
        let title = format!("`{}`: {}", sites[0].function, counts(sites.iter().copied()));
        let mut group = self.group(level.primary_title(title), &shown, label);
        if let Some(captured) = pinned(sites) {
            let text = format!("{captured} until `{}` returns", sites[0].function);
            group = group.element(Level::NOTE.message(text));
        }
        for remedy in remedies(sites) {
            let text = format!("to have it open-coded, {remedy}");
            group = group.element(Level::HELP.message(text));
        }
        Some(Renderer::styled().render(&[group]) + "\n\n")
    }

    /// The lines of the sites, each with what is said of it.
    pub(crate) fn group<'b>(
        &'b self,
        title: Title<'b>,
        sites: &[&'b Site],
        label: impl Fn(&Site) -> String,
    ) -> Group<'b> {
        self.group_with(title, sites, label, &[])
    }

    /// The same, with other places that matter.
    pub(crate) fn group_with<'b>(
        &'b self,
        title: Title<'b>,
        sites: &[&'b Site],
        label: impl Fn(&Site) -> String,
        others: &[(Place, String)],
    ) -> Group<'b> {
        let file = sites[0].file.as_str();
        let source = self.sources.get(file).map_or("", String::as_str);
        let annotations = sites.iter().filter_map(|site| {
            let span = span(source, site.line, site.column, site.width)?;
            Some(AnnotationKind::Primary.span(span).label(label(site)))
        });
        let others = others.iter().filter_map(|(at, label)| {
            let span = span(source, at.line, at.column, 1)?;
            Some(AnnotationKind::Context.span(span).label(label.clone()))
        });
        let annotations: Vec<_> = annotations.chain(others).collect();
        if annotations.is_empty() {
            // A file that cannot be read, or code that a macro made.
            let lines = sites.iter().map(|site| format!("{}: {}", site.place(), site.verdict()));
            let messages = lines.map(|line| Level::NOTE.message(line));
            return title.elements(messages);
        }
        title.element(Snippet::source(source).path(file).annotations(annotations))
    }
}

/// Where so many characters are in the source, if they are there.
fn span(source: &str, line: usize, column: usize, width: usize) -> Option<Range<usize>> {
    let mut lines = source.split_inclusive('\n');
    let ahead = line.checked_sub(1)?;
    let before: usize = lines.clone().take(ahead).map(str::len).sum();
    let line = lines.nth(ahead)?;
    let start: usize = line.chars().take(column.checked_sub(1)?).map(char::len_utf8).sum();
    let length: usize = line.get(start..)?.chars().take(width).map(char::len_utf8).sum();
    (length > 0).then(|| before + start..before + start + length)
}

/// `2 of 3 sites open-coded, 1 heap-allocated`
fn counts<'a>(sites: impl Iterator<Item = &'a Site>) -> String {
    let mechanisms: Vec<Mechanism> = sites.map(|site| site.mechanism).collect();
    let of = |mechanism| mechanisms.iter().filter(|each| **each == mechanism).count();
    let never = of(Mechanism::NeverReached);
    let all = mechanisms.len() - never;
    let open_coded = format!("{} of {} open-coded", of(Mechanism::OpenCoded), counted(all));
    let others = [Mechanism::Stack, Mechanism::Heap].into_iter().filter(|other| of(*other) > 0);
    let counts = others.fold(open_coded, |text, other| format!("{text}, {} {other}", of(other)));
    if never == 0 { counts } else { format!("{counts}, {never} never reached") }
}

/// `1 site`, `2 sites`
pub(crate) fn counted(sites: usize) -> String {
    format!("{sites} site{}", if sites == 1 { "" } else { "s" })
}

/// How many wait, which matters more than how they are laid out.
fn dropped(sites: &[Site]) -> String {
    match sites.iter().filter(|site| site.awaits && site.is_reached()).count() {
        0 => String::new(),
        waiting => format!("; {waiting} not run if the future is dropped"),
    }
}

fn label(site: &Site) -> String {
    let bytes = site.bytes().map(|bytes| format!("; {bytes}")).unwrap_or_default();
    let (captures, dropped) = (captures(site), site.dropped());
    format!("{}{captures}{bytes}{dropped}", site.verdict())
}

/// What goes along, behind the reason.
fn captures(site: &Site) -> String {
    let values: Vec<_> = site.captures.iter().map(|c| format!("`{}`", c.value)).collect();
    if values.is_empty() { String::new() } else { format!("; captures {}", values.join(", ")) }
}

/// Whether records of the function may pile up: not where a loop is always left in its first turn.
fn piles_up(sites: &[&Site]) -> bool {
    sites.iter().any(|site| repeats(site))
}

fn repeats(site: &Site) -> bool {
    site.mechanism == Mechanism::Heap && site.in_loop.is_some_and(|around| !around.once)
}

/// What heap records keep, turn for turn.
fn pinned(sites: &[&Site]) -> Option<String> {
    let captured = sites.iter().filter(|site| repeats(site)).flat_map(|site| &site.captures);
    let mut values: Vec<_> = captured.map(|capture| format!("`{}`", capture.value)).collect();
    values.dedup();
    (!values.is_empty()).then(|| format!("each turn of the loop keeps {}", values.join(", ")))
}

/// Each once, in the order of the sites.
fn remedies(sites: &[&Site]) -> Vec<String> {
    let mut remedies: Vec<String> = Vec::new();
    // To the sites outside a loop it is `that loop`.
    let all = sites.iter().filter_map(|site| site.remedy.as_ref());
    for remedy in all.map(|remedy| remedy.replace("that loop", "the loop")) {
        if !remedies.contains(&remedy) {
            remedies.push(remedy);
        }
    }
    remedies
}
