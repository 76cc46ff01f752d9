//! [`GenerationRecord`]: the facts about a generation that are kept. Never its content.

use serde::{Deserialize, Serialize};

use crate::id::AccountId;
use crate::secret::KeyHash;
use crate::time::Timestamp;
use crate::usd::Usd;

/// Maximum length of a client field, in bytes.
const MAX_CLIENT_FIELD: usize = 1024;

/// Maximum length of other texts, in bytes.
const MAX_TEXT: usize = 512;

/// Maximum cost of a generation. Providers report numbers, and the sums of an account must not overflow
/// because of a wrong one.
const MAX_COST: Usd = Usd::from_nanos(1_000_000_000_000_000);

/// Maximum number of tokens of each kind, for the same reason.
const MAX_TOKENS: u64 = 1_000_000_000_000;

/// Maximum number of attempts in a record.
const MAX_ATTEMPTS: usize = 32;

/// Returns `true` for the value that a member has if it is absent, so that it need not be stored.
fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

/// The facts about a generation, written once for each, also if it failed or was cancelled. Members
/// that an older version of the program did not write have their defaults.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct GenerationRecord {
    /// Id: `gen-` and letters, digits and `-`.
    pub id: String,
    /// Id of the HTTP request.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
    /// Account that pays.
    pub account: AccountId,
    /// Key of the caller; `None` for a static key or no key.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<KeyHash>,
    /// Name of the caller, for people.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub caller: Option<String>,
    /// Time of the request's arrival.
    pub created_at: Timestamp,
    /// Time of the generation's end. It decides the day that is charged.
    pub completed_at: Timestamp,
    /// Model that served the request, or the requested one if none did.
    pub model: String,
    /// Version of the model, if the provider names one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub model_permaslug: Option<String>,
    /// Name of the provider that served the request.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub provider: Option<String>,
    /// Slug of the endpoint that served the request.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub endpoint: Option<String>,
    /// Result of the generation.
    pub outcome: GenerationOutcome,
    /// Type of the failure.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error_type: Option<String>,
    /// Cost, as it is charged.
    pub cost: Usd,
    /// Cost that the provider reports.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub upstream_cost: Option<Usd>,
    /// Reduction of the cost by cached tokens.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cache_discount: Option<Usd>,
    /// Number of tokens.
    pub tokens: TokenCounts,
    /// `true` if the provider reported no usage, and tokens and cost are estimates.
    #[serde(skip_serializing_if = "is_default")]
    pub estimated: bool,
    /// Number of images, files and videos in the prompt.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub media_prompt: Option<u32>,
    /// Number of audio inputs in the prompt.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub audio_prompt: Option<u32>,
    /// Number of media items in the output.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub media_completion: Option<u32>,
    /// Time from the request's arrival to the first content, in milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub latency_ms: Option<u64>,
    /// Time from the first content to the end, in milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub generation_ms: Option<u64>,
    /// Reason of the end, in the words of the API.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub finish_reason: Option<String>,
    /// Reason of the end, in the words of the provider.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub native_finish_reason: Option<String>,
    /// `true` if the response was streamed.
    #[serde(skip_serializing_if = "is_default")]
    pub streamed: bool,
    /// `true` if the client cancelled.
    #[serde(skip_serializing_if = "is_default")]
    pub cancelled: bool,
    /// Service tier that the provider reports.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub service_tier: Option<String>,
    /// Model that routed the request: `openrouter/auto`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub router: Option<String>,
    /// Id of the generation at the provider.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub upstream_id: Option<String>,
    /// The attempts, in order. At most 32 are kept.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub attempts: Vec<AttemptRecord>,
    /// Facts about the client, which are kept for a limited time.
    #[serde(skip_serializing_if = "ClientFields::is_empty")]
    pub client: ClientFields,
}

/// The result of a generation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum GenerationOutcome {
    /// The response is complete.
    #[default]
    Completed,
    /// The response ended early, for example at the token limit.
    Incomplete,
    /// The generation failed.
    Failed,
    /// The client cancelled.
    Cancelled,
}

impl GenerationOutcome {
    /// Returns the outcome in lower case.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Completed => "completed",
            Self::Incomplete => "incomplete",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
        }
    }
}

/// Numbers of tokens.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct TokenCounts {
    /// Tokens of the prompt, with cached ones.
    #[serde(skip_serializing_if = "is_default")]
    pub prompt: u64,
    /// Tokens of the output, with reasoning.
    #[serde(skip_serializing_if = "is_default")]
    pub completion: u64,
    /// Reasoning tokens of the output.
    #[serde(skip_serializing_if = "is_default")]
    pub reasoning: u64,
    /// Tokens of the prompt that were read from the provider's cache.
    #[serde(skip_serializing_if = "is_default")]
    pub cached: u64,
    /// Tokens of the prompt that were written to the provider's cache.
    #[serde(skip_serializing_if = "is_default")]
    pub cache_write: u64,
    /// Tokens of images in the output.
    #[serde(skip_serializing_if = "is_default")]
    pub completion_images: u64,
}

impl TokenCounts {
    /// Creates the counts of a prompt and an output.
    #[must_use]
    pub fn new(prompt: u64, completion: u64) -> Self {
        Self {
            prompt,
            completion,
            ..Self::default()
        }
    }
}

/// One attempt at one endpoint.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct AttemptRecord {
    /// Id of the response at the provider.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Slug of the endpoint.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub endpoint: Option<String>,
    /// Model.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// Name of the provider.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub provider: Option<String>,
    /// Time until the first content or the failure, in milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub latency_ms: Option<u64>,
    /// HTTP status; `None` if the provider did not answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// Service tier that was requested.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub service_tier: Option<String>,
}

/// Facts about the client. They are kept for a limited time, or not at all.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct ClientFields {
    /// Header `User-Agent`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_agent: Option<String>,
    /// Header `HTTP-Referer`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub http_referer: Option<String>,
    /// Header `Origin`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub origin: Option<String>,
    /// Member `session_id` of the request.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub session_id: Option<String>,
    /// Member `user` of the request.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub external_user: Option<String>,
}

impl ClientFields {
    /// Returns `true` if no field is set.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

impl GenerationRecord {
    /// Creates the record of a generation without cost, which completed when it was created.
    #[must_use]
    pub fn new(id: impl Into<String>, created_at: Timestamp) -> Self {
        Self {
            id: id.into(),
            created_at,
            completed_at: created_at,
            ..Self::default()
        }
    }

    /// Cuts the record to what can be stored: texts without NUL and at most 512 bytes long (fields of
    /// the client: 1,024), at most 32 attempts, a cost from zero to 1 million USD, at most 10¹²
    /// tokens of each kind.
    pub fn bound(&mut self) {
        bound_text(&mut self.id, MAX_TEXT);
        bound_text(&mut self.model, MAX_TEXT);
        let texts = [
            &mut self.request_id,
            &mut self.caller,
            &mut self.model_permaslug,
            &mut self.provider,
            &mut self.endpoint,
            &mut self.error_type,
            &mut self.finish_reason,
            &mut self.native_finish_reason,
            &mut self.service_tier,
            &mut self.router,
            &mut self.upstream_id,
        ];
        bound_texts(texts, MAX_TEXT);
        self.cost = self.cost.or_zero().min(MAX_COST);
        let tokens = &mut self.tokens;
        for count in [
            &mut tokens.prompt,
            &mut tokens.completion,
            &mut tokens.reasoning,
            &mut tokens.cached,
            &mut tokens.cache_write,
            &mut tokens.completion_images,
        ] {
            *count = (*count).min(MAX_TOKENS);
        }
        self.attempts.truncate(MAX_ATTEMPTS);
        for attempt in &mut self.attempts {
            let texts = [
                &mut attempt.id,
                &mut attempt.endpoint,
                &mut attempt.model,
                &mut attempt.provider,
                &mut attempt.service_tier,
            ];
            bound_texts(texts, MAX_TEXT);
        }
        let client = &mut self.client;
        let texts = [
            &mut client.user_agent,
            &mut client.http_referer,
            &mut client.origin,
            &mut client.session_id,
            &mut client.external_user,
        ];
        bound_texts(texts, MAX_CLIENT_FIELD);
    }
}

fn bound_texts<const N: usize>(texts: [&mut Option<String>; N], most: usize) {
    for text in texts.into_iter().flatten() {
        bound_text(text, most);
    }
}

fn bound_text(text: &mut String, most: usize) {
    if text.len() > most {
        text.truncate(text.floor_char_boundary(most));
    }
    if text.contains('\0') {
        text.retain(|character| character != '\0');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_is_cut_to_what_can_be_stored() {
        let mut record = GenerationRecord::new("gen-1\0", Timestamp::default());
        record.model = "é".repeat(300);
        record.client.origin = Some("o".repeat(2000));
        record.cost = Usd::from_nanos(-1);
        record.attempts = vec![AttemptRecord::default(); 50];
        record.bound();
        assert_eq!((record.id.as_str(), record.model.len()), ("gen-1", 512));
        assert_eq!(record.client.origin.map(|origin| origin.len()), Some(1024));
        assert_eq!((record.cost, record.attempts.len()), (Usd::ZERO, 32));
    }

    #[test]
    fn records_of_other_versions_are_read() {
        let json = r#"{"id":"gen-1","cost":5,"a_later_member":[1]}"#;
        let record: GenerationRecord = serde_json::from_str(json).expect("a record");
        assert_eq!(
            (record.id.as_str(), record.cost),
            ("gen-1", Usd::from_nanos(5))
        );
    }
}
