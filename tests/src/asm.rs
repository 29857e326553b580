//! Assembly, as far as the tests read it: takes what the compiler emits for x86-64, gives the instructions
//! that control can reach in a function without a panic.

use std::collections::BTreeMap;

/// The instructions of each function that can be reached from its start. Landing pads are not: nothing
/// jumps to them. Where functions came out the same, they share a body.
#[must_use]
pub fn reachable(assembly: &str) -> BTreeMap<String, Vec<String>> {
    let mut functions = BTreeMap::new();
    let mut lines = assembly.lines();
    let mut function = "";
    while let Some(line) = lines.next() {
        // Tables have labels too; a function is announced.
        if let Some(announced) = line.trim().strip_suffix(",@function") {
            function = split(announced).1;
        }
        let Some(name) = line.strip_suffix(':').filter(|name| *name == function) else { continue };
        let body: Vec<&str> = lines.by_ref().take_while(|l| !l.contains(".cfi_endproc")).collect();
        functions.insert(name.to_owned(), walk(&body));
    }
    for line in assembly.lines() {
        if let Some((name, same)) = line.split_once(" = ")
            && let Some(body) = functions.get(same).cloned()
        {
            functions.insert(name.to_owned(), body);
        }
    }
    functions
}

fn walk(body: &[&str]) -> Vec<String> {
    let position = |label: &str| body.iter().position(|line| line.strip_suffix(':') == Some(label));
    let mut seen = vec![false; body.len()];
    let mut open = vec![0];
    while let Some(mut at) = open.pop() {
        while at < body.len() && !seen[at] {
            seen[at] = true;
            let (operation, operand) = split(body[at]);
            if operation.starts_with('j') {
                open.extend(position(operand));
            }
            if matches!(operation, "jmp" | "retq" | "ret" | "ud2") {
                break;
            }
            at += 1;
        }
    }
    let reached = body.iter().zip(seen).filter(|(line, seen)| *seen && is_instruction(line));
    reached.map(|(line, _)| line.trim().to_owned()).collect()
}

fn split(line: &str) -> (&str, &str) {
    let (operation, operand) = line.trim().split_once(['\t', ' ']).unwrap_or((line.trim(), ""));
    (operation, operand.trim())
}

fn is_instruction(line: &str) -> bool {
    line.starts_with('\t') && !line.trim().starts_with('.')
}
