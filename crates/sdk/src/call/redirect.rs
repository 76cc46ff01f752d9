//! Decides which redirects are followed.

use http::{StatusCode, header};
use url::Url;

use crate::{redact, transport::HttpResponse};

/// Maximum number of redirects that one attempt follows.
const MAX_REDIRECTS: usize = 5;

/// The redirects of one attempt.
#[derive(Default)]
pub(super) struct Redirects {
    followed: usize,
}

impl Redirects {
    /// Returns the URL to send the request to next: with method, body and key, so only for 307 and 308,
    /// and only within the same origin.
    ///
    /// # Errors
    ///
    /// Returns the message of the error if the redirect must not be followed.
    pub(super) fn next(
        &mut self,
        from: &Url,
        response: &HttpResponse,
        follow: bool,
    ) -> Result<Url, String> {
        let target = target(from, response, follow)?;
        if self.followed == MAX_REDIRECTS {
            let location = redact::location(&target);
            return Err(format!(
                "more than {MAX_REDIRECTS} redirects in a row, now to {location}"
            ));
        }
        self.followed += 1;
        Ok(target)
    }
}

fn target(from: &Url, response: &HttpResponse, follow: bool) -> Result<Url, String> {
    let status = response.status;
    let location = response
        .headers
        .get(header::LOCATION)
        .and_then(|value| value.to_str().ok());
    let keeps_the_request = matches!(
        status,
        StatusCode::TEMPORARY_REDIRECT | StatusCode::PERMANENT_REDIRECT
    );
    match location.and_then(|location| from.join(location).ok()) {
        Some(target) if follow && keeps_the_request && target.origin() == from.origin() => {
            Ok(target)
        }
        Some(target) => Err(format!("{status} leads to {}", redact::location(&target))),
        None => Err(format!("{status} leads nowhere")),
    }
}
