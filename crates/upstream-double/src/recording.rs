//! Splits recorded streams into frames.

/// Returns the frames of a recorded stream of server-sent events, each with its empty line.
///
/// ```
/// let frames = orouter_upstream_double::frames("data: 1\r\n\r\n: comment\n\ndata: 2");
/// assert_eq!(frames, ["data: 1\n\n", ": comment\n\n", "data: 2\n\n"]);
/// ```
#[must_use]
pub fn frames(recording: &str) -> Vec<String> {
    let text = recording.replace("\r\n", "\n");
    let frames = text.split("\n\n").map(|frame| frame.trim_matches('\n'));
    frames
        .filter(|frame| !frame.is_empty())
        .map(|frame| format!("{frame}\n\n"))
        .collect()
}
