//! [`Finish`]: the meaning of a finish reason, and the event with which a reply ends.

use std::borrow::Cow;

use orouter_wire::{
    ApiErrorType, IncompleteReason, Response, ResponseError, ResponseErrorCode, ResponseEvent,
    ResponseStatus, StreamEvent,
};

use crate::quote::quote;

/// The meaning of a finish reason. The order is that of precedence: if a reply has several, the
/// greatest counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Finish {
    /// The model ended its turn, or calls tools.
    Completed,
    /// The provider interrupted the turn: a long one of its own tools, or after it compacted the
    /// conversation.
    ToolLimit,
    /// A limit on output tokens or on the context was reached.
    OutputLimit,
    /// A filter or the model's policy stopped the reply.
    Filtered,
    /// The word is not known. A reply that ends with it is a failure, because it may be cut.
    Unknown,
    /// The provider reports that it failed.
    Failed,
}

/// Words for each meaning: those of OpenAI, Anthropic, Gemini, Cohere, Bedrock, Mistral, DeepSeek,
/// Zhipu, xAI, Hugging Face, vLLM and SGLang. In lower case.
const WORDS: [(Finish, &[&str]); 5] = [
    (
        Finish::Completed,
        &[
            "stop",
            "end_turn",
            "stop_sequence",
            "eos",
            "eos_token",
            "eos_token_id",
            "end",
            "ended",
            "complete",
            "completed",
            "done",
            "finish",
            "finished",
            "finish_reason_stop",
            "stop_token",
            "stop_reason_end_turn",
            "normal",
            "success",
            "tool_calls",
            "tool_call",
            "tool_use",
            "function_call",
            "function_calls",
        ],
    ),
    (Finish::ToolLimit, &["pause_turn", "pause", "compaction"]),
    (
        Finish::OutputLimit,
        &[
            "length",
            "max_tokens",
            "max_output_tokens",
            "max_completion_tokens",
            "max_new_tokens",
            "max_length",
            "max_output_reached",
            "token_limit",
            "token_limit_reached",
            "model_length",
            "model_context_window_exceeded",
            "context_length",
            "context_length_exceeded",
            "context_window_exceeded",
            "error_limit",
            "limit",
            "finish_reason_max_tokens",
            "incomplete",
        ],
    ),
    (
        Finish::Filtered,
        &[
            "content_filter",
            "content_filtered",
            "content_filter_stop",
            "content_policy",
            "content_policy_violation",
            "refusal",
            "refused",
            "safety",
            "recitation",
            "blocklist",
            "prohibited_content",
            "spii",
            "language",
            "image_safety",
            "image_prohibited_content",
            "image_recitation",
            "model_armor",
            "guardrail_intervened",
            "guardrails",
            "guardrail",
            "sensitive",
            "moderation",
            "flagged",
            "blocked",
            "error_toxic",
        ],
    ),
    (
        Finish::Failed,
        &[
            "error",
            "failed",
            "failure",
            "server_error",
            "internal_error",
            "network_error",
            "insufficient_system_resource",
            "malformed_function_call",
            "malformed_tool_use",
            "malformed_model_output",
            "unexpected_tool_call",
            "too_many_tool_calls",
            "missing_thought_signature",
            "malformed_response",
            "no_image",
            "image_other",
            "other",
            "abort",
            "aborted",
            "cancel",
            "cancelled",
            "canceled",
            "interrupted",
            "timeout",
            "user_cancel",
            "finish_reason_unspecified",
            "repetition",
            "repeat",
        ],
    ),
];

impl Finish {
    /// Reads a finish reason. Case, hyphens and spaces do not count. `None` for an empty word, which
    /// some servers send until the reply ends.
    pub(crate) fn from_word(word: &str) -> Option<Self> {
        let word = normal(word.trim());
        if matches!(&*word, "" | "null" | "none") {
            return None;
        }
        let known = WORDS.iter().find(|(_, words)| words.contains(&&*word));
        Some(known.map_or(Self::Unknown, |(finish, _)| *finish))
    }

    /// Reads a finish reason together with the word of the provider behind a gateway. That word
    /// decides if the first is not known, and if it tells of a filter behind a plain stop.
    pub(crate) fn from_words(word: &str, native: Option<&str>) -> Option<Self> {
        let finish = Self::from_word(word)?;
        let native = native.and_then(Self::from_word);
        Some(match (finish, native) {
            (Self::Unknown, Some(native)) => native,
            (Self::Completed, Some(Self::Filtered)) => Self::Filtered,
            _ => finish,
        })
    }
}

/// Returns the terminal event for a response without status.
pub(crate) fn terminal(mut response: Response, finish: Finish, word: &str) -> StreamEvent {
    let reason = match finish {
        Finish::Completed => {
            response.status = ResponseStatus::Completed;
            return StreamEvent::Completed(ResponseEvent::new(response));
        }
        Finish::Unknown | Finish::Failed => {
            let message = match finish {
                Finish::Failed => format!("the provider ended the reply with `{}`", quote(word)),
                _ => format!(
                    "the provider ended the reply with the unknown finish reason `{}`",
                    quote(word)
                ),
            };
            response.status = ResponseStatus::Failed;
            let error = ResponseError::new(ResponseErrorCode::ServerError, message);
            response.error = Some(error);
            response.error_type = Some(ApiErrorType::ProviderUnavailable);
            return StreamEvent::Failed(ResponseEvent::new(response));
        }
        Finish::OutputLimit => IncompleteReason::MaxOutputTokens,
        Finish::Filtered => IncompleteReason::ContentFilter,
        Finish::ToolLimit => IncompleteReason::MaxToolCalls,
    };
    response.status = ResponseStatus::Incomplete;
    response.incomplete_details = Some(reason.into());
    StreamEvent::Incomplete(ResponseEvent::new(response))
}

fn normal(word: &str) -> Cow<'_, str> {
    if word.bytes().all(|b| b.is_ascii_lowercase() || b == b'_') {
        return Cow::Borrowed(word);
    }
    let lower = word.to_ascii_lowercase();
    Cow::Owned(lower.replace(['-', ' '], "_"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_all_vendors_are_read_in_any_case() {
        for (word, finish) in [
            ("stop", Finish::Completed),
            ("STOP", Finish::Completed),
            ("tool_calls", Finish::Completed),
            ("tool-calls", Finish::Completed),
            ("end_turn", Finish::Completed),
            ("MAX_TOKENS", Finish::OutputLimit),
            ("SAFETY", Finish::Filtered),
            ("insufficient_system_resource", Finish::Failed),
            ("eaten_by_a_bear", Finish::Unknown),
        ] {
            assert_eq!(Finish::from_word(word), Some(finish), "{word}");
        }
        assert_eq!(Finish::from_word(""), None);
    }

    #[test]
    fn the_native_word_decides_where_the_first_does_not() {
        let read = |word, native| Finish::from_words(word, Some(native));
        assert_eq!(read("hmm", "max_tokens"), Some(Finish::OutputLimit));
        assert_eq!(read("stop", "refusal"), Some(Finish::Filtered));
        assert_eq!(read("stop", "weird"), Some(Finish::Completed));
        assert_eq!(read("hmm", "weird"), Some(Finish::Unknown));
    }

    #[test]
    fn no_word_has_two_meanings() {
        let mut all: Vec<&str> = WORDS
            .iter()
            .flat_map(|(_, words)| *words)
            .copied()
            .collect();
        let count = all.len();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), count);
        assert!(all.iter().all(|word| normal(word) == *word));
    }
}
