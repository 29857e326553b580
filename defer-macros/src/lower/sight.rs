//! How much exit code sees of the outcome: decides which of the runtime's functions runs it, and what it is
//! given. Less is cheaper.

use proc_macro2::TokenStream;
use quote::quote;

use crate::names::{self, Names, Private};

/// From the least to the most.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Sight {
    Blind,
    Sees,
    Handles,
}

impl Sight {
    /// The mechanism's function for it.
    pub(super) fn function<'a>(self, mechanism: &'a str, names: &'a Names) -> Private<'a> {
        match self {
            Sight::Blind => names.private(mechanism),
            Sight::Sees => names.private(format!("{mechanism}_seeing")),
            Sight::Handles => names.private(format!("{mechanism}_handling")),
        }
    }

    /// The exit code's parameter.
    pub(super) fn parameter(self) -> Option<TokenStream> {
        let outcome = names::local("outcome");
        (self != Sight::Blind).then(|| quote!(#[allow(unused_mut)] mut #outcome))
    }
}
