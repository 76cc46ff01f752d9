//! Addresses to listen on.

/// Checks that the text is a host and a port.
///
/// # Errors
/// The end of a sentence that begins with the text.
pub(super) fn address(text: &str) -> Result<String, String> {
    let parts = text.rsplit_once(':').filter(|(host, port)| {
        let bracketed = host.starts_with('[') && host.ends_with(']');
        let digits = !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit());
        let host = !host.is_empty()
            && (bracketed || !host.contains(':'))
            && !host.contains(['/', '@'])
            && !host.chars().any(|c| c.is_whitespace() || c.is_control());
        host && digits && port.parse::<u16>().is_ok()
    });
    match parts {
        Some(_) => Ok(text.to_owned()),
        None => Err("is not a host and a port, as in 127.0.0.1:8080 or localhost:0".to_owned()),
    }
}
