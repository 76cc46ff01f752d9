//! The parameters of a request: all members except for its input and its tools. [`table`] has a
//! rule for each member, including nested ones. This file applies the rules.
//!
//! A member takes effect, is refused, or is added to the notes of the request. The table in
//! `docs/server-parameters.md` repeats the rules; a test compares the two.

mod nested;
mod rule;
mod table;

use orouter_wire::ResponsesRequest;

use self::rule::Effect;
use self::table::{find, parameters};
use crate::catalog::Endpoint;
use crate::failure::Failure;
use crate::quote::quote;
use orouter_protocols::Notes;
use orouter_protocols::responses::OF_THIS_SERVER;

/// Returns the types that `path` allows, in words, or `None` if the API has no such member.
/// Indexes are left out of paths: `include`, `stop_server_tools_when.type`.
pub(super) fn expected(path: &str) -> Option<&'static str> {
    find(path).map(|parameter| parameter.expects)
}

/// Refuses nested members of the wrong type and members that this server cannot honour. Adds members
/// that have no effect for any endpoint to `notes`. `body` is the text of the request.
pub(super) fn check(request: &ResponsesRequest, body: &[u8], notes: &Notes) -> Result<(), Failure> {
    nested::check(request, body)?;
    for parameter in parameters() {
        let path = parameter.path;
        match parameter.effect {
            Effect::Used(_) | Effect::Model(..) | Effect::Upstream(..) => {}
            Effect::Noted(asks, reason) if asks(request) => notes.ignored(path, reason),
            Effect::Refused(asks, reason) if asks(request) => {
                return Err(Failure::invalid(
                    path,
                    format!("`{path}` cannot be served: this server {reason}"),
                ));
            }
            Effect::Noted(..) | Effect::Refused(..) => {}
        }
    }
    Ok(())
}

/// Returns the paths of the parameters that the request sets and an endpoint does not support.
/// `supports` returns `true` for the names of parameters that it supports.
pub(crate) fn unsupported<'a>(
    request: &'a ResponsesRequest,
    supports: impl Fn(&str) -> bool + 'a,
) -> impl Iterator<Item = &'static str> + 'a {
    parameters()
        .iter()
        .filter_map(move |parameter| match parameter.effect {
            Effect::Model(name, asks) if asks(request) && !supports(name) => Some(parameter.path),
            _ => None,
        })
}

/// Returns the parameters that the request sets and that only upstreams have, and the reasons why
/// other endpoints do not use them.
fn of_upstreams(
    request: &ResponsesRequest,
) -> impl Iterator<Item = (&'static str, &'static str)> + '_ {
    parameters()
        .iter()
        .filter_map(|parameter| match parameter.effect {
            Effect::Upstream(asks, reason) if asks(request) => Some((parameter.path, reason)),
            _ => None,
        })
}

/// Adds the members that an endpoint does not get to `notes`: members that this server does not know,
/// and for an endpoint without an upstream the parameters that it does not use. For the others, the
/// translator to their protocol notes these parameters.
pub(crate) fn note_unsupported(request: &ResponsesRequest, endpoint: &Endpoint, notes: &Notes) {
    note_unknown(request, endpoint.gets_unknown_members, notes);
    if endpoint.upstream.is_some() {
        return;
    }
    for path in unsupported(request, |name| endpoint.supports(name)) {
        let reason = format!("`{}` does not support it", quote(&endpoint.model.id));
        notes.ignored(path, reason);
    }
    for (path, reason) in of_upstreams(request) {
        notes.ignored(path, reason);
    }
}

/// Adds the members and values that this server does not know to `notes`. `passed_on`: the endpoint
/// gets them, except for those inside members that are for this server.
fn note_unknown(request: &ResponsesRequest, passed_on: bool, notes: &Notes) {
    for unknown in nested::unknown(request) {
        if !passed_on || OF_THIS_SERVER.contains(&unknown.member) {
            notes.ignored(&unknown.path, unknown.reason);
        }
    }
    if passed_on {
        return;
    }
    for (name, _) in request.extra.iter() {
        if find(name).is_none() {
            notes.ignored(name, "unknown member");
        }
    }
}

#[cfg(test)]
mod tests;
