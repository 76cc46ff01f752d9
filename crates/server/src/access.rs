//! [`AllowedOrigin`] and [`AllowedHost`]: the web pages and host names that a server accepts.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

/// The accepted origins and hosts. Default: no web page, and only loopback names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Access {
    pub(crate) origins: Vec<AllowedOrigin>,
    pub(crate) hosts: Vec<AllowedHost>,
}

impl Access {
    /// Returns `true` if pages of every origin are accepted.
    pub(crate) fn allows_any_origin(&self) -> bool {
        self.origins.iter().any(|allowed| allowed.0.is_none())
    }

    /// Returns `true` if pages of this origin are accepted. `origin` is a value of the header
    /// `Origin`.
    pub(crate) fn allows_origin(&self, origin: &str) -> bool {
        if self.allows_any_origin() {
            return true;
        }
        let Some(origin) = Origin::parse(origin) else {
            return false;
        };
        self.origins
            .iter()
            .any(|allowed| allowed.0.as_ref() == Some(&origin))
    }

    /// Returns `true` if requests to this host are accepted while the server listens on a loopback
    /// address.
    pub(crate) fn allows_host(&self, host: &Host) -> bool {
        host.is_loopback()
            || self.hosts.iter().any(|allowed| {
                allowed.0.name == host.name
                    && allowed.0.port.is_none_or(|port| host.port == Some(port))
            })
    }
}

/// An origin whose web pages may read responses: `https://app.example`, `http://localhost:3000`, an
/// application's own such as `app://notes`, or `*` for all.
///
/// Origins are compared ignoring case. A scheme's default port may be left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AllowedOrigin(Option<Origin>);

impl FromStr for AllowedOrigin {
    type Err = AccessError;

    fn from_str(text: &str) -> Result<Self, AccessError> {
        let text = text.trim();
        if text == "*" {
            return Ok(Self(None));
        }
        let origin = Origin::parse(text.strip_suffix('/').unwrap_or(text));
        match origin {
            Some(origin) if !origin.host.name.contains('*') => Ok(Self(Some(origin))),
            _ => Err(AccessError {
                text: text.to_owned(),
                expected: "an origin such as https://app.example or http://localhost:3000 (without a path), or *",
            }),
        }
    }
}

/// A name in the `Host` header that is accepted while the server listens on a loopback address:
/// `api.example` for any port, or `api.example:8443`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AllowedHost(Host);

impl FromStr for AllowedHost {
    type Err = AccessError;

    fn from_str(text: &str) -> Result<Self, AccessError> {
        let text = text.trim();
        match Host::parse(text) {
            Some(host) if !host.name.contains('*') => Ok(Self(host)),
            _ => Err(AccessError {
                text: text.to_owned(),
                expected: "a host name such as api.example or api.example:8443",
            }),
        }
    }
}

/// An error from a text that is not an origin or not a host name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccessError {
    text: String,
    expected: &'static str,
}

impl fmt::Display for AccessError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` is not {}", self.text, self.expected)
    }
}

impl std::error::Error for AccessError {}

/// An origin, normalised.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Origin {
    scheme: String,
    pub(crate) host: Host,
}

impl Origin {
    /// Parses an origin. Returns `None` for `null` and for texts with a path.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (scheme, host) = text.split_once("://")?;
        let scheme = scheme.to_ascii_lowercase();
        let valid = scheme.starts_with(|c: char| c.is_ascii_alphabetic())
            && scheme
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'));
        if !valid {
            return None;
        }
        let mut host = Host::parse(host)?;
        host.port = host.port.or(default_port(&scheme));
        Some(Self { scheme, host })
    }

    /// Returns `true` if this is the origin of a server with this host. The scheme is not compared,
    /// because a proxy in front of the server may use another one.
    pub(crate) fn is_same_host(&self, host: &Host) -> bool {
        let port = host.port.or(default_port(&self.scheme));
        self.host.name == host.name && self.host.port == port
    }
}

fn default_port(scheme: &str) -> Option<u16> {
    match scheme {
        "http" => Some(80),
        "https" => Some(443),
        _ => None,
    }
}

/// A host name or address and a port, normalised.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Host {
    /// In lower case, without a trailing dot; an IPv6 address without its brackets.
    name: String,
    port: Option<u16>,
}

impl Host {
    /// Parses `name`, `name:port`, `1.2.3.4:port` or `[::1]:port`.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (name, rest) = match text.strip_prefix('[') {
            Some(inside) => {
                let (address, rest) = inside.split_once(']')?;
                (address.parse::<Ipv6Addr>().ok()?.to_string(), rest)
            }
            None => {
                let end = text.find(':').unwrap_or(text.len());
                let (name, rest) = text.split_at(end);
                let name = name.strip_suffix('.').unwrap_or(name);
                let valid =
                    |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_' | '~' | '*');
                if name.is_empty() || name.starts_with('.') || !name.chars().all(valid) {
                    return None;
                }
                (name.to_ascii_lowercase(), rest)
            }
        };
        let port = match rest.strip_prefix(':') {
            Some("") => None,
            Some(digits) if digits.bytes().all(|byte| byte.is_ascii_digit()) => {
                Some(digits.parse().ok()?)
            }
            Some(_) => return None,
            None if rest.is_empty() => None,
            None => return None,
        };
        Some(Self { name, port })
    }

    /// Returns `true` for loopback names: `localhost`, `*.localhost`, 127.0.0.0/8 and `::1`.
    fn is_loopback(&self) -> bool {
        self.name == "localhost"
            || self.name.ends_with(".localhost")
            || self.name.parse().is_ok_and(is_loopback)
    }
}

/// Returns `true` for loopback addresses, including those of IPv4 within IPv6.
pub(crate) fn is_loopback(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => address.is_loopback(),
        IpAddr::V6(address) => {
            address.is_loopback()
                || address
                    .to_ipv4_mapped()
                    .is_some_and(|v4: Ipv4Addr| v4.is_loopback())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn access(origins: &[&str], hosts: &[&str]) -> Access {
        Access {
            origins: origins
                .iter()
                .map(|o| o.parse().expect("an origin"))
                .collect(),
            hosts: hosts.iter().map(|h| h.parse().expect("a host")).collect(),
        }
    }

    #[test]
    fn loopback_names() {
        let access = access(&[], &[]);
        for host in [
            "localhost",
            "LocalHost:8080",
            "localhost.",
            "localhost.:80",
            "api.localhost:1",
            "127.0.0.1",
            "127.9.8.7:80",
            "[::1]",
            "[::1]:8080",
            "[0:0:0:0:0:0:0:1]",
            "[::ffff:127.0.0.1]:9",
            "localhost:",
        ] {
            assert!(
                access.allows_host(&Host::parse(host).expect(host)),
                "{host}"
            );
        }
        for host in [
            "example.com",
            "localhost.example.com",
            "notlocalhost",
            "127.0.0.1.nip.io",
            "128.0.0.1",
            "0.0.0.0",
            "[::]",
            "192.168.0.1:8080",
        ] {
            assert!(
                !access.allows_host(&Host::parse(host).expect(host)),
                "{host}"
            );
        }
        for host in [
            "",
            ":80",
            "a b",
            "a/b",
            "user@localhost",
            "localhost:x",
            "localhost:99999",
            "[::1",
            "[::1]x",
            "::1",
            ".",
        ] {
            assert_eq!(Host::parse(host), None, "{host}");
        }
    }

    #[test]
    fn allowed_hosts_with_and_without_a_port() {
        let access = access(&[], &["api.example", "other.example:8443"]);
        for (host, allowed) in [
            ("API.example.", true),
            ("api.example:1", true),
            ("other.example:8443", true),
            ("other.example", false),
            ("x.api.example", false),
        ] {
            assert_eq!(
                access.allows_host(&Host::parse(host).expect(host)),
                allowed,
                "{host}"
            );
        }
    }

    #[test]
    fn allowed_origins() {
        let some = access(
            &[
                "https://App.example/",
                "http://localhost:3000",
                "app://notes",
            ],
            &[],
        );
        for (origin, allowed) in [
            ("https://app.example", true),
            ("https://app.example:443", true),
            ("http://app.example", false),
            ("https://app.example:8443", false),
            ("https://x.app.example", false),
            ("https://app.example.evil.example", false),
            ("http://localhost:3000", true),
            ("http://localhost:3001", false),
            ("http://localhost", false),
            ("app://notes", true),
            ("null", false),
            ("", false),
        ] {
            assert_eq!(some.allows_origin(origin), allowed, "{origin}");
        }
        assert!(access(&["*"], &[]).allows_origin("null"));
    }

    #[test]
    fn invalid_origins_and_hosts_are_errors() {
        for text in [
            "",
            "null",
            "app.example",
            "https://",
            "https://a/path",
            "https://*.example",
            "https://a b",
        ] {
            let error = text.parse::<AllowedOrigin>().expect_err(text);
            assert!(error.to_string().contains("https://app.example"), "{error}");
        }
        for text in ["", "https://api.example", "*", "*.example", "a:b"] {
            assert!(text.parse::<AllowedHost>().is_err(), "{text}");
        }
    }

    #[test]
    fn origins_of_the_server_are_recognized() {
        for (origin, host, same) in [
            ("http://127.0.0.1:8080", "127.0.0.1:8080", true),
            ("http://localhost", "localhost", true),
            ("http://localhost", "localhost:80", true),
            ("https://api.example", "api.example", true),
            ("http://localhost:3000", "localhost:8080", false),
            ("http://localhost:8080", "127.0.0.1:8080", false),
            ("http://evil.example", "localhost:8080", false),
        ] {
            let origin = Origin::parse(origin).expect(origin);
            assert_eq!(
                origin.is_same_host(&Host::parse(host).expect(host)),
                same,
                "{host}"
            );
        }
    }
}
