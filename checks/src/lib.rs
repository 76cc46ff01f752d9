//! Compiles the Rust code in the project's documents as doc tests. The tests of this package check
//! the structure of the workspace: crate dependencies, module cycles, comments, documents.
//!
//! `tests/documents.rs` fails if a document with Rust code is missing here. The README of
//! `orouter-local` is compiled by that crate, whose dependencies take long to build.

/// Makes a module for each document, whose doc tests are the document's code blocks.
macro_rules! documents {
    ($($name:ident $path:literal)*) => {
        $(
            #[cfg(doctest)]
            #[doc = include_str!($path)]
            mod $name {}
        )*
    };
}

documents! {
    readme "../../README.md"
    client "../../docs/client.md"
    connections "../../docs/connections.md"
    errors "../../docs/errors.md"
    logging_and_middleware "../../docs/logging-and-middleware.md"
    migrating_from_typescript "../../docs/migrating-from-typescript.md"
    preserve_order "../../docs/design/preserve-order.md"
    retries "../../docs/retries.md"
    server_providers "../../docs/server-providers.md"
    streaming "../../docs/streaming.md"
    structured_output "../../docs/structured-output.md"
    testing "../../docs/testing.md"
    sdk_readme "../../crates/sdk/README.md"
    server_readme "../../crates/server/README.md"
    wire_readme "../../crates/wire/README.md"
    wire_derive_readme "../../crates/wire-derive/README.md"
}
