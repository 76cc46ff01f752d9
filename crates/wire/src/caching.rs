//! Prompt caching: what may be kept between requests, for how long, and where the kept part ends.

use crate::setters::setters;
use crate::{Extra, UnknownValue, Wire};

/// Anthropic's way to ask for prompt caching: on a request, caching of all that can be; on a part
/// of the content, a breakpoint. Spec: `AnthropicCacheControlDirective`.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct CacheControl {
    /// The kind of caching: `ephemeral`.
    pub r#type: CacheControlType,
    /// How long to keep it. Default: five minutes.
    pub ttl: Option<CacheTtl>,
    /// Members that no field takes.
    pub extra: Extra,
}

impl CacheControl {
    /// Caching for the default time.
    #[must_use]
    pub fn ephemeral() -> Self {
        Self::default()
    }
}

setters!(CacheControl {
    into ttl: CacheTtl;
});

/// The kind of caching.
#[derive(CloneEq, Debug, Default, Eq, Hash, Wire)]
#[non_exhaustive]
pub enum CacheControlType {
    /// For a while.
    #[default]
    Ephemeral,
    /// A kind this version does not know.
    Unknown(UnknownValue),
}

/// How long a prompt is kept. Spec: `AnthropicCacheControlTtl`.
#[derive(CloneEq, Debug, Eq, Hash, Wire)]
#[non_exhaustive]
pub enum CacheTtl {
    /// Five minutes.
    #[wire("5m")]
    FiveMinutes,
    /// One hour; writing costs more.
    #[wire("1h")]
    OneHour,
    /// A time this version does not know.
    Unknown(UnknownValue),
}

/// OpenAI's settings for prompt caching, for the whole request. Spec: `PromptCacheOptions`.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct PromptCacheOptions {
    /// Who places breakpoints. Default: the provider.
    pub mode: Option<PromptCacheMode>,
    /// The least time to keep what is written: `30m`, the default, or `12h`.
    pub ttl: Option<String>,
    /// Members that no field takes.
    pub extra: Extra,
}

impl PromptCacheOptions {
    /// Breakpoints by the caller alone.
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
});

/// OpenAI's mark on a part of the content: what goes before, and the part itself, may be kept.
/// Spec: `PromptCacheBreakpoint`.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct PromptCacheBreakpoint {
    /// Who placed it: `explicit`, the caller.
    pub mode: Option<PromptCacheMode>,
    /// The least time to keep it: `30m` or `12h`. Default: the request's.
    pub ttl: Option<String>,
    /// Members that no field takes.
    pub extra: Extra,
}

impl PromptCacheBreakpoint {
    /// A breakpoint with the request's time.
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

/// Who places cache breakpoints.
#[derive(CloneEq, Debug, Eq, Hash, Wire)]
#[non_exhaustive]
pub enum PromptCacheMode {
    /// The caller.
    Explicit,
    /// The provider; in real traffic.
    Implicit,
    /// A mode this version does not know.
    Unknown(UnknownValue),
}

/// How long OpenAI keeps a cached prompt; its older setting, and what it echoes.
#[derive(CloneEq, Debug, Eq, Hash, Wire)]
#[non_exhaustive]
pub enum PromptCacheRetention {
    /// As long as memory allows: minutes, up to an hour.
    InMemory,
    /// The same, as some write it.
    #[wire("in-memory")]
    InMemoryHyphen,
    /// A day.
    #[wire("24h")]
    TwentyFourHours,
    /// A time this version does not know.
    Unknown(UnknownValue),
}
