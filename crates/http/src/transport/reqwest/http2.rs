//! Requests that an HTTP/2 server did not process.

/// Returns `true` if the server said that it did not process the request and will not.
///
/// The server refused the stream, or closed the connection and left the stream out of those that it still
/// serves. Such a request is safe to repeat (RFC 9113, section 8.7). Valid only before the response head:
/// a shutdown fails only the streams that it leaves out; the others continue or break with the connection.
pub(super) fn is_unprocessed(error: &(dyn std::error::Error + 'static)) -> bool {
    let mut cause = Some(error);
    while let Some(error) = cause {
        if let Some(error) = error.downcast_ref::<h2::Error>() {
            let refused = error.is_reset() && error.reason() == Some(h2::Reason::REFUSED_STREAM);
            return error.is_remote() && (refused || error.is_go_away());
        }
        cause = error.source();
    }
    false
}
