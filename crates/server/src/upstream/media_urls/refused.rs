//! [`Refused`]: the reason why a URL is not sent to an upstream.

use std::fmt;

use url::{Host, Url};

use crate::upstream::fetch::is_public;

/// Maximum length of a scheme, in bytes. It limits the search for the colon in long data.
const MAX_SCHEME: usize = 16;

/// Maximum length of a path of a file, in bytes, on the systems that upstreams run on. Longer text
/// names no file.
const MAX_PATH: usize = 4096;

/// Schemes of storage that a provider reads with the credentials of its customer, and of files that
/// were uploaded to it. The text after them is no host.
const STORAGE: [&str; 6] = ["gs", "s3", "oss", "ms", "mm_file", "asset"];

/// Domains whose names exist only inside a network.
const PRIVATE_DOMAINS: [&str; 5] = ["localhost", "localdomain", "local", "internal", "home.arpa"];

/// The reason why a URL is not sent to an upstream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refused {
    /// The scheme is none of those that providers read.
    Scheme,
    /// The text has no scheme and is not base64: a path, or a host without a scheme.
    NoScheme,
    /// Parsers could find different hosts in the URL.
    Unclear,
    /// The host is not on the public Internet.
    Private,
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Scheme => "whose scheme is not `https`, `http` or `data`",
            Self::NoScheme => "which is not a URL",
            Self::Unclear => "which is not a well-formed URL",
            Self::Private => "whose host is not on the public Internet",
        })
    }
}

impl Refused {
    /// Returns the reason why `text` is not sent. `None` if it is: a `data:` URL, a URL of a host on
    /// the public Internet, a URL of a provider's storage, or text that is not a URL, such as base64.
    pub(super) fn of(text: &str) -> Option<Self> {
        // Parsers of URLs ignore white space and control characters at both ends.
        let text = text.trim_matches(|character| character <= ' ');
        let Some((scheme, rest)) = split_scheme(text) else {
            return (!is_base64(text)).then_some(Self::NoScheme);
        };
        let is = |known: &str| scheme.eq_ignore_ascii_case(known);
        if is("data") || STORAGE.into_iter().any(is) {
            None
        } else if is("https") || is("http") {
            Self::of_host(text, rest)
        } else {
            Some(Self::Scheme)
        }
    }

    /// As [`of`](Self::of), for an HTTP URL. `rest` is the part after its scheme.
    fn of_host(text: &str, rest: &str) -> Option<Self> {
        // Browsers read a backslash as a slash, ignore tabs and accept any number of slashes. Other
        // parsers do not, and would see another host.
        let authority = rest.strip_prefix("//").map(|rest| {
            let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
            rest.get(..end).unwrap_or_default()
        });
        let clear = |authority: &&str| {
            let unclear = |c: char| c == '\\' || c.is_whitespace() || c.is_control();
            !authority.is_empty() && !authority.contains(unclear)
        };
        let Some(authority) = authority.filter(clear) else {
            return Some(Self::Unclear);
        };
        let Ok(url) = Url::parse(text) else {
            return Some(Self::Unclear);
        };
        match url.host() {
            Some(Host::Domain(name)) => is_private_name(name).then_some(Self::Private),
            Some(Host::Ipv4(address)) if !is_public(address.into()) => Some(Self::Private),
            // Some parsers read 010.0.0.1 as 8.0.0.1, others as 10.0.0.1.
            Some(Host::Ipv4(address)) => {
                let host = authority.rsplit('@').next().unwrap_or_default();
                let host = host.split(':').next().unwrap_or_default();
                (host != address.to_string()).then_some(Self::Unclear)
            }
            Some(Host::Ipv6(address)) => (!is_public(address.into())).then_some(Self::Private),
            None => Some(Self::Unclear),
        }
    }
}

/// Splits a URL at the colon after its scheme. `None` if it has no scheme.
fn split_scheme(text: &str) -> Option<(&str, &str)> {
    let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || b"+-._".contains(byte);
    let bytes = text.as_bytes().iter().take(MAX_SCHEME);
    let length = bytes.take_while(|byte| is_part(byte)).count();
    let (scheme, rest) = text.split_at_checked(length)?;
    let rest = rest.strip_prefix(':')?;
    (!scheme.is_empty()).then_some((scheme, rest))
}

/// Returns `true` if the text can be base64, in either alphabet, or the id of a file. It can then
/// not be a path with a file's ending.
fn is_base64(text: &str) -> bool {
    let mut bytes = text.bytes().take(MAX_PATH);
    bytes.all(|byte| {
        byte.is_ascii_alphanumeric() || byte.is_ascii_whitespace() || b"+/-_=".contains(&byte)
    })
}

/// Returns `true` if a name belongs to a network rather than to the Internet. A name without a dot
/// does, as the name of a container or of a metadata service.
fn is_private_name(name: &str) -> bool {
    let name = name.trim_end_matches('.');
    let is_in = |domain: &str| {
        let parent = name.strip_suffix(domain);
        parent.is_some_and(|parent| parent.is_empty() || parent.ends_with('.'))
    };
    !name.contains('.') || PRIVATE_DOMAINS.into_iter().any(is_in)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn data_and_urls_of_public_hosts_are_sent() {
        let photo = format!("/9j/4AAQ{}", "Zm9v".repeat(10_000));
        for text in [
            "",
            " ",
            "data:image/png;base64,iVBORw0KGgo=",
            "DATA:,http://127.0.0.1/",
            "https://example.com/a.png",
            "HTTPS://EXAMPLE.COM./a b.png?x=http://127.0.0.1/#\\",
            " http://example.com:8080 \n",
            "https://name:word@example.com/",
            "https://localhost.example.com/",
            "https://notlocal.example/",
            "https://thelocalhost.com/",
            "https://internal.example.org/",
            "https://home.arpa.example.org/",
            "https://10.0.0.1.example.com/",
            "https://пример.испытание/",
            "http://8.8.8.8/x",
            "http://user@8.8.8.8:81/x",
            "http://172.32.0.1/",
            "http://[2606:4700::1111]/",
            "http://[2606:4700::1111]:8080/",
            "gs://bucket/a.png",
            "s3://localhost/a.png",
            "oss://bucket/a.png",
            "ms://file-1",
            "mm_file://123",
            "asset://asset-1",
            "iVBORw0KGgo=",
            "iVBO\r\nRw0KGgo=",
            "_-8=",
            "//uQxAAA",
            "file-abc_123",
            &photo,
        ] {
            assert_eq!(Refused::of(text), None, "{text}");
        }
    }

    #[test]
    fn hosts_inside_the_network_are_refused() {
        for text in [
            "http://169.254.169.254/latest/meta-data/",
            "http://127.0.0.1/x.png",
            "HTTP://127.0.0.1",
            "\u{1}http://127.0.0.1/",
            "https://127.1:8080/",
            "http://2130706433/",
            "http://0x7f000001/",
            "http://0x7f.0.0.1/",
            "http://0177.0.0.1/",
            "http://127.0.0.1./",
            "http://１２７.0.0.1/",
            "http://127%2e0.0.1/",
            "http://8.8.8.8@10.0.0.1/",
            "http://0/",
            "http://192.168.1.1/",
            "http://172.31.0.1/",
            "http://100.100.100.200/",
            "http://[::1]/",
            "http://[::]/",
            "http://[::ffff:127.0.0.1]/",
            "http://[::ffff:7f00:1]/",
            "http://[64:ff9b::7f00:1]/",
            "http://[2002:7f00:1::]/",
            "http://[fd00:ec2::254]/",
            "http://[fe80::1]:80/",
            "http://localhost/",
            "http://LOCALHOST:3000/",
            "http://localhost./",
            "http://loc%61lhost/",
            "http://a.localhost/",
            "http://localhost.localdomain/",
            "http://printer.local/",
            "http://metadata.google.internal/",
            "http://router.home.arpa/",
            "http://local/",
            "http://redis:6379/",
            "http://metadata/",
        ] {
            assert_eq!(Refused::of(text), Some(Refused::Private), "{text}");
        }
    }

    #[test]
    fn urls_in_which_parsers_find_different_hosts_are_refused() {
        for text in [
            "http:127.0.0.1/",
            "http:/example.com/",
            "http:///example.com/",
            "http:\\\\example.com\\",
            "http://example.com\\@127.0.0.1/",
            "http://exam\tple.com/",
            "http://exam ple.com/",
            "http://010.0.0.1/",
            "http://0x08080808/",
            "http://",
            "http://?x",
            "http://[fe80::1%25eth0]/",
            "http://[::1/",
            "http://example.com:99999/",
            "http://1.2.3.4.5/",
        ] {
            assert_eq!(Refused::of(text), Some(Refused::Unclear), "{text}");
        }
    }

    #[test]
    fn other_schemes_and_paths_are_refused() {
        for text in [
            "file:///etc/passwd",
            "FILE:/etc/passwd",
            " file:etc",
            "ftp://example.com/a.png",
            "gopher://127.0.0.1:6379/_x",
            "dict://example.com/",
            "jar:http://127.0.0.1/x!/",
            "ws://example.com/",
            "blob:https://example.com/1",
            "C:\\a.png",
            "view-source:x",
        ] {
            assert_eq!(Refused::of(text), Some(Refused::Scheme), "{text}");
        }
        for text in [
            "/srv/a.png",
            "../a.png",
            "a.png",
            "127.0.0.1/x",
            "//127.0.0.1/x",
            "://x",
            "ht\ntp://localhost/x",
            "a-scheme-that-is-very-long://x",
            "\\\\host\\share",
        ] {
            assert_eq!(Refused::of(text), Some(Refused::NoScheme), "{text}");
        }
    }
}
