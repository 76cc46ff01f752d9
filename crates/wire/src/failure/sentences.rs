//! Causes that services name only in the message.

use super::class::FailureClass::{
    self, Authentication, ContentPolicy, ContextLength, PayloadTooLarge, Permission, Quota,
};
use super::vocabulary::Entry;

/// Beginnings of messages, in lower case, that stand for a cause. The service sends them with a
/// general code such as `invalid_request_error`, or without a code.
#[rustfmt::skip]
const BEGINNINGS: &[(FailureClass, u16, &[&str])] = &[
    (ContextLength, 400, &[
        // Anthropic, Bedrock and Vertex.
        "prompt is too long", "input length and `max_tokens` exceed context limit",
        "input is too long for requested model",
        // Gemini.
        "the input token count",
        // vLLM, SGLang and their relatives.
        "this model's maximum context length is", "requested token count exceeds the model's",
    ]),
    (ContentPolicy, 400, &[
        // Anthropic.
        "output blocked by content filter",
        // Azure, whose code some proxies drop.
        "the response was filtered due to the prompt triggering",
    ]),
    (Quota, 402, &["your credit balance is too low"]),
    // Gemini, which sends the code of an invalid request for faults of the account.
    (Quota, 402, &["gemini api free tier is not available"]),
    (Authentication, 401, &["api key not valid", "api key not found", "api key expired"]),
    (Permission, 403, &["user location is not supported"]),
    (PayloadTooLarge, 413, &["request payload size exceeds the limit"]),
];

/// Returns the cause that a message names in its first words. Only these are compared, because the
/// rest of a message may quote the request.
pub(super) fn find(message: &str) -> Option<Entry> {
    let message = message.trim_start();
    let begins = |beginning: &&str| {
        let same = message.get(..beginning.len());
        same.is_some_and(|same| same.eq_ignore_ascii_case(beginning))
    };
    let (class, status, _) = BEGINNINGS
        .iter()
        .find(|(_, _, beginnings)| beginnings.iter().any(begins))?;
    Some(Entry {
        class: *class,
        status: *status,
        general: false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn class(message: &str) -> Option<FailureClass> {
        find(message).map(|entry| entry.class)
    }

    #[test]
    fn a_message_names_a_cause_only_at_its_beginning() {
        for (message, expected) in [
            (
                "prompt is too long: 213462 tokens > 200000 maximum",
                Some(ContextLength),
            ),
            ("Prompt is too long", Some(ContextLength)),
            (
                "input length and `max_tokens` exceed context limit: 190000 + 20000 > 200000",
                Some(ContextLength),
            ),
            (
                "Input is too long for requested model.",
                Some(ContextLength),
            ),
            (
                "The input token count (1048600) exceeds the maximum number of tokens allowed (1048576).",
                Some(ContextLength),
            ),
            (
                "This model's maximum context length is 4096 tokens. However, you requested 5000 tokens",
                Some(ContextLength),
            ),
            (
                "Your credit balance is too low to access the Anthropic API.",
                Some(Quota),
            ),
            (
                "Gemini API free tier is not available in your country. Please enable billing",
                Some(Quota),
            ),
            (
                "API key not valid. Please pass a valid API key.",
                Some(Authentication),
            ),
            (
                "User location is not supported for the API use.",
                Some(Permission),
            ),
            (
                "Request payload size exceeds the limit: 20971520 bytes.",
                Some(PayloadTooLarge),
            ),
            (
                "Output blocked by content filtering policy",
                Some(ContentPolicy),
            ),
            (
                "The response was filtered due to the prompt triggering Azure OpenAI's content management policy.",
                Some(ContentPolicy),
            ),
            ("unexpected text: \"prompt is too long\"", None),
            ("tools.0: output blocked by content filtering policy", None),
            ("prompt is too", None),
            ("", None),
            ("é", None),
        ] {
            assert_eq!(class(message), expected, "{message}");
        }
    }

    #[test]
    fn beginnings_are_in_lower_case() {
        for beginning in BEGINNINGS.iter().flat_map(|(_, _, beginnings)| *beginnings) {
            assert_eq!(*beginning, beginning.to_ascii_lowercase());
        }
    }
}
