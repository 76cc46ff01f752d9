//! The members of a request that are not sent as the client sent them. `responses-request.md` has
//! the complete table; a test compares the two.

/// Members for this server. They take effect here, so the upstream does not get them.
pub const OF_THIS_SERVER: &[&str] = &[
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
/// member and the catalog's names, one of which is enough.
pub(super) const PARAMETERS: &[(&str, &[&str])] = &[
    ("frequency_penalty", &["frequency_penalty"]),
    (
        "max_output_tokens",
        &["max_tokens", "max_completion_tokens"],
    ),
    ("presence_penalty", &["presence_penalty"]),
    ("reasoning", &["reasoning", "reasoning_effort"]),
    ("seed", &["seed"]),
    ("stop", &["stop"]),
    ("temperature", &["temperature"]),
    ("top_k", &["top_k"]),
    ("top_logprobs", &["top_logprobs"]),
    ("top_p", &["top_p"]),
];

#[cfg(test)]
mod tests {
    use orouter_wire::{ResponsesRequest, Wire};

    use super::*;

    /// The table in the documentation has each member, with what happens to it.
    #[test]
    fn the_table_has_every_member() {
        let page = include_str!("responses-request.md");
        let rows: Vec<(&str, &str)> = page
            .lines()
            .filter_map(|line| line.strip_prefix("| `")?.split_once("` | "))
            .collect();
        let mut members = ResponsesRequest::MEMBERS.to_vec();
        members.sort_unstable();
        let named: Vec<&str> = rows.iter().map(|(name, _)| *name).collect();
        assert_eq!(named, members);
        for (name, treatment) in rows {
            assert_eq!(
                treatment.starts_with("removed"),
                OF_THIS_SERVER.contains(&name),
                "{name}"
            );
            assert_eq!(
                treatment.starts_with("replaced"),
                ["model", "store"].contains(&name),
                "{name}"
            );
            assert_eq!(
                treatment.contains("; removed if"),
                PARAMETERS.iter().any(|(member, _)| *member == name),
                "{name}"
            );
        }
    }
}
