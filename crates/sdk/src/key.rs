//! The API key: a fixed string, or a function that provides one for each call.

use std::{fmt, future::Future, sync::Arc};

use http::HeaderValue;

use crate::{
    env,
    error::Error,
    transport::{BoxError, BoxFuture},
};

type Provide = dyn Fn() -> BoxFuture<'static, Result<String, BoxError>> + Send + Sync;

/// The source of a call's API key.
#[derive(Clone)]
pub(crate) enum Key {
    /// No key: the server does not require one.
    None,
    /// The complete value of `Authorization`.
    Fixed(HeaderValue),
    /// A function that is called once for each call.
    Provided(Arc<Provide>),
}

impl Key {
    pub(crate) fn provided<F, Fut, E>(provide: F) -> Self
    where
        F: Fn() -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<String, E>> + Send + 'static,
        E: Into<BoxError>,
    {
        Self::Provided(Arc::new(move || {
            let key = provide();
            Box::pin(async move { key.await.map_err(Into::into) })
        }))
    }

    /// Returns the value of `Authorization`; `None` without a key.
    pub(crate) async fn resolve(&self) -> Result<Option<HeaderValue>, Error> {
        match self {
            Self::None => Ok(None),
            Self::Fixed(value) => Ok(Some(value.clone())),
            Self::Provided(provide) => {
                let key = provide().await.map_err(|error| {
                    Error::configuration("the API key provider failed").with_source(error)
                })?;
                authorization(&key, "the API key from the provider").map(Some)
            }
        }
    }
}

/// Returns `Bearer` and the key; a key that begins with `Bearer` is not changed.
///
/// `origin` names the source of the key in the error.
pub(crate) fn authorization(key: &str, origin: &str) -> Result<HeaderValue, Error> {
    let key = if key.trim().is_empty() {
        ""
    } else {
        key.trim_matches(' ')
    };
    // The rest of a key that begins with `Bearer`.
    let bare = key
        .split_at_checked(6)
        .filter(|(word, rest)| {
            word.eq_ignore_ascii_case("bearer") && (rest.is_empty() || rest.starts_with(' '))
        })
        .map(|(_, rest)| rest.trim_matches(' '));
    if bare.unwrap_or(key).is_empty() {
        return Err(Error::configuration(format!(
            "{origin} is empty; set {} or api_key, or call without_api_key for a server that needs none",
            env::API_KEY
        )));
    }
    let text = if bare.is_some() {
        key.to_owned()
    } else {
        format!("Bearer {key}")
    };
    let printable = text
        .bytes()
        .all(|byte| byte == b' ' || byte.is_ascii_graphic());
    let value = printable
        .then(|| HeaderValue::from_str(&text).ok())
        .flatten();
    let Some(mut value) = value else {
        return Err(Error::configuration(format!(
            "{origin} contains a character that is not allowed in a key, such as a line break; remove it"
        )));
    };
    value.set_sensitive(true);
    Ok(value)
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::None => "none",
            Self::Fixed(_) => "(hidden)",
            Self::Provided(_) => "(provided per call)",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_gets_one_bearer_prefix() {
        assert_eq!(authorization("k", "x").unwrap(), "Bearer k");
        assert_eq!(authorization("bearer zz", "x").unwrap(), "bearer zz");
        assert_eq!(authorization(" k ", "x").unwrap(), "Bearer k");
    }

    #[test]
    fn unusable_keys_are_refused_by_origin_without_the_key() {
        for key in [
            "",
            "  ",
            "\t\n",
            "Bearer",
            " bearer  ",
            "sk-secret\n",
            "sk-\u{1F600}",
        ] {
            let error = authorization(key, "api_key").unwrap_err().to_string();
            assert!(
                error.contains("api_key") && !error.contains("secret"),
                "{error}"
            );
        }
    }
}
