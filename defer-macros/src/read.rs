//! Tokens → the function, its sites, and the arguments of its macros.

mod arguments;
mod breaks;
mod conditions;
pub(crate) mod container;
mod deferred;
mod foreign;
mod fragments;
pub(crate) mod half_typed;
pub(crate) mod known;
pub(crate) mod marked;
mod markers;
mod options;
mod scan;
mod sites;
pub(crate) mod tokens;

pub(crate) use self::arguments::{
    Arguments, Read, mark as mark_arguments, number as arguments_of, without_markers,
};
pub(crate) use self::markers::{end, marker};
pub(crate) use self::options::{Denied, Force, Options};
pub(crate) use self::sites::function;

use proc_macro2::{Ident, Span, TokenStream};

use self::scan::Seen;

/// An item, ready to be read.
pub(crate) enum Prepared {
    Item(TokenStream),
    /// It goes back to the compiler first.
    Asks(TokenStream),
}

/// Whether the item mentions a site.
pub(crate) fn defers(item: &TokenStream) -> bool {
    Seen::of(item).defers
}

/// Takes out of the item what no later pass is to know of: groups that nobody sees, and conditions.
pub(crate) fn prepare(options: &Options, written: &TokenStream, item: TokenStream) -> Prepared {
    let seen = Seen::of(&item);
    if !seen.defers {
        let is_seen = !seen.hidden_groups;
        return Prepared::Item(if is_seen { item } else { fragments::visible_outside(item) });
    }
    let item = if seen.joined { half_typed::apart(item) } else { item };
    let item = if seen.hidden_groups { fragments::visible(item) } else { item };
    if options.decided {
        return Prepared::Item(conditions::decided(item));
    }
    let conditions = if seen.conditions { conditions::of(&item) } else { Vec::new() };
    if conditions.is_empty() {
        return Prepared::Item(item);
    }
    let mut attribute = options.names.krate.clone();
    attribute.segments.push(Ident::new("deferrable", Span::mixed_site()).into());
    Prepared::Asks(conditions::ask(&attribute, written, &item, &conditions))
}
