//! `base_url`: checks the URL of a provider.

use url::{Host, Url};

use super::shown::{may_be_key, shown};

/// Ends of URLs of requests, which the server adds itself.
const REQUEST_PATHS: [&str; 4] = [
    "/responses",
    "/chat/completions",
    "/completions",
    "/messages",
];

/// Returns the base URL without slashes at its end.
///
/// # Errors
/// The problem. It does not show credentials or a query, which may contain a key.
pub(crate) fn base_url(text: &str) -> Result<String, String> {
    let secret = text.contains(['@', '?', '#']) || may_be_key(text);
    let quoted = || {
        if secret {
            "the URL".to_owned()
        } else {
            shown(text)
        }
    };
    if text.trim() != text || text.chars().any(|c| c.is_control() || c == ' ') {
        return Err("contains white space".to_owned());
    }
    if text.is_empty() {
        return Err("is empty; write a URL such as https://api.openai.com/v1".to_owned());
    }
    let Some((scheme, rest)) = text.split_once("://") else {
        let advice = match without_scheme(text) {
            Some(url) if !secret => format!("write {url}"),
            _ => "write https:// or http:// before it".to_owned(),
        };
        return Err(format!("{} has no scheme; {advice}", quoted()));
    };
    if !scheme.eq_ignore_ascii_case("http") && !scheme.eq_ignore_ascii_case("https") {
        let scheme = if secret {
            "another scheme".to_owned()
        } else {
            format!("the scheme {}", shown(scheme))
        };
        return Err(format!("has {scheme}; write https:// or http://"));
    }
    if rest.is_empty() || rest.starts_with(['/', '?', '#', ':']) {
        return Err(format!("{} has no host", quoted()));
    }
    let url = Url::parse(text).map_err(|error| format!("{} is not a URL: {error}", quoted()))?;
    if !url.username().is_empty() || url.password().is_some() || rest.contains('@') {
        return Err("contains credentials; write them into api_key or headers".to_owned());
    }
    if url.query().is_some() {
        return Err("has a query; remove it from the URL".to_owned());
    }
    if url.fragment().is_some() {
        return Err("has a fragment; remove it from the URL".to_owned());
    }
    let base = url.as_str().trim_end_matches('/');
    for path in REQUEST_PATHS {
        let Some(at) = base.len().checked_sub(path.len()) else {
            continue;
        };
        if let Some((start, _)) = base
            .split_at_checked(at)
            .filter(|(_, end)| end.eq_ignore_ascii_case(path))
        {
            return Err(format!(
                "{} is the URL of requests; write {start}",
                quoted()
            ));
        }
    }
    Ok(base.to_owned())
}

/// Returns the URL that a text without a scheme probably means.
fn without_scheme(text: &str) -> Option<String> {
    let guess = Url::parse(&format!("https://{text}")).ok()?;
    let plain = match guess.host()? {
        Host::Domain(name) => {
            name == "localhost" || name.ends_with(".localhost") || !name.contains('.')
        }
        Host::Ipv4(address) => address.is_loopback() || address.is_private(),
        Host::Ipv6(address) => address.is_loopback(),
    };
    let scheme = if plain { "http" } else { "https" };
    Some(format!("{scheme}://{}", text.trim_end_matches('/')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_lose_slashes_at_their_end() {
        for (text, url) in [
            ("https://api.openai.com/v1", "https://api.openai.com/v1"),
            ("https://api.openai.com/v1//", "https://api.openai.com/v1"),
            ("HTTPS://API.example", "https://api.example"),
            ("http://127.0.0.1:11434/v1/", "http://127.0.0.1:11434/v1"),
            ("http://[::1]:8080", "http://[::1]:8080"),
            ("https://a/my-responses", "https://a/my-responses"),
        ] {
            assert_eq!(base_url(text).as_deref(), Ok(url));
        }
    }

    #[test]
    fn mistakes_are_explained_without_secrets() {
        for (text, expected) in [
            ("api.openai.com/v1", "write https://api.openai.com/v1"),
            ("localhost:11434/v1", "write http://localhost:11434/v1"),
            ("ollama:11434", "write http://ollama:11434"),
            ("127.0.0.1:1", "write http://127.0.0.1:1"),
            ("/v1", "has no scheme"),
            ("me:hunter2@a/v1", "has no scheme"),
            ("https:a", "has no scheme"),
            ("ftp://a", "the scheme \"ftp\""),
            ("https://", "has no host"),
            ("https:///v1", "has no host"),
            ("http://:80", "has no host"),
            ("https://a:b", "is not a URL"),
            ("https://a:99999", "is not a URL"),
            ("https://[::1", "is not a URL"),
            ("https://me:hunter2@a/v1", "credentials"),
            ("https://hunter2@a", "credentials"),
            ("https://a/v1?key=hunter2", "query"),
            ("https://a/v1#hunter2", "fragment"),
            ("https://a/v1/responses", "write https://a/v1"),
            ("https://a/v1/chat/completions/", "write https://a/v1"),
            (" https://a", "white space"),
            ("https://a b", "white space"),
            ("", "is empty"),
        ] {
            let error = base_url(text).unwrap_err();
            assert!(error.contains(expected), "{text}: {error}");
            assert!(!error.contains("hunter2"), "{error}");
        }
    }
}
