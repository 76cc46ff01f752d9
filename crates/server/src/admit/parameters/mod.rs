//! The parameters of a request: everything but its input and its tools. [`TABLE`] has a rule for
//! each member, nested ones included; this file applies the rules.
//!
//! A member takes effect, is refused, or is added to the notes of the request. The table in
//! `docs/server-parameters.md` is the same table; a test compares the two.

mod nested;
mod table;

use orouter_wire::ResponsesRequest;

use crate::endpoint::Model;
use crate::failure::Failure;
use crate::notes::Notes;

pub(super) use table::{PARAMETERS, Parameter};

/// The rule of a member.
#[derive(Clone, Copy)]
pub(super) enum Effect {
    /// Takes effect: the text says how.
    Used(#[cfg_attr(not(test), expect(dead_code, reason = "for the documentation"))] &'static str),
    /// Takes effect if the model lists this parameter in its `supported_parameters`; otherwise it
    /// is noted. The function returns `true` if the request asks for an effect.
    Model(&'static str, fn(&ResponsesRequest) -> bool),
    /// Has no effect and is noted, if the function returns `true`: the text is the reason.
    Noted(fn(&ResponsesRequest) -> bool, &'static str),
    /// Is a 400, if the function returns `true`: the text is the reason, after "this server".
    Refused(fn(&ResponsesRequest) -> bool, &'static str),
}

/// Returns the types that `path` allows, in words, or `None` if the API has no such member.
/// Indexes are left out of paths: `include`, `stop_server_tools_when.type`.
pub(super) fn expected(path: &str) -> Option<&'static str> {
    find(path).map(|parameter| parameter.expects)
}

fn find(path: &str) -> Option<&'static Parameter> {
    PARAMETERS.iter().find(|parameter| parameter.path == path)
}

/// Refuses nested members of the wrong type and members that this server cannot honour, and adds
/// members without effect to `notes`. `body` is the text that the request was decoded from.
pub(super) fn check(request: &ResponsesRequest, body: &[u8], notes: &Notes) -> Result<(), Failure> {
    nested::check(request, body, notes)?;
    for parameter in PARAMETERS {
        let path = parameter.path;
        match parameter.effect {
            Effect::Used(_) | Effect::Model(..) => {}
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
    for (name, _) in request.extra.iter() {
        if find(name).is_none() {
            notes.ignored(name, "unknown member");
        }
    }
    Ok(())
}

/// Returns the paths of the parameters that the request sets and this model does not support.
pub(crate) fn unsupported<'a>(
    request: &'a ResponsesRequest,
    model: &'a Model,
) -> impl Iterator<Item = &'static str> + use<'a> {
    PARAMETERS
        .iter()
        .filter_map(move |parameter| match parameter.effect {
            Effect::Model(name, asks) if asks(request) && !supports(model, name) => {
                Some(parameter.path)
            }
            _ => None,
        })
}

fn supports(model: &Model, name: &str) -> bool {
    model
        .supported_parameters
        .iter()
        .any(|supported| supported == name)
}

#[cfg(test)]
mod tests;
