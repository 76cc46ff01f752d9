//! [`PromptCacheDiagnostics`]: the reason why a prompt was or was not read from OpenAI's cache.

use crate::{Extra, Unknown, UnknownValue, Wire};

/// Comparison of a prompt with that of an earlier response. Sent by OpenAI if the request names that
/// response in [`PromptCacheOptions::comparison_response_id`](crate::PromptCacheOptions).
///
/// ```
/// use orouter_wire::{PromptCacheDiagnostics, Response};
///
/// let response: Response = orouter_wire::from_str(
///     r#"{"prompt_cache_diagnostics":{"type":"cache_miss","reason":"tools_changed","cache_missed_tokens":900}}"#,
/// )?;
/// let Some(PromptCacheDiagnostics::CacheMiss(miss)) = response.prompt_cache_diagnostics else {
///     panic!("no cache miss");
/// };
/// assert_eq!(miss.cache_missed_tokens, 900);
/// # Ok::<(), orouter_wire::DecodeError>(())
/// ```
#[derive(CloneEq, Debug, Wire)]
#[non_exhaustive]
#[wire(tag = "type")]
pub enum PromptCacheDiagnostics {
    /// The prompt, or its end, was not in the cache.
    #[wire("cache_miss")]
    CacheMiss(CacheMiss),
    /// The prompt was in the cache.
    #[wire("cache_hit")]
    CacheHit(CacheHit),
    /// The service does not know the response to compare with.
    #[wire("comparison_response_not_found")]
    ComparisonResponseNotFound(ComparisonResponseNotFound),
    /// The service has no diagnostics for this response.
    #[wire("unavailable")]
    Unavailable(DiagnosticsUnavailable),
    /// A result unknown to this version.
    Unknown(Unknown),
}

/// A prompt, or its end, was not in the cache.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct CacheMiss {
    /// Reason of the first difference.
    pub reason: Option<CacheMissReason>,
    /// Estimated number of input tokens after the first difference.
    pub cache_missed_tokens: u64,
    /// Number of tokens at the beginning of the compared response that could have been read from the
    /// cache.
    pub comparison_reusable_tokens: Option<u64>,
    /// Members without a typed field.
    pub extra: Extra,
}

/// First difference between two prompts.
#[derive(CloneEq, Debug, Eq, Hash, Wire)]
#[non_exhaustive]
pub enum CacheMissReason {
    /// Another model.
    ModelChanged,
    /// Another `prompt_cache_key`.
    PromptCacheKeyChanged,
    /// Other tools.
    ToolsChanged,
    /// Another text format.
    TextFormatChanged,
    /// Another reasoning effort.
    ReasoningEffortChanged,
    /// Another verbosity.
    VerbosityChanged,
    /// The conversation was compacted.
    ContextCompacted,
    /// Another input.
    InputChanged,
    /// Another service tier.
    ServiceTierChanged,
    /// A reason unknown to this version.
    Unknown(UnknownValue),
}

/// A prompt was in the cache.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct CacheHit {
    /// Members without a typed field.
    pub extra: Extra,
}

/// The response to compare with is unknown.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct ComparisonResponseNotFound {
    /// Members without a typed field.
    pub extra: Extra,
}

/// A response has no diagnostics.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct DiagnosticsUnavailable {
    /// Members without a typed field.
    pub extra: Extra,
}
