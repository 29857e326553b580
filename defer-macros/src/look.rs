//! What is where: takes a function as it was read, gives its frames, the place of each site, and its
//! variables, told apart and marked. One walk knows what a pattern, a block, a loop or a macro's
//! argument binds and mentions; it is the only pass that needs to.

mod arguments;
mod constant;
mod frames;
mod mentions;
mod natures;
mod scopes;
mod tails;
mod walk;

pub(crate) use self::mentions::{Fields, Tables, assigns, first_mentions, mentioned, mutates};
use self::tails::Ends;
pub(crate) use self::tails::{inner, innermost, plain_block, wrapped};
use self::walk::Walk;
use crate::site::{Frame, Function, Placement};
use crate::variable::Variables;

/// All that one function has.
pub(crate) struct Found {
    pub(crate) frames: Vec<Frame>,
    /// By the site's number.
    pub(crate) placements: Vec<Placement>,
    pub(crate) variables: Variables,
}

/// Walks the function and its nested frames, and marks every mention of a variable.
pub(crate) fn look(function: &mut Function) -> Found {
    let mut walk = Walk::new(&mut function.sites, &mut function.arguments);
    walk.function(&mut function.item);
    let (finder, variables) = walk.finish();
    // Parsing refuses sites where the walk does not go.
    let missing = "the walk reaches every site that parsing found";
    let placements = finder.placements.into_iter().map(|p| p.expect(missing)).collect();
    Found { frames: finder.frames, placements, variables }
}

/// Whether nothing behind the statement is ever reached.
pub(crate) fn diverges(stmt: &syn::Stmt, arguments: &[crate::read::Arguments]) -> bool {
    Ends { arguments }.statement_diverges(stmt)
}

/// A name on its own, as a variable is mentioned.
pub(crate) fn simple_path(expr: &syn::Expr) -> Option<&proc_macro2::Ident> {
    match expr {
        syn::Expr::Path(path) if path.qself.is_none() && path.attrs.is_empty() => {
            path.path.get_ident()
        }
        _ => None,
    }
}
