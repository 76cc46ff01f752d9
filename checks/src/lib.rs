//! Compiles the Rust code in the project's documents as doc tests. The tests of this package check
//! the structure of the workspace: crate dependencies, module cycles, comments.
