//! URLs of servers, in the form in which they are compared.

use url::Url;

/// Base URL of the hosted service.
pub(crate) const HOSTED: &str = "https://openrouter.ai/api/v1";

/// Returns a base URL in one form: two URLs of the same server are equal then.
///
/// # Errors
/// The reason, which continues the name of an option: `is not an absolute URL`.
pub(crate) fn normalized(text: &str) -> Result<String, String> {
    let mut url = Url::parse(text.trim())
        .map_err(|error| format!("is not an absolute URL such as {HOSTED}: {error}"))?;
    if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none() {
        return Err("must start with http:// or https://".to_owned());
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("must not contain a user name or a password".to_owned());
    }
    url.set_fragment(None);
    let path = url.path().trim_end_matches('/').to_owned();
    url.set_path(&path);
    Ok(url.as_str().trim_end_matches('/').to_owned())
}

#[cfg(test)]
mod tests {
    use super::normalized;

    #[test]
    fn spellings_of_one_url_are_equal() {
        let expected = "https://openrouter.ai/api/v1";
        for text in [
            "https://openrouter.ai/api/v1",
            "https://openrouter.ai/api/v1/",
            "HTTPS://OpenRouter.AI:443/api/v1//",
            " https://openrouter.ai/api/./v1#x ",
        ] {
            assert_eq!(normalized(text).unwrap(), expected, "{text}");
        }
        for text in [
            "http://openrouter.ai/api/v1",
            "https://openrouter.ai:8443/api/v1",
            "https://openrouter.ai/api/v2",
            "https://openrouter.ai.example/api/v1",
            "https://openrouter.ai./api/v1",
            "https://openrouter.ai/API/v1",
            "https://openrouter.ai/api/v1?x=1",
        ] {
            assert_ne!(normalized(text).unwrap(), expected, "{text}");
        }
        assert_eq!(normalized("http://a").unwrap(), "http://a");
        assert_eq!(normalized("http://a/").unwrap(), "http://a");
    }

    #[test]
    fn unusable_urls_are_refused() {
        for text in [
            "",
            "localhost",
            "localhost:8080",
            "ftp://a",
            "https://me:pw@a",
            "/api",
        ] {
            assert!(normalized(text).is_err(), "{text}");
        }
    }
}
