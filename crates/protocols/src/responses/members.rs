//! The members of a request that are not sent as the client sent them. `responses-request.md` has
//! the complete table; a test compares the two.

/// Members for this server. They take effect here, so the upstream does not get them.
pub(super) const OF_THIS_SERVER: &[&str] = &[
    "models",
    "provider",
    "plugins",
    "route",
    "session_id",
    "trace",
    "debug",
    "client_metadata",
];

/// Members that are removed if the catalog says that the endpoint does not support the parameter:
/// member and the catalog's name.
pub(super) const PARAMETERS: &[(&str, &str)] = &[
    ("frequency_penalty", "frequency_penalty"),
    ("max_output_tokens", "max_tokens"),
    ("presence_penalty", "presence_penalty"),
    ("reasoning", "reasoning"),
    ("seed", "seed"),
    ("stop", "stop"),
    ("temperature", "temperature"),
    ("top_k", "top_k"),
    ("top_logprobs", "top_logprobs"),
    ("top_p", "top_p"),
];
