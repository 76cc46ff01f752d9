//! `NO_PROXY`: the servers that are called without a proxy.

use std::net::IpAddr;

use ::url::{Host, Url};

use crate::redact;

/// The entries of the variable.
#[derive(Default)]
pub(super) struct NoProxy(Vec<Entry>);

struct Entry {
    servers: Servers,
    port: Option<u16>,
}

enum Servers {
    All,
    /// The names under this one, and unless `below` also the name itself.
    Domain {
        name: String,
        below: bool,
    },
    Address(IpAddr),
    Network {
        address: IpAddr,
        prefix: u8,
    },
}

const FORMS: &str = "use *, a host, .host, *.host, an IP address or a network such as 10.0.0.0/8, each but the \
     network with or without a port";

impl NoProxy {
    /// Reads entries separated by commas or white space.
    ///
    /// # Errors
    ///
    /// The first entry that cannot be used, and the reason.
    pub(super) fn parse(text: &str) -> Result<Self, (String, &'static str)> {
        text.split(|c: char| c == ',' || c.is_whitespace())
            .filter(|entry| !entry.is_empty())
            .map(|entry| {
                Entry::parse(entry).ok_or_else(|| {
                    // A URL written by mistake may have a password before the `@`.
                    let shown = entry.rsplit('@').next().unwrap_or_default();
                    (redact::line(shown, 100), FORMS)
                })
            })
            .collect::<Result<_, _>>()
            .map(Self)
    }

    pub(super) fn matches(&self, to: &Url) -> bool {
        let port = to.port_or_known_default();
        self.0
            .iter()
            .filter(|entry| entry.port.is_none() || entry.port == port)
            .any(|entry| match to.host() {
                Some(Host::Domain(name)) => entry.servers.match_name(name),
                Some(Host::Ipv4(address)) => entry.servers.match_address(address.into()),
                Some(Host::Ipv6(address)) => entry.servers.match_address(address.into()),
                None => false,
            })
    }
}

impl Entry {
    fn parse(entry: &str) -> Option<Self> {
        if let Some((address, prefix)) = entry.split_once('/') {
            let servers = Servers::network(address, prefix)?;
            return Some(Self {
                servers,
                port: None,
            });
        }
        if let Ok(address) = entry.parse::<IpAddr>() {
            let servers = Servers::Address(address.to_canonical());
            return Some(Self {
                servers,
                port: None,
            });
        }
        let bracketed = entry.starts_with('[');
        let (host, port) = match entry.rsplit_once(':') {
            // The colon of `[::1]` is part of the address.
            Some((_, rest)) if bracketed && rest.ends_with(']') => (entry, None),
            Some((host, port)) => (host, Some(number(port).filter(|port| *port > 0)?)),
            None => (entry, None),
        };
        let servers = Servers::parse(host)?;
        Some(Self { servers, port })
    }
}

impl Servers {
    fn parse(host: &str) -> Option<Self> {
        if host == "*" {
            return Some(Self::All);
        }
        let (name, below) = match host.strip_prefix("*.") {
            Some(name) => (name, true),
            None => (host.strip_prefix('.').unwrap_or(host), false),
        };
        let in_names = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.');
        if !name.starts_with('[') && !name.chars().all(in_names) {
            return None;
        }
        match Host::parse(name).ok()? {
            Host::Domain(name) => {
                let name = without_root(&name).to_owned();
                let usable = !name.is_empty() && !name.starts_with('.') && !name.contains("..");
                usable.then_some(Self::Domain { name, below })
            }
            _ if name.len() < host.len() => None,
            Host::Ipv4(address) => Some(Self::Address(address.into())),
            Host::Ipv6(address) => Some(Self::Address(IpAddr::from(address).to_canonical())),
        }
    }

    fn network(address: &str, prefix: &str) -> Option<Self> {
        let address: IpAddr = address.parse().ok()?;
        let prefix = number(prefix)?;
        let longest = if address.is_ipv4() { 32 } else { 128 };
        let prefix = u8::try_from(prefix).ok().filter(|it| *it <= longest)?;
        Some(Self::Network { address, prefix })
    }

    fn match_name(&self, host: &str) -> bool {
        match self {
            Self::All => true,
            Self::Domain { name, below } => {
                let host = without_root(host).to_ascii_lowercase();
                match host.strip_suffix(name.as_str()) {
                    Some("") => !below,
                    Some(sub) => sub.ends_with('.'),
                    None => false,
                }
            }
            Self::Address(_) | Self::Network { .. } => false,
        }
    }

    fn match_address(&self, host: IpAddr) -> bool {
        match self {
            Self::All => true,
            Self::Domain { .. } => false,
            Self::Address(address) => host.to_canonical() == *address,
            Self::Network { address, prefix } => match (address, host.to_canonical(), host) {
                (IpAddr::V4(network), IpAddr::V4(host), _) => {
                    let mask = u32::MAX.checked_shl(32 - u32::from(*prefix)).unwrap_or(0);
                    (network.to_bits() ^ host.to_bits()) & mask == 0
                }
                (IpAddr::V6(network), _, IpAddr::V6(host)) => {
                    let mask = u128::MAX.checked_shl(128 - u32::from(*prefix)).unwrap_or(0);
                    (network.to_bits() ^ host.to_bits()) & mask == 0
                }
                _ => false,
            },
        }
    }
}

/// Returns a name without the dot of the root domain at its end.
fn without_root(name: &str) -> &str {
    name.strip_suffix('.').unwrap_or(name)
}

/// Reads a number that consists of ASCII digits.
fn number(text: &str) -> Option<u16> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| text.parse().ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matches(entries: &str, to: &str) -> bool {
        let entries = NoProxy::parse(entries).map_err(|(entry, _)| entry);
        entries.unwrap().matches(&Url::parse(to).unwrap())
    }

    #[test]
    fn every_form_matches_what_it_names() {
        for (entries, to, expected) in [
            ("*", "http://any.example:81", true),
            ("*", "http://10.0.0.1", true),
            ("*", "http://[::1]:9", true),
            ("a.example", "http://a.example", true),
            ("a.example", "https://B.A.Example", true),
            ("a.example", "http://ba.example", false),
            ("a.example", "http://a.example.org", false),
            ("A.EXAMPLE.", "http://a.example", true),
            ("a.example", "http://a.example.", true),
            (".a.example", "http://a.example", true),
            (".a.example", "http://b.a.example", true),
            (".a.example", "http://ba.example", false),
            ("*.a.example", "http://b.a.example", true),
            ("*.a.example", "http://c.b.a.example", true),
            ("*.a.example", "http://a.example", false),
            ("*.a.example", "http://ba.example", false),
            ("a.example:8080", "http://a.example:8080", true),
            ("a.example:8080", "http://b.a.example:8080", true),
            ("a.example:8080", "http://a.example", false),
            ("a.example:443", "https://a.example", true),
            ("a.example:443", "http://a.example", false),
            ("*.a.example:81", "http://b.a.example:81", true),
            ("*:81", "http://b.example:81", true),
            ("*:81", "http://b.example", false),
            ("localhost", "http://127.0.0.1", false),
            ("bücher.example", "http://xn--bcher-kva.example", true),
            ("127.0.0.1", "http://127.0.0.1:8080", true),
            ("127.0.0.1", "http://127.0.0.2", false),
            ("127.0.0.1:81", "http://127.0.0.1:81", true),
            ("127.0.0.1:81", "http://127.0.0.1", false),
            ("127.0.0.1", "http://[::ffff:127.0.0.1]", true),
            ("10.0.0.0/8", "http://10.200.1.1", true),
            ("10.0.0.0/8", "http://11.0.0.1", false),
            ("10.0.0.7/32", "http://10.0.0.7", true),
            ("0.0.0.0/0", "http://1.2.3.4", true),
            ("10.0.0.0/8", "http://ten.example", false),
            ("::1", "http://[::1]:8080", true),
            ("[::1]", "http://[::1]", true),
            ("[::1]:81", "http://[::1]:81", true),
            ("[::1]:81", "http://[::1]", false),
            ("fd00::/8", "http://[fd12::1]", true),
            ("fd00::/8", "http://[fe80::1]", false),
            ("::/0", "http://[fe80::1]", true),
            (
                " x.example ,, y.example\tz.example, ",
                "http://z.example",
                true,
            ),
            (" x.example ,, y.example", "http://z.example", false),
            (",", "http://z.example", false),
        ] {
            assert_eq!(matches(entries, to), expected, "{entries} {to}");
        }
    }

    #[test]
    fn other_forms_are_refused_by_name() {
        for entry in [
            "10.*",
            "*example.com",
            "ex*mple.com",
            "**",
            "*.",
            ".",
            "..a",
            "a..b",
            "*.10.0.0.1",
            "a.example:",
            "a.example:http",
            "a.example:0",
            "a.example:65536",
            ":80",
            "10.0.0.0/33",
            "10.0.0.0/",
            "10.0/8",
            "10.0.0.0/8:80",
            "10.0.0.0/255.0.0.0",
            "fd00::/129",
            "fe80::1%eth0",
            "[::1",
            "1::2::3",
            "<local>",
            "http://a.example",
            "a;b",
        ] {
            let text = format!("a.example, {entry} ,b.example");
            let refused = NoProxy::parse(&text).err().map(|(entry, _)| entry);
            assert_eq!(refused.as_deref(), Some(entry));
        }
        let refused = NoProxy::parse("http://me:hush@a.example").err();
        assert_eq!(refused.unwrap().0, "a.example");
    }
}
