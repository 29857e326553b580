//! Tests of `defer-rt`.
