//! Every message, pinned with its place and its text: errors, notes as warnings, and code that must
//! compile without a warning.

#[test]
fn messages() {
    let cases = trybuild::TestCases::new();
    cases.compile_fail("fail/*.rs");
    cases.compile_fail("notes/*.rs");
    cases.pass("pass/*.rs");
}
