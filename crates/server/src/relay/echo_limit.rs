//! Limits the size of the request members that a response repeats. A stream sends them up to three
//! times.

use orouter_wire::{Response, Wire};

/// Maximum size of the request members that a response repeats, together, in bytes of JSON. The
/// rest is left out: `instructions` and `tool_choice` are null, `tools` is empty, `text` is the
/// plain form.
const ECHO_BYTES: usize = 1024 * 1024;

/// Removes repeated members that exceed the limit together.
pub(super) fn apply(response: &mut Response) {
    let mut left = ECHO_BYTES;
    keep(&mut response.text, &mut left);
    keep(&mut response.tool_choice, &mut left);
    keep(&mut response.reasoning, &mut left);
    keep(&mut response.instructions, &mut left);
    keep(&mut response.prompt_cache_key, &mut left);
    keep(&mut response.safety_identifier, &mut left);
    keep(&mut response.user, &mut left);
    keep(&mut response.metadata, &mut left);
    keep(&mut response.tools, &mut left);
}

/// Keeps a value if it fits into the rest of the limit.
fn keep<T: Wire + Default>(value: &mut T, left: &mut usize) {
    match left.checked_sub(orouter_wire::to_vec(value).len()) {
        Some(rest) => *left = rest,
        None => *value = T::default(),
    }
}

#[cfg(test)]
mod tests {
    use orouter_wire::{Input, Tool};
    use serde_json::json;

    use super::*;

    #[test]
    fn members_beyond_the_limit_are_removed() {
        let mut response = Response::new("gen-1", "a/b");
        response.instructions = Some(Input::Text("a".repeat(ECHO_BYTES)));
        response.user = Some("b".repeat(ECHO_BYTES / 2));
        response.tools = vec![Tool::function("f", json!({}))];
        apply(&mut response);
        assert_eq!(response.instructions, None);
        assert_eq!(response.user.map(|user| user.len()), Some(ECHO_BYTES / 2));
        assert_eq!(response.tools.len(), 1);

        let mut response = Response::new("gen-1", "a/b");
        response.instructions = Some(Input::Text("a".repeat(ECHO_BYTES / 2)));
        response.tools = vec![Tool::function("f", json!({"x": "a".repeat(ECHO_BYTES)}))];
        apply(&mut response);
        assert!(response.instructions.is_some());
        assert!(response.tools.is_empty());
    }
}
