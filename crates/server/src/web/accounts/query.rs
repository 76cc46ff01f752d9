//! [`Query`]: the query parameters of the account routes.

use http::Uri;
use orouter_store::AccountId;
use url::form_urlencoded;

use crate::failure::{Failure, FailureKind};
use crate::quote::quote;

/// The query parameters of a URL. An empty value is that of a parameter that is not given, and unknown
/// parameters have no effect.
pub(super) struct Query(Vec<(String, String)>);

impl Query {
    /// Reads the query of a URL.
    pub(super) fn of(uri: &Uri) -> Self {
        let pairs = form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes());
        let pairs = pairs.into_owned().filter(|(_, value)| !value.is_empty());
        Self(pairs.collect())
    }

    /// Returns the value of a parameter.
    ///
    /// # Errors
    /// A 400 if it is given more than once.
    pub(super) fn get(&self, name: &str) -> Result<Option<&str>, Failure> {
        let mut values = self.0.iter().filter(|(known, _)| known == name);
        let value = values.next().map(|(_, value)| value.as_str());
        if values.next().is_some() {
            let text = format!("`{name}` is given more than once");
            return Err(Failure::invalid(name, text));
        }
        Ok(value)
    }

    /// Returns the value of a parameter that is `true` or `false`. Default: `false`.
    pub(super) fn flag(&self, name: &str) -> Result<bool, Failure> {
        match self.get(name)? {
            None | Some("false") => Ok(false),
            Some("true") => Ok(true),
            Some(value) => Err(unusable(name, value, "`true` or `false`")),
        }
    }

    /// Returns the value of a parameter that is a whole number. Default: 0.
    pub(super) fn number(&self, name: &str) -> Result<u32, Failure> {
        let Some(value) = self.get(name)? else {
            return Ok(0);
        };
        let digits = value.bytes().all(|byte| byte.is_ascii_digit());
        let number = value.parse().ok().filter(|_| digits);
        number.ok_or_else(|| unusable(name, value, "a whole number between 0 and 4294967295"))
    }

    /// Checks that `workspace_id`, if it is given, is the account of the caller.
    ///
    /// # Errors
    /// A 404 for any other account, which the caller cannot see.
    pub(super) fn check_workspace(&self, account: &AccountId) -> Result<(), Failure> {
        match self.get("workspace_id")? {
            Some(id) if id != account.as_str() => {
                let text = format!(
                    "unknown workspace `{}`; this key manages `{account}`",
                    quote(id)
                );
                Err(Failure::new(FailureKind::NotFound, text).param("workspace_id"))
            }
            _ => Ok(()),
        }
    }
}

/// Returns the failure of a parameter whose value cannot be used.
pub(super) fn unusable(name: &str, value: &str, expected: &str) -> Failure {
    let value = quote(value);
    Failure::invalid(
        name,
        format!("`{name}` is `{value}`; it must be {expected}"),
    )
}
