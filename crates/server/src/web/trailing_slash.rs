//! Removes a trailing slash from paths, so that routes match with and without it.

use http::Uri;
use http::uri::PathAndQuery;

/// Removes one trailing slash from the path of a target.
pub(super) fn remove(uri: &mut Uri) {
    if let Some(trimmed) = without_slash(uri) {
        *uri = trimmed;
    }
}

/// Returns the target without the trailing slash of its path. Returns `None` if it does not have
/// one, or if the path is `/`.
fn without_slash(uri: &Uri) -> Option<Uri> {
    let path = uri
        .path()
        .strip_suffix('/')
        .filter(|path| !path.is_empty())?;
    let target = match uri.query() {
        Some(query) => format!("{path}?{query}"),
        None => path.to_owned(),
    };
    let mut parts = uri.clone().into_parts();
    parts.path_and_query = Some(PathAndQuery::try_from(target).ok()?);
    Uri::from_parts(parts).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_one_slash_is_removed() {
        let trimmed =
            |uri: &str| without_slash(&uri.parse().expect("a URI")).map(|u| u.to_string());
        assert_eq!(trimmed("/v1/models/").as_deref(), Some("/v1/models"));
        assert_eq!(
            trimmed("/v1/models/?a=b/").as_deref(),
            Some("/v1/models?a=b/")
        );
        assert_eq!(trimmed("/v1/models//").as_deref(), Some("/v1/models/"));
        assert_eq!(
            trimmed("http://h/health/").as_deref(),
            Some("http://h/health")
        );
        assert_eq!(trimmed("/v1/models"), None);
        assert_eq!(trimmed("/"), None);
    }
}
