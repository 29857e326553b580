//! Makes a small program of one that fails: takes a program and what failing is, gives a program that still
//! fails and from which no statement can be left out.

use super::ir::{
    Defer, Deferred, DeferredBlock, Func, Program, Rust, Stmt, Ty, declares, frame_body,
    inner_bodies, mentioned,
};

/// How one statement is made less.
#[derive(Clone, Copy)]
enum Less {
    LeftOut,
    /// What it holds takes its place.
    Unwrapped,
}

/// The smallest that is found. That a program compiles is for `fails` to see: one that does not has not
/// failed as the first one did.
#[must_use]
pub fn shrink(program: &Program, mut fails: impl FnMut(&Program) -> bool) -> Program {
    let mut smallest = program.clone();
    for run in &program.runs {
        let alone = Program { runs: vec![*run], ..program.clone() };
        if fails(&alone) {
            smallest = alone;
            break;
        }
    }
    loop {
        let Some(smaller) = less(&smallest).find(&mut fails) else { return smallest };
        smallest = smaller;
    }
}

/// The program with one statement less, or without what is around some; large ones come first.
fn less(program: &Program) -> impl Iterator<Item = Program> {
    let places: usize =
        program.funcs.iter().map(|function| function.body.iter().map(size).sum::<usize>()).sum();
    let all = (0..places).flat_map(|at| [(at, Less::LeftOut), (at, Less::Unwrapped)]);
    all.filter_map(|(mut at, how)| {
        let mut program = program.clone();
        let changed = program.funcs.iter_mut().any(|f| change(&mut f.body, &mut at, how));
        let makes_sense = program
            .funcs
            .iter()
            .all(|Func { body, .. }| mentioned(body).is_empty() && hands_out_as_it_should(body));
        (changed && makes_sense).then_some(program)
    })
}

/// Whether each frame that is to hand out a variable does, and mentions it by the first site behind it: the
/// interpreter knows no other ones.
fn hands_out_as_it_should(body: &[Stmt]) -> bool {
    body.iter().all(|stmt| {
        let own = match stmt {
            Stmt::Rust(Rust::Closure(_, Ty::Kept(_), body)) => {
                mentions_first_what_it_hands_out(body)
            }
            _ => true,
        };
        let mut bodies = inner_bodies(stmt).into_iter().chain(frame_body(stmt));
        own && bodies.all(|body| hands_out_as_it_should(body))
    })
}

fn mentions_first_what_it_hands_out(body: &[Stmt]) -> bool {
    let Some(Stmt::Rust(Rust::HandOut(v, _))) = body.last() else { return false };
    let at = body.iter().position(|stmt| declares(stmt) == Some(*v));
    let first = at.and_then(|at| body.get(at + 1));
    first.is_some_and(|first| {
        matches!(first, Stmt::Defer(_)) && mentioned(std::slice::from_ref(first)) == [*v]
    })
}

fn size(stmt: &Stmt) -> usize {
    1 + inner_bodies(stmt).into_iter().chain(frame_body(stmt)).flatten().map(size).sum::<usize>()
}

/// Changes the statement at this place of the walk, if it is in here and can be.
fn change(body: &mut Vec<Stmt>, at: &mut usize, how: Less) -> bool {
    for index in 0..body.len() {
        if *at == 0 {
            let unwrapped = match how {
                Less::LeftOut => Some(Vec::new()),
                Less::Unwrapped => inner_bodies(&body[index]).into_iter().next().cloned(),
            };
            let Some(unwrapped) = unwrapped else { return false };
            body.splice(index..=index, unwrapped);
            return true;
        }
        *at -= 1;
        if bodies(&mut body[index]).into_iter().any(|body| change(body, at, how)) {
            return true;
        }
    }
    false
}

/// All bodies that a statement holds.
fn bodies(stmt: &mut Stmt) -> Vec<&mut Vec<Stmt>> {
    match stmt {
        Stmt::If { then, r#else, .. } => std::iter::once(then).chain(r#else).collect(),
        Stmt::Switch { cases, default } => cases.iter_mut().chain(default).collect(),
        Stmt::For { body, .. }
        | Stmt::While { body, .. }
        | Stmt::Loop { body, .. }
        | Stmt::Block { body, .. }
        | Stmt::Closure { body, .. }
        | Stmt::Rust(
            Rust::LetBlock(_, body)
            | Rust::Lend(_, _, body)
            | Rust::Closure(_, _, body)
            | Rust::Async(_, _, body)
            | Rust::Marked { body, .. },
        )
        | Stmt::Defer(Defer {
            call: Deferred::Lit { body } | Deferred::Block(DeferredBlock { body, .. }),
            ..
        }) => vec![body],
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::{generate, interpret};
    use super::*;

    /// Every program that traces such a line shrinks to one of a statement or two.
    fn shrinks_to(most: usize, is_wanted: impl Fn(&str) -> bool) {
        let fails = |program: &Program| {
            let traces = program.runs.iter().map(|run| interpret::trace(program, *run));
            traces.flatten().any(|line| is_wanted(&line))
        };
        let programs = generate::programs(1, 60, 3);
        let wanted: Vec<&Program> = programs.iter().filter(|program| fails(program)).collect();
        assert!(wanted.len() > 5, "{} programs", wanted.len());
        for program in wanted {
            let small = shrink(program, fails);
            let statements: usize =
                small.funcs.iter().map(|f| f.body.iter().map(size).sum::<usize>()).sum();
            assert!(small.runs.len() == 1 && statements <= most, "{statements} statements");
        }
    }

    #[test]
    fn a_panic_shrinks_to_the_statement() {
        shrinks_to(8, |line| line.starts_with("END panic"));
    }

    #[test]
    fn a_deferred_call_shrinks_to_its_defer() {
        // At most a closure, its variable, the `errdefer!` of that, another variable and the `defer!` of that,
        // and what is handed out.
        shrinks_to(6, |line| line.starts_with("R "));
    }
}
