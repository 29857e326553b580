//! A table of figures: takes them by row and column, gives Markdown with the factor to the first column.

use std::fmt::Write as _;

/// Rows and columns stand in the order in which they came.
pub(crate) struct Table {
    title: String,
    rows: Vec<String>,
    columns: Vec<String>,
    figures: Vec<(usize, usize, f64)>,
    /// Whether the columns are ways to write the same, so that factors say something.
    compares: bool,
}

impl Table {
    /// Columns are compared with the first.
    pub(crate) fn comparing(title: &str) -> Self {
        Self {
            title: title.to_owned(),
            rows: vec![],
            columns: vec![],
            figures: vec![],
            compares: true,
        }
    }

    /// Columns have nothing to do with each other.
    pub(crate) fn listing(title: &str) -> Self {
        Self { compares: false, ..Self::comparing(title) }
    }

    pub(crate) fn add(&mut self, row: &str, column: &str, figure: f64) {
        let (row, column) = (place(&mut self.rows, row), place(&mut self.columns, column));
        self.figures.push((row, column, figure));
    }

    /// One more column, for the rows that are here.
    pub(crate) fn joined_by(mut self, column: &str, figures: &[(String, f64)]) -> Self {
        for (row, figure) in figures {
            if self.rows.contains(row) {
                self.add(row, column, *figure);
            }
        }
        self
    }

    pub(crate) fn markdown(&self) -> String {
        let mut text = format!("\n## {}\n\n| |", self.title);
        for column in &self.columns {
            let _ = write!(text, " {column} |");
        }
        text += "\n|---|";
        text += &"--:|".repeat(self.columns.len());
        for (row, name) in self.rows.iter().enumerate() {
            let _ = write!(text, "\n| {name} |");
            (0..self.columns.len()).for_each(|column| text += &self.cell(row, column));
        }
        text + "\n"
    }

    fn cell(&self, row: usize, column: usize) -> String {
        let Some(figure) = self.figure(row, column) else { return " |".into() };
        let base = self.figure(row, 0).filter(|base| self.compares && column > 0 && *base > 0.0);
        match base {
            Some(base) => format!(" {} ({:.2}) |", short(figure), figure / base),
            None => format!(" {} |", short(figure)),
        }
    }

    fn figure(&self, row: usize, column: usize) -> Option<f64> {
        let found = self.figures.iter().find(|(r, c, _)| (*r, *c) == (row, column));
        found.map(|(_, _, figure)| *figure)
    }
}

fn place(names: &mut Vec<String>, name: &str) -> usize {
    names.iter().position(|known| known == name).unwrap_or_else(|| {
        names.push(name.to_owned());
        names.len() - 1
    })
}

fn short(figure: f64) -> String {
    if figure >= 1000.0 || figure.fract() == 0.0 {
        format!("{figure:.0}")
    } else {
        format!("{figure:.1}")
    }
}
