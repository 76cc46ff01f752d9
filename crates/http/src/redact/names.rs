//! The header and parameter names that decide if a value may be shown.

use http::HeaderName;

/// Headers whose values are shown. None of them carries a secret or content.
const SHOWN: &[&str] = &[
    "accept",
    "accept-encoding",
    "cf-ray",
    "content-encoding",
    "content-length",
    "content-type",
    "date",
    "http-referer",
    "retry-after",
    "retry-after-ms",
    "server",
    "transfer-encoding",
    "user-agent",
    "x-generation-id",
    "x-openrouter-cache",
    "x-openrouter-cache-age",
    "x-openrouter-cache-clear",
    "x-openrouter-cache-status",
    "x-openrouter-cache-ttl",
    "x-openrouter-categories",
    "x-openrouter-metadata",
    "x-openrouter-title",
    "x-ratelimit-limit",
    "x-ratelimit-remaining",
    "x-ratelimit-reset",
    "x-request-id",
];

/// Parts of the names of headers and query parameters whose values are secrets.
const SECRET: &[&str] = &[
    "auth",
    "cookie",
    "credential",
    "jwt",
    "key",
    "password",
    "secret",
    "token",
];

/// Returns `true` if messages and logs may show the header's values.
pub(super) fn is_shown(name: &HeaderName) -> bool {
    SHOWN.contains(&name.as_str())
}

/// Returns `true` if the values under this lower-case name are secrets.
pub(super) fn is_secret(name: &str) -> bool {
    SECRET.iter().any(|part| name.contains(part))
}
