//! Which mechanism each site gets, and whether that breaks a contract.

pub(crate) mod classify;
pub(crate) mod contract;
