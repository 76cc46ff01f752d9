//! Removes addresses and keys from the message of a provider.

use std::net::{IpAddr, SocketAddr};

/// Replaces an address.
const ADDRESS: &str = "[address]";

/// Replaces a key.
const REDACTED: &str = "[redacted]";

/// Beginnings of keys and of ids of accounts.
const KEY_PREFIXES: &[&str] = &[
    "sk-", "sk_", "pk-", "pk_", "rk-", "rk_", "key-", "key_", "aiza", "gsk_", "xai-", "hf_",
    "ghp_", "akia", "org-", "org_", "proj_", "proj-", "user-", "acct_", "eyj",
];

/// Beginnings of ids of a conversation, which the client knows and which a message is about.
const ID_PREFIXES: &[&str] = &[
    "call_",
    "msg_",
    "rs_",
    "fc_",
    "ctc_",
    "resp_",
    "gen-",
    "toolu_",
    "chatcmpl-",
    "item_",
];

/// Last labels of the host names that occur in messages. Other words with dots are paths of members.
const TOP_LEVEL: &[&str] = &[
    "com",
    "net",
    "org",
    "io",
    "ai",
    "dev",
    "app",
    "co",
    "cloud",
    "cn",
    "eu",
    "us",
    "uk",
    "de",
    "example",
    "test",
    "local",
    "localdomain",
    "internal",
    "intern",
    "lan",
    "corp",
    "home",
    "svc",
    "cluster",
    "tech",
    "info",
    "xyz",
    "sh",
];

/// Minimum length of a run of letters and digits that is a key, in characters.
const KEY_RUN: usize = 20;

/// Minimum length of a word that begins like a key and is one, in characters.
const KEY_WORD: usize = 8;

/// Returns the message without URLs, IP addresses, host names and words that look like keys.
pub(super) fn without_private_text(message: &str) -> String {
    let mut clean = String::with_capacity(message.len());
    let mut after_bearer = false;
    for piece in message.split_inclusive(separates) {
        // The query of a URL has `=` too.
        let parts = if piece.contains("://") { "" } else { "=" };
        for part in piece.split_inclusive(|c: char| parts.contains(c)) {
            let word = part.trim_end_matches(|c: char| separates(c) || c == '=');
            let separator = part.get(word.len()..).unwrap_or_default();
            let trimmed = word.trim_matches(['.', ':', '!', '?', '*', '[', ']']);
            let replacement = if trimmed.is_empty() {
                None
            } else if is_address(word, trimmed) {
                Some(ADDRESS)
            } else if after_bearer || is_key(trimmed) {
                Some(REDACTED)
            } else {
                None
            };
            if !trimmed.is_empty() {
                after_bearer = trimmed.eq_ignore_ascii_case("bearer");
            }
            clean.push_str(replacement.unwrap_or(word));
            clean.push_str(separator);
        }
    }
    clean
}

fn separates(c: char) -> bool {
    c.is_whitespace() || "\"'`(),;<>{}|".contains(c)
}

fn is_address(word: &str, trimmed: &str) -> bool {
    if word.contains("://") || trimmed.eq_ignore_ascii_case("localhost") {
        return true;
    }
    let whole = word.trim_end_matches(['.', ',', '!', '?']);
    if whole.parse::<SocketAddr>().is_ok() || trimmed.parse::<IpAddr>().is_ok() {
        return true;
    }
    let host = trimmed.split(['/', '@']).find(|part| part.contains('.'));
    let host = host.unwrap_or_else(|| trimmed.split('/').next().unwrap_or_default());
    let (host, port) = host
        .rsplit_once(':')
        .map_or((host, None), |(host, port)| (host, Some(port)));
    let is_port = |port: &str| port.len() >= 2 && port.parse::<u16>().is_ok();
    if host.parse::<IpAddr>().is_ok() {
        return true;
    }
    let labels = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '.';
    if host.is_empty() || !host.chars().all(labels) {
        return false;
    }
    let named = host.rsplit_once('.').is_some_and(|(rest, last)| {
        !rest.is_empty() && TOP_LEVEL.iter().any(|top| top.eq_ignore_ascii_case(last))
    });
    let has_letter = host.chars().any(|c| c.is_ascii_alphabetic());
    named || (has_letter && port.is_some_and(is_port))
}

fn is_key(word: &str) -> bool {
    let begins = |prefixes: &[&str]| {
        prefixes.iter().any(|prefix| {
            word.get(..prefix.len())
                .is_some_and(|start| start.eq_ignore_ascii_case(prefix))
        })
    };
    if begins(ID_PREFIXES) {
        return false;
    }
    let has_digit = |text: &str| text.chars().any(|c| c.is_ascii_digit());
    // Services show keys as `sk-ab***cd`.
    if begins(KEY_PREFIXES) && word.len() >= KEY_WORD && (has_digit(word) || word.contains('*')) {
        return true;
    }
    let runs = word.split(|c: char| !c.is_ascii_alphanumeric());
    let mut runs = runs.filter(|run| run.len() >= KEY_RUN);
    runs.any(|run| has_digit(run) && run.chars().any(|c| c.is_ascii_alphabetic()))
}

#[cfg(test)]
mod tests {
    use super::without_private_text as clean;

    #[test]
    fn addresses_are_removed() {
        for (message, expected) in [
            ("see https://api.acme.example/v1/x?key=1.", "see [address]"),
            (
                "dial tcp 10.0.0.7:8080: refused",
                "dial tcp [address] refused",
            ),
            ("host 192.168.1.5 failed", "host [address] failed"),
            ("at [::1]:443 and fe80::1", "at [address] and [address]"),
            ("llm.corp.internal is down", "[address] is down"),
            ("gpu-7:8000/v1 is down", "[address] is down"),
            ("from localhost", "from [address]"),
            ("mail ops@acme.com", "mail [address]"),
            ("(http://x)", "([address])"),
        ] {
            let found = clean(message);
            let plain = |text: &str| text.replace([':', '.'], "");
            assert_eq!(plain(&found), plain(expected), "{message}");
        }
    }

    #[test]
    fn keys_are_removed() {
        for message in [
            "Incorrect API key provided: sk-proj-abc123def456.",
            "key sk-ab********cd",
            "Authorization: Bearer hunter2",
            "token=9f86d081884c7d659a2feaa0c55ad015",
            "organization org-AbC123xyz789",
            "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.sig",
        ] {
            let found = clean(message);
            assert!(found.contains("[redacted]"), "{found}");
            for secret in ["abc123", "ab***", "hunter2", "9f86d0", "AbC123", "eyJ"] {
                assert!(!found.contains(secret), "{found}");
            }
        }
    }

    #[test]
    fn other_text_stays() {
        for message in [
            "Invalid value: 'tools[0].function.name'. Expected a string, e.g. \"x\".",
            "This model's maximum context length is 128000 tokens. However, your messages resulted \
             in 130001 tokens.",
            "claude-3-5-sonnet-20241022 does not support `text.format.schema`; send 1.5, not 2:30",
            "No tool output found for function call call_Abcdefghij0123456789xyz.",
            "Unknown model openai/gpt-4o-mini-2024-07-18: see input[2].content[0].image_url",
            "ключ 日本語 \u{1F600} ok",
            "",
        ] {
            assert_eq!(clean(message), message);
        }
    }
}
