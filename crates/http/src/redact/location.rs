//! URLs as messages show them.

use url::Url;

/// Returns the URL without credentials, query and fragment.
#[must_use]
pub fn location(url: &Url) -> String {
    let port = url
        .port()
        .map_or_else(String::new, |port| format!(":{port}"));
    format!(
        "{}://{}{port}{}",
        url.scheme(),
        url.host_str().unwrap_or_default(),
        url.path()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn locations_lose_query_and_credentials() {
        let url = Url::parse("https://me:secret@host:8080/api/v1/responses?key=1#x").unwrap();
        assert_eq!(location(&url), "https://host:8080/api/v1/responses");
    }
}
