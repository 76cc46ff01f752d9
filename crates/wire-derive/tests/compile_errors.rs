//! Error messages of the derive: each file in `ui/` fails to compile with the message beside it.

#[test]
fn misuse_is_explained() {
    trybuild::TestCases::new().compile_fail("tests/ui/*.rs");
}
