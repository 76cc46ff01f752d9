//! Translates the messages of SDK errors: their advice names methods, and users of the command have
//! options and variables.

/// Clauses of the SDK's advice, and the advice for users of the command; empty if it has none.
const CLAUSES: [(&str, &str); 22] = [
    (
        "check the API key (OPENROUTER_API_KEY)",
        "check the API key; `orouter login --status` prints where it comes from",
    ),
    (
        "add credits, raise the key's limit or lower max_output_tokens",
        "add credits, raise the key's limit or lower --max-output-tokens",
    ),
    (
        "check the model's name, the provider preferences and the server URL",
        "check the model's name and the base URL; `orouter models` lists the models",
    ),
    (
        "stream the response or lower max_output_tokens",
        "lower --max-output-tokens",
    ),
    (
        "try again later, or add fallback models to the request's models",
        "try again later, or use another model",
    ),
    (
        "add fallback models to the request's models",
        "use another model",
    ),
    (
        "check the server URL, the network, proxy settings and certificates",
        "check the base URL, the network, proxy settings and certificates",
    ),
    (
        "set the server URL to the address that the server redirects to",
        "set --base-url to the address that the server redirects to",
    ),
    (
        "check that the server URL is that of a Responses API",
        "check that the base URL is that of a Responses API",
    ),
    ("set api_key or a header instead", ""),
    ("build with the feature for this encoding", ""),
    ("stream the response, or raise Timeouts::first_byte", ""),
    ("raise Timeouts::idle", ""),
    ("raise Timeouts::event_idle", ""),
    ("raise Timeouts::total", ""),
    ("RetryConfig::retry_possibly_billed retries it", ""),
    ("raise max_response_bytes", ""),
    ("raise max_event_bytes", ""),
    ("partial_response() returns the part that arrived", ""),
    (
        "partial_response() returns the response with the refusal",
        "",
    ),
    ("partial_response() returns the response so far", ""),
    ("partial_response() returns the response", ""),
];

/// Words of the SDK inside a clause, and what replaces them.
const WORDS: [(&str, &str); 8] = [
    (
        "is larger than max_response_bytes, ",
        "is larger than the limit of ",
    ),
    (" times max_response_bytes", " times the limit of a body"),
    ("OPENROUTER_API_KEY (api_key)", "OPENROUTER_API_KEY"),
    ("OPENROUTER_BASE_URL (server_url)", "OPENROUTER_BASE_URL"),
    ("OPENROUTER_DEBUG (debug_log)", "OPENROUTER_DEBUG"),
    (
        "OPENROUTER_HTTP_REFERER (referer)",
        "OPENROUTER_HTTP_REFERER",
    ),
    ("OPENROUTER_APP_TITLE (title)", "OPENROUTER_APP_TITLE"),
    (
        "OPENROUTER_APP_CATEGORIES (categories)",
        "OPENROUTER_APP_CATEGORIES",
    ),
];

/// Returns the message for users of the command.
pub(crate) fn for_users(message: &str) -> String {
    let mut text = String::with_capacity(message.len());
    for (index, clause) in message.split("; ").enumerate() {
        // Notes in brackets follow the last clause of the advice.
        let (advice, notes) = match clause.find(" [") {
            Some(at) => clause.split_at(at),
            None => (clause, ""),
        };
        let known = CLAUSES.iter().find(|(known, _)| *known == advice);
        let clause = match known {
            Some((_, "")) if index > 0 => {
                text.push_str(notes);
                continue;
            }
            Some((_, replacement)) => format!("{replacement}{notes}"),
            None => clause.to_owned(),
        };
        if index > 0 {
            text.push_str("; ");
        }
        text.push_str(&clause);
    }
    for (word, replacement) in WORDS {
        if text.contains(word) {
            text = text.replacen(word, replacement, 1);
        }
    }
    match text.strip_prefix("server_url ") {
        Some(reason) => format!("the base URL {reason}"),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::Path;
    use std::time::Duration;

    use orouter::{Error, ErrorKind, TimeoutKind};

    use super::*;

    /// All kinds of errors.
    const KINDS: [ErrorKind; 32] = [
        ErrorKind::BadRequest,
        ErrorKind::Unauthorized,
        ErrorKind::PaymentRequired,
        ErrorKind::Forbidden,
        ErrorKind::NotFound,
        ErrorKind::RequestTimeout,
        ErrorKind::PayloadTooLarge,
        ErrorKind::UnprocessableEntity,
        ErrorKind::TooManyRequests,
        ErrorKind::InternalServer,
        ErrorKind::BadGateway,
        ErrorKind::ServiceUnavailable,
        ErrorKind::EdgeNetworkTimeout,
        ErrorKind::ProviderOverloaded,
        ErrorKind::OtherStatus,
        ErrorKind::Configuration,
        ErrorKind::Build,
        ErrorKind::Connect,
        ErrorKind::Timeout,
        ErrorKind::Aborted,
        ErrorKind::Transport,
        ErrorKind::Redirect,
        ErrorKind::Decode,
        ErrorKind::ResponseTooLarge,
        ErrorKind::EventTooLarge,
        ErrorKind::Truncated,
        ErrorKind::InBand,
        ErrorKind::Tool,
        ErrorKind::Schema,
        ErrorKind::Refusal,
        ErrorKind::Incomplete,
        ErrorKind::OutputMismatch,
    ];

    const TIMEOUTS: [TimeoutKind; 5] = [
        TimeoutKind::Connect,
        TimeoutKind::FirstByte,
        TimeoutKind::Idle,
        TimeoutKind::EventIdle,
        TimeoutKind::Total,
    ];

    /// Returns the first word that only means something to users of the SDK.
    fn sdk_word(message: &str) -> Option<&str> {
        let words = message.split(|c: char| c.is_whitespace() || ",;".contains(c));
        let mut words = words.filter(|word| !word.is_empty());
        words.find(|word| {
            let is_snake =
                word.contains('_') && word.chars().all(|c| c.is_ascii_lowercase() || c == '_');
            word.contains("::") || word.contains("()") || word.contains("(..)") || is_snake
        })
    }

    fn table() -> String {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../sdk/src/error/table.rs");
        std::fs::read_to_string(path).unwrap()
    }

    #[test]
    fn the_list_of_kinds_is_complete() {
        let table = table();
        let table = table.split("\ntable! {").nth(1).unwrap();
        let statuses = table.split("    statuses {").nth(1).unwrap();
        let (statuses, rest) = statuses.split_once("statuses without a kind").unwrap();
        let kinds = rest.split("    kinds {").nth(1).unwrap();
        let kinds = kinds.split("\n    }\n").next().unwrap();
        let names = |text: &str| -> BTreeSet<String> {
            text.lines()
                .map(str::trim)
                .filter(|line| {
                    line.contains(',') && line.starts_with(|c: char| c.is_ascii_uppercase())
                })
                .map(|line| line.split([' ', ',']).next().unwrap().to_owned())
                .collect()
        };
        let mut expected: BTreeSet<String> = KINDS.iter().map(|kind| format!("{kind:?}")).collect();
        // Made by code around a call, which the command does not have.
        expected.insert("Other".to_owned());
        let found: BTreeSet<String> = names(statuses).union(&names(kinds)).cloned().collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn no_message_names_items_of_the_sdk() {
        let errors = KINDS.iter().map(|kind| Error::custom(*kind, "it failed"));
        let timeouts = TIMEOUTS
            .iter()
            .map(|kind| Error::timed_out(*kind, Duration::from_secs(1)));
        for error in errors.chain(timeouts) {
            let message = for_users(&format!("{error:?}"));
            assert!(!message.is_empty());
            assert_eq!(sdk_word(&message), None, "{message}");
        }
    }

    #[test]
    fn every_advice_of_the_sdk_is_translated() {
        // The literals of the table, each of which may be advice.
        let table = table();
        let table = table.split("#[cfg(test)]\nmod tests").next().unwrap();
        let literals = table.split('"').skip(1).step_by(2);
        let mut translated = 0;
        for literal in literals.filter(|text| text.contains(' ')) {
            let message = for_users(&format!("failed; {literal}"));
            assert_eq!(sdk_word(&message), None, "{message}");
            translated += usize::from(sdk_word(literal).is_some());
        }
        assert!(translated > 10, "{translated}");
    }

    #[test]
    fn other_clauses_and_notes_are_kept() {
        for (message, expected) in [
            (
                "429 (POST u): wait; send less [x]",
                "429 (POST u): wait; send less [x]",
            ),
            (
                "cut off; it may have been billed; RetryConfig::retry_possibly_billed retries it [3 attempts in 2.0s, req_1]",
                "cut off; it may have been billed [3 attempts in 2.0s, req_1]",
            ),
            (
                "lost; partial_response() returns the part that arrived; caused by: reset",
                "lost; caused by: reset",
            ),
            ("too large; raise max_response_bytes", "too large"),
            (
                "402 (POST u); add credits, raise the key's limit or lower max_output_tokens [gen-1]",
                "402 (POST u); add credits, raise the key's limit or lower --max-output-tokens [gen-1]",
            ),
            (
                "400: call f() first; it sets max_output_tokens",
                "400: call f() first; it sets max_output_tokens",
            ),
            (
                "server_url must start with http:// or https://, not ftp:",
                "the base URL must start with http:// or https://, not ftp:",
            ),
            (
                "OPENROUTER_API_KEY (api_key) contains a character",
                "OPENROUTER_API_KEY contains a character",
            ),
            (
                "the body is larger than max_response_bytes, 5 bytes (POST u); raise max_response_bytes",
                "the body is larger than the limit of 5 bytes (POST u)",
            ),
        ] {
            assert_eq!(for_users(message), expected);
        }
    }
}
