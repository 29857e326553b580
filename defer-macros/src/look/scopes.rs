//! The names in scope: takes the patterns and items that bring names into scope, gives the variable that
//! a name means. Names are compared with their hygiene: a macro's own `x` is not the caller's.

use proc_macro2::{Ident, Span};
use syn::ext::IdentExt;
use syn::visit::{self, Visit};
use syn::visit_mut::{self, VisitMut};
use syn::{Block, Expr, Item, ItemUse, Pat, PatIdent, Stmt, UseName, UseRename};

use crate::variable::{FrameId, Moment, Nature, Period, VarId, Variable, Variables};

/// What is in scope at a place of the walk, innermost last.
#[derive(Default)]
pub(super) struct Scopes {
    bindings: Vec<Binding>,
    /// The items of blocks, of which deferred code may get a copy.
    items: Vec<Item>,
}

struct Binding {
    text: String,
    at: Span,
    id: VarId,
}

/// How much was in scope at some point.
#[derive(Clone, Copy)]
pub(super) struct Mark {
    bindings: usize,
    items: usize,
}

/// Where variables are bound, and as what.
#[derive(Clone, Copy)]
pub(super) struct Origin {
    pub(super) frame: FrameId,
    pub(super) declared: Moment,
    pub(super) initialized: Period,
    pub(super) nature: Nature,
}

impl Scopes {
    pub(super) fn mark(&self) -> Mark {
        Mark { bindings: self.bindings.len(), items: self.items.len() }
    }

    pub(super) fn leave(&mut self, mark: Mark) {
        self.bindings.truncate(mark.bindings);
        self.items.truncate(mark.items);
    }

    /// The items of blocks that came into scope behind the first so many.
    pub(super) fn items_behind(&self, first: usize) -> &[Item] {
        &self.items[first..]
    }

    pub(super) fn items(&self) -> usize {
        self.items.len()
    }

    /// What the name means: the innermost binding of that name. Where there are several, those of its own
    /// macro come first.
    pub(super) fn find(&self, name: &Ident) -> Option<VarId> {
        let text = name.unraw().to_string();
        let mut named = self.bindings.iter().rev().filter(|it| it.text == text);
        let nearest = named.next()?;
        let Some(_) = named.next() else { return Some(nearest.id) };
        let context = context(name.span());
        let same = |it: &&Binding| it.text == text && self::context(it.at) == context;
        Some(self.bindings.iter().rev().find(same).unwrap_or(nearest).id)
    }

    /// Binds what the pattern binds, and marks it there.
    pub(super) fn bind(&mut self, pat: &mut Pat, origin: Origin, variables: &mut Variables) {
        let first = self.bindings.len();
        Binder { scopes: self, origin, variables, first }.visit_pat_mut(pat);
    }

    /// Brings a variable into scope.
    pub(super) fn declare(
        &mut self,
        name: &Ident,
        mutable: bool,
        origin: Origin,
        variables: &mut Variables,
    ) -> VarId {
        let id = VarId(variables.all.len());
        let Origin { frame, declared, initialized, nature } = origin;
        let (text, at) = (name.unraw().to_string(), name.span());
        let (name, uses) = (name.clone(), Vec::new());
        variables.all.push(Variable { name, mutable, frame, declared, initialized, nature, uses });
        self.bindings.push(Binding { text, at, id });
        id
    }

    /// A block's items are in scope in all of it.
    pub(super) fn bind_items(&mut self, block: &Block, origin: Origin, variables: &mut Variables) {
        for stmt in &block.stmts {
            let Stmt::Item(item) = stmt else { continue };
            let nature = nature(item);
            for name in names(item) {
                self.declare(&name, false, Origin { nature, ..origin }, variables);
            }
            let has_copies = matches!(item, Item::Fn(_) | Item::Const(_) | Item::Use(_));
            if has_copies && nature == Nature::Item {
                self.items.push(item.clone());
            }
        }
    }
}

/// A function is a value that can be captured, unless it may be used at several types.
fn nature(item: &Item) -> Nature {
    let is_generic = |item: &syn::ItemFn| {
        let by_type = |it: &syn::GenericParam| !matches!(it, syn::GenericParam::Lifetime(_));
        item.sig.generics.params.iter().any(by_type) || has_impl_trait(&item.sig)
    };
    match item {
        Item::Fn(item) if !is_generic(item) => Nature::Function,
        _ => Nature::Item,
    }
}

fn has_impl_trait(signature: &syn::Signature) -> bool {
    struct Found(bool);
    impl<'ast> Visit<'ast> for Found {
        fn visit_type_impl_trait(&mut self, _: &'ast syn::TypeImplTrait) {
            self.0 = true;
        }
    }
    let mut found = Found(false);
    signature.inputs.iter().for_each(|input| found.visit_fn_arg(input));
    found.0
}

/// The names that an item brings into scope among those of values.
fn names(item: &Item) -> Vec<Ident> {
    struct Imported(Vec<Ident>);
    impl<'ast> Visit<'ast> for Imported {
        fn visit_use_name(&mut self, it: &'ast UseName) {
            self.0.push(it.ident.clone());
        }
        fn visit_use_rename(&mut self, it: &'ast UseRename) {
            self.0.push(it.rename.clone());
        }
    }
    let imported = |item: &ItemUse| {
        let mut imported = Imported(Vec::new());
        visit::visit_item_use(&mut imported, item);
        imported.0.retain(|name| name != "_" && name != "self");
        imported.0
    };
    match item {
        Item::Fn(item) => vec![item.sig.ident.clone()],
        Item::Const(item) => vec![item.ident.clone()],
        Item::Static(item) => vec![item.ident.clone()],
        Item::Struct(item) if !matches!(item.fields, syn::Fields::Named(_)) => {
            vec![item.ident.clone()]
        }
        Item::Use(item) => imported(item),
        _ => Vec::new(),
    }
}

/// Binds each name of a pattern once: alternatives bind the same ones.
struct Binder<'a> {
    scopes: &'a mut Scopes,
    origin: Origin,
    variables: &'a mut Variables,
    /// Where the bindings of this pattern begin.
    first: usize,
}

impl VisitMut for Binder<'_> {
    fn visit_pat_ident_mut(&mut self, pat: &mut PatIdent) {
        let text = pat.ident.unraw().to_string();
        let context = context(pat.ident.span());
        let same = |it: &&Binding| it.text == text && self::context(it.at) == context;
        let known = self.scopes.bindings[self.first..].iter().find(same).map(|it| it.id);
        let mutable = pat.mutability.is_some() && pat.by_ref.is_none();
        let id = known.unwrap_or_else(|| {
            self.scopes.declare(&pat.ident, mutable, self.origin, self.variables)
        });
        pat.ident = id.mark(&pat.ident);
        visit_mut::visit_pat_ident_mut(self, pat);
    }

    fn visit_expr_mut(&mut self, _: &mut Expr) {}
}

/// What tells names of a macro from those of its caller. There is no way to ask for it but this: what the
/// compiler writes ahead of a token's place.
fn context(at: Span) -> String {
    let text = format!("{at:?}");
    text.split_once(" bytes").map_or(text.clone(), |(context, _)| context.to_owned())
}
