//! Addresses to listen on.

use std::net::IpAddr;

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

/// Returns `true` if two listeners cannot have these addresses at the same time: they have the same
/// port, and the same host or one of them all hosts.
pub(super) fn overlap(one: &str, other: &str) -> bool {
    let (Some((one, port)), Some((other, other_port))) =
        (one.rsplit_once(':'), other.rsplit_once(':'))
    else {
        return false;
    };
    let all = |host: &str| {
        let host = host.trim_matches(['[', ']']).parse::<IpAddr>();
        host.is_ok_and(|host| host.is_unspecified())
    };
    let number = |port: &str| port.parse::<u16>().unwrap_or_default();
    number(port) == number(other_port)
        && number(port) != 0
        && (one.eq_ignore_ascii_case(other) || all(one) || all(other))
}

#[cfg(test)]
mod tests {
    use super::overlap;

    #[test]
    fn addresses_of_one_port_overlap_if_one_host_includes_the_other() {
        for (one, other) in [
            ("127.0.0.1:8080", "127.0.0.1:08080"),
            ("0.0.0.0:8080", "127.0.0.1:8080"),
            ("localhost:8080", "[::]:8080"),
            ("LOCALHOST:8080", "localhost:8080"),
        ] {
            assert!(overlap(one, other) && overlap(other, one), "{one} {other}");
        }
        for (one, other) in [
            ("127.0.0.1:8080", "127.0.0.1:8081"),
            ("127.0.0.1:0", "127.0.0.1:0"),
            ("127.0.0.1:8080", "127.0.0.2:8080"),
        ] {
            assert!(
                !overlap(one, other) && !overlap(other, one),
                "{one} {other}"
            );
        }
    }
}
