//! [`COMMIT`]: the commit of the build.

/// Commit of the build, if known: `OROUTER_COMMIT` at build time or, for a release build, that of the
/// package or the Git checkout.
pub const COMMIT: Option<&str> = match option_env!("OROUTER_COMMIT") {
    Some(commit) if !commit.is_empty() => Some(commit),
    _ => None,
};
