//! Settings for prompt caching: modes, lifetimes and breakpoints.

use crate::setters::setters;
use crate::{Extra, UnknownValue, Wire};

/// Prompt caching as Anthropic's API has it.
///
/// On a request, it caches as much of the prompt as possible. On a content part, it is a
/// breakpoint: the prompt up to and including that part is cached.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct CacheControl {
    /// Kind of caching. Always `ephemeral`.
    pub r#type: CacheControlType,
    /// Lifetime of the cached prompt. Default: five minutes.
    pub ttl: Option<CacheTtl>,
    /// Members without a typed field.
    pub extra: Extra,
}

impl CacheControl {
    /// Creates a directive with the default lifetime of five minutes.
    #[must_use]
    pub fn ephemeral() -> Self {
        Self::default()
    }
}

setters!(CacheControl {
    into ttl: CacheTtl;
});

/// Kind of caching.
#[derive(CloneEq, Debug, Default, Eq, Hash, Wire)]
#[non_exhaustive]
pub enum CacheControlType {
    /// Cached for a limited time.
    #[default]
    Ephemeral,
    /// A kind unknown to this version.
    Unknown(UnknownValue),
}

/// Lifetime of a cached prompt.
#[derive(CloneEq, Debug, Eq, Hash, Wire)]
#[non_exhaustive]
pub enum CacheTtl {
    /// Five minutes.
    #[wire("5m")]
    FiveMinutes,
    /// One hour. Writing to the cache costs more than for five minutes.
    #[wire("1h")]
    OneHour,
    /// A value unknown to this version.
    Unknown(UnknownValue),
}

/// Request-level settings for OpenAI's prompt caching.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct PromptCacheOptions {
    /// Placement of breakpoints. Default: the provider places them.
    pub mode: Option<PromptCacheMode>,
    /// Minimum lifetime of what the request writes to the cache: `30m` (the default) or `12h`.
    pub ttl: Option<String>,
    /// Id of an earlier response whose prompt is compared with that of the request. The result is
    /// in [`Response::prompt_cache_diagnostics`](crate::Response). Not in OpenRouter's
    /// specification; OpenAI's API has it.
    pub comparison_response_id: Option<String>,
    /// Writes the prompt to the cache without generating output. Default: `false`. Not in
    /// OpenRouter's specification; OpenAI's API has it.
    pub prewarm: Option<bool>,
    /// Members without a typed field.
    pub extra: Extra,
}

impl PromptCacheOptions {
    /// Creates settings with which only the caller's breakpoints are used.
    #[must_use]
    pub fn explicit() -> Self {
        Self {
            mode: Some(PromptCacheMode::Explicit),
            ..Self::default()
        }
    }
}

setters!(PromptCacheOptions {
    into ttl: String;
    into comparison_response_id: String;
    copy prewarm: bool;
});

/// Breakpoint of OpenAI's prompt caching on a content part: the prompt up to and including that
/// part may be cached.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct PromptCacheBreakpoint {
    /// Placement of the breakpoint. Always `explicit`: set by the caller.
    pub mode: Option<PromptCacheMode>,
    /// Minimum lifetime of the cached prompt: `30m` or `12h`. Default: the `ttl` of the request's
    /// [`PromptCacheOptions`].
    pub ttl: Option<String>,
    /// Members without a typed field.
    pub extra: Extra,
}

impl PromptCacheBreakpoint {
    /// Creates a breakpoint with the request's lifetime.
    #[must_use]
    pub fn explicit() -> Self {
        Self {
            mode: Some(PromptCacheMode::Explicit),
            ..Self::default()
        }
    }
}

setters!(PromptCacheBreakpoint {
    into ttl: String;
});

/// Placement of cache breakpoints.
#[derive(CloneEq, Debug, Eq, Hash, Wire)]
#[non_exhaustive]
pub enum PromptCacheMode {
    /// Only the caller places breakpoints.
    Explicit,
    /// The provider places breakpoints. Not in the specification, but seen in recorded traffic.
    Implicit,
    /// A mode unknown to this version.
    Unknown(UnknownValue),
}

/// Lifetime of a prompt in OpenAI's cache. Older than [`PromptCacheOptions`]; responses still echo
/// it.
#[derive(CloneEq, Debug, Eq, Hash, Wire)]
#[non_exhaustive]
pub enum PromptCacheRetention {
    /// In memory: minutes, up to an hour.
    InMemory,
    /// Another spelling of `in_memory`.
    #[wire("in-memory")]
    InMemoryHyphen,
    /// 24 hours.
    #[wire("24h")]
    TwentyFourHours,
    /// A value unknown to this version.
    Unknown(UnknownValue),
}
