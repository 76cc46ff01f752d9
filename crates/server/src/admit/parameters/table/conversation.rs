//! The rules of the members that describe the conversation, its models and its storage.

use super::super::rule::Effect::{Refused, Upstream, Used};
use super::super::rule::{Parameter, rule};
use super::reasons::OF_PARENT;

pub(super) const PARAMETERS: &[Parameter] = &[
    rule(
        "background",
        "a boolean",
        Refused(
            |r| r.background == Some(true),
            "does not run requests in the background; leave it out or send false",
        ),
    ),
    rule(
        "background_options",
        "an object",
        Upstream(
            |r| r.background_options.is_some(),
            "this server does not run requests in the background",
        ),
    ),
    rule(
        "background_options.completion_window",
        "`soonest`, `2h` or `8h`",
        Used(OF_PARENT),
    ),
    rule(
        "background_options.continuation_id",
        "a string",
        Used(OF_PARENT),
    ),
    rule(
        "client_metadata",
        "an object of strings",
        Upstream(
            |r| !r.client_metadata.is_empty(),
            "the model does not use it",
        ),
    ),
    rule(
        "context_management",
        "a list of objects with a known `type`",
        Upstream(
            |r| !r.context_management.is_empty(),
            "the embedded model does not compact conversations",
        ),
    ),
    rule(
        "context_management.compact_threshold",
        "a whole number, at least 0",
        Used(OF_PARENT),
    ),
    rule(
        "conversation",
        "a string or an object",
        Refused(
            |r| r.conversation.is_some(),
            "does not store conversations; send the earlier items in `input`",
        ),
    ),
    rule(
        "input",
        "a string or a list of items",
        Used("the conversation"),
    ),
    rule(
        "instructions",
        "a string",
        Used("the system message before the conversation"),
    ),
    rule(
        "metadata",
        "an object of at most 16 strings",
        Used(
            "repeated in the response; keys have at most 64 characters without brackets, values at most 512 characters",
        ),
    ),
    rule(
        "model",
        "a string",
        Used(
            "the model; `:nitro` and `:floor` after its name are noted if it has one endpoint, and otherwise refused; so are `:online`, `:exacto` and `~author/family-latest`",
        ),
    ),
    rule(
        "models",
        "a list of strings",
        Used("models to try after `model`"),
    ),
    rule(
        "preset",
        "a string",
        Upstream(|r| r.preset.is_some(), "this server does not have presets"),
    ),
    rule(
        "previous_response_id",
        "null",
        Used("refused unless null: this server does not store responses"),
    ),
    rule(
        "prompt",
        "an object",
        Refused(
            |r| r.prompt.is_some(),
            "does not store prompts; send the text as `input`",
        ),
    ),
    rule(
        "safety_identifier",
        "a string",
        Used("repeated in the response"),
    ),
    rule(
        "session_id",
        "a string of at most 256 characters",
        Used(
            "requests of a session stay at an endpoint whose cached reads are cheaper; the header `x-session-id` has the same effect",
        ),
    ),
    rule(
        "store",
        "false",
        Refused(
            |r| r.store == Some(true),
            "does not store responses; leave it out or send false",
        ),
    ),
    rule(
        "stream",
        "a boolean",
        Used("a stream of events, or one body"),
    ),
    rule("stream_options", "an object", Used("see its members")),
    rule(
        "stream_options.include_obfuscation",
        "a boolean",
        Upstream(
            |r| {
                r.stream_options
                    .as_ref()
                    .is_some_and(|s| s.include_obfuscation == Some(true))
            },
            "the embedded model does not pad events",
        ),
    ),
    rule(
        "truncation",
        "`auto` or `disabled`",
        Used("`auto`: the oldest turns are dropped until the input fits, and noted"),
    ),
    rule(
        "user",
        "a string of at most 256 characters",
        Used("repeated in the response"),
    ),
];
