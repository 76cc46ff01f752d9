//! Members of a request that no protocol but the Responses API has, and the seed.

use std::borrow::Cow;

use orouter_wire::ResponsesRequest;
use orouter_wire::settings::{Include, Truncation};

use super::support::Support;
use crate::refusal::Refusal;

/// Refuses what only a server that stores responses can do.
pub(crate) fn refuse_stored(request: &ResponsesRequest) -> Result<(), Refusal> {
    let refused = [
        ("background", request.background == Some(true)),
        ("conversation", request.conversation.is_some()),
        (
            "previous_response_id",
            request.previous_response_id.is_some(),
        ),
        ("prompt", request.prompt.is_some()),
    ];
    for (member, set) in refused {
        if set {
            return Err(Refusal::new(
                member,
                format!(
                    "`{member}` cannot be served: the endpoint stores nothing; send `store: false` \
                     and the full items of the conversation as `input`"
                ),
            ));
        }
    }
    Ok(())
}

/// Returns the JSON text of `seed`. The text may be that of a number of more than 64 bits, or of
/// another value.
pub(crate) fn seed(request: &ResponsesRequest) -> Option<Cow<'_, str>> {
    if let Some(seed) = request.seed {
        return Some(seed.to_string().into());
    }
    let raw = request.extra.get("seed").filter(|raw| !raw.is_null())?;
    Some(raw.get().into())
}

/// Notes the members that the API does not have, and that change the output. `reads` returns `true`
/// for the values of `include` that have an effect.
pub(crate) fn note_others(
    request: &ResponsesRequest,
    reads: impl Fn(&Include) -> bool,
    support: Support<'_>,
) {
    let unread: Vec<String> = (0..)
        .zip(&request.include)
        .filter(|(_, value)| !reads(value))
        .map(|(index, _): (usize, _)| format!("include[{index}]"))
        .collect();
    let padded = request.stream_options.as_ref();
    let padded = padded.is_some_and(|options| options.include_obfuscation == Some(true));
    for (member, set) in [
        ("access_programs", request.access_programs.is_some()),
        ("background_options", request.background_options.is_some()),
        ("client_metadata", !request.client_metadata.is_empty()),
        ("image", request.image.is_some()),
        ("preset", request.preset.is_some()),
        ("max_tool_calls", request.max_tool_calls.is_some()),
        (
            "stop_server_tools_when",
            !request.stop_server_tools_when.is_empty(),
        ),
        ("stream_options.include_obfuscation", padded),
        ("truncation", request.truncation == Some(Truncation::Auto)),
        ("deferred_tools", request.deferred_tools.is_some()),
        (
            "image_config",
            !support.api.image_config && !request.image_config.is_empty(),
        ),
        ("moderation", request.moderation.is_some()),
        ("x_search_filter", request.x_search_filter.is_some()),
        ("context_management", !request.context_management.is_empty()),
    ] {
        if set {
            support.note_absent(member);
        }
    }
    for path in unread {
        support.note_absent(&path);
    }
}
