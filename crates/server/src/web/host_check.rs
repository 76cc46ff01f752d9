//! Refuses requests with an ambiguous length, requests to an unknown host, and requests of web
//! pages that are not allowed. A page must not make a server on its reader's machine do work.

use axum::extract::Request;
use http::header::{HOST, ORIGIN};
use http::{HeaderMap, Method, Version};

use crate::access::{Access, Host, Origin};
use crate::conflicting_lengths::ConflictingLengths;
use crate::failure::{Failure, FailureKind};

/// Checks the hosts of a request. If the server listens on a loopback address, the hosts must be
/// loopback names or allowed, and the request must not come from another site's page.
pub(super) fn check(request: &Request, access: &Access, loopback: bool) -> Result<(), Failure> {
    if request.extensions().get::<ConflictingLengths>().is_some() {
        return Err(Failure::new(
            FailureKind::InvalidRequest,
            "the request has both Content-Length and Transfer-Encoding; send one of them",
        ));
    }
    let hosts = hosts(request)?;
    if !loopback {
        return Ok(());
    }
    if hosts.iter().any(|host| !access.allows_host(host)) {
        return Err(forbidden(
            "`Host` is neither a loopback name nor allowed; this server listens on loopback: allow the \
             name with --allow-host",
        ));
    }
    if is_foreign(request, &hosts, access) {
        return Err(forbidden(
            "the request comes from a web page whose origin is not allowed; allow it with \
             --allow-origin",
        ));
    }
    Ok(())
}

fn forbidden(message: &str) -> Failure {
    Failure::new(FailureKind::PermissionDenied, message)
}

/// Returns the hosts that a request names: in `Host`, and in a target in absolute form.
fn hosts(request: &Request) -> Result<Vec<Host>, Failure> {
    let invalid = |message| Failure::new(FailureKind::InvalidRequest, message);
    let mut hosts = Vec::with_capacity(1);
    let mut headers = request.headers().get_all(HOST).iter();
    match (headers.next(), headers.next()) {
        (Some(_), Some(_)) => return Err(invalid("the request has more than one `Host` header")),
        (Some(host), None) => {
            let host = host.to_str().ok().and_then(Host::parse);
            hosts.push(
                host.ok_or_else(|| invalid("`Host` is not a host name with or without a port"))?,
            );
        }
        // HTTP/1.0 does not require it, and browsers do not use HTTP/1.0.
        (None, _) if request.version() < Version::HTTP_11 => {}
        (None, _) => return Err(invalid("the request has no `Host` header")),
    }
    if let Some(authority) = request.uri().authority() {
        let host = Host::parse(authority.as_str());
        hosts.push(host.ok_or_else(|| invalid("the request target has no valid host name"))?);
    }
    Ok(hosts)
}

/// Returns `true` if a request comes from a page of another origin that is not allowed.
fn is_foreign(request: &Request, hosts: &[Host], access: &Access) -> bool {
    let headers = request.headers();
    if access.allows_any_origin() {
        return false;
    }
    let mut origins = headers.get_all(ORIGIN).iter().peekable();
    if origins.peek().is_none() {
        return is_foreign_without_origin(request.method(), headers);
    }
    origins.any(|value| {
        let text = value.to_str().unwrap_or_default();
        let own = Origin::parse(text)
            .is_some_and(|origin| hosts.iter().any(|host| origin.is_same_host(host)));
        !own && !access.allows_origin(text)
    })
}

/// Returns `true` if the browser's `Sec-Fetch` headers show that a page of another origin sent a
/// request without `Origin`, such as for an image. A followed link is allowed: the page with the
/// link cannot read the response.
fn is_foreign_without_origin(method: &Method, headers: &HeaderMap) -> bool {
    let is = |name: &str, word: &str| headers.get(name).is_some_and(|value| value == word);
    let elsewhere = is("sec-fetch-site", "cross-site") || is("sec-fetch-site", "same-site");
    let followed =
        is("sec-fetch-mode", "navigate") && (method == Method::GET || method == Method::HEAD);
    elsewhere && !followed
}
