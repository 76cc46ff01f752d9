//! Compiles the Rust code in the project's documents as doc tests. The tests of this package check
//! the structure of the workspace: crate dependencies, module cycles, comments, documents.
//!
//! `tests/documents.rs` fails if a document with Rust code is missing here. The README of
//! `orouter-local` is compiled by that crate, and `docs/mcp.md` by `examples/mcp`, because their
//! dependencies take long to build.

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
    agents "../../docs/agents.md"
    client "../../docs/client.md"
    concurrency "../../docs/concurrency.md"
    connections "../../docs/connections.md"
    cost_control "../../docs/cost-control.md"
    errors "../../docs/errors.md"
    images_and_files "../../docs/images-and-files.md"
    logging_and_middleware "../../docs/logging-and-middleware.md"
    migrating_from_typescript "../../docs/migrating-from-typescript.md"
    preserve_order "../../docs/design/preserve-order.md"
    prompt_caching "../../docs/prompt-caching.md"
    provider_preferences "../../docs/provider-preferences.md"
    reasoning "../../docs/reasoning.md"
    retries "../../docs/retries.md"
    server_providers "../../docs/server-providers.md"
    streaming "../../docs/streaming.md"
    structured_output "../../docs/structured-output.md"
    testing "../../docs/testing.md"
    tools "../../docs/tools.md"
    web_handlers "../../docs/web-handlers.md"
    sdk_readme "../../crates/sdk/README.md"
    server_readme "../../crates/server/README.md"
    wire_readme "../../crates/wire/README.md"
    wire_derive_readme "../../crates/wire-derive/README.md"
}
