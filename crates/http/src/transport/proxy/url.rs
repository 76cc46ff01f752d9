//! The URL of a proxy, checked so that a transport can use it.

use ::url::{Host, ParseError, Url};

use crate::transport::tls_support::HAS_TLS;

/// Reads the URL of a proxy. The error does not quote the URL, which may hold credentials.
pub(super) fn parse(text: &str) -> Result<Url, String> {
    let Some((scheme, rest)) = text.split_once("://") else {
        return Err("it must start with a scheme, such as http://".to_owned());
    };
    check_scheme(scheme)?;
    if text.contains(|c: char| c.is_control() || c.is_whitespace() || c == '\\') {
        return Err("it contains white space, a control character or a backslash".to_owned());
    }
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host_and_port = authority.rsplit('@').next().unwrap_or_default();
    if host_and_port.is_empty() || host_and_port.starts_with(':') {
        return Err("it has no host".to_owned());
    }
    if host_and_port.ends_with(':') {
        return Err("its port is empty".to_owned());
    }
    let url = Url::parse(text).map_err(|error| match error {
        ParseError::InvalidPort => BAD_PORT,
        ParseError::EmptyHost => "it has no host",
        _ => BAD_HOST,
    })?;
    if url.port() == Some(0) {
        return Err(BAD_PORT.to_owned());
    }
    if !matches!(url.path(), "" | "/") || url.query().is_some() || url.fragment().is_some() {
        return Err(
            "it has a path, a query or a fragment; in a name or password write / as %2F, ? as %3F \
             and # as %23"
                .to_owned(),
        );
    }
    // Only http and https URLs are parsed with a check of the host's name.
    let host = url.host_str().unwrap_or_default();
    if Host::parse(host).is_err() || url.as_str().parse::<http::Uri>().is_err() {
        return Err(BAD_HOST.to_owned());
    }
    Ok(url)
}

const BAD_PORT: &str = "its port is not a number from 1 to 65535";
const BAD_HOST: &str = "its host is not a valid name or address";

fn check_scheme(scheme: &str) -> Result<(), String> {
    match scheme.to_ascii_lowercase().as_str() {
        "http" => Ok(()),
        "https" if HAS_TLS => Ok(()),
        "https" => Err(
            "an https:// proxy needs the feature `rustls` or `native-tls`, which this build leaves \
             out"
                .to_owned(),
        ),
        "socks4" | "socks4a" | "socks5" | "socks5h" if cfg!(feature = "socks") => Ok(()),
        "socks4" | "socks4a" | "socks5" | "socks5h" => {
            Err("a SOCKS proxy needs the feature `socks`, which this build leaves out".to_owned())
        }
        _ => Err(
            "its scheme is unknown; use http, https, socks4, socks4a, socks5 or socks5h".to_owned(),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn usable_urls_are_kept_as_they_are() {
        for (text, kept) in [
            ("http://proxy", "http://proxy/"),
            ("HTTP://Proxy.Example:3128/", "http://proxy.example:3128/"),
            ("http://[::1]:3128", "http://[::1]:3128/"),
            (
                "http://me:p%40ss^{x}@10.0.0.1:8080",
                "http://me:p%40ss%5E%7Bx%7D@10.0.0.1:8080/",
            ),
            ("http://my_proxy:80", "http://my_proxy/"),
        ] {
            assert_eq!(parse(text).unwrap().as_str(), kept);
        }
    }

    #[test]
    fn unusable_urls_are_refused_without_quoting_them() {
        for (text, why) in [
            ("hush:80", "scheme"),
            ("socks6://hush", "scheme"),
            ("ftp://hush", "scheme"),
            ("://hush", "scheme"),
            ("http://", "no host"),
            ("http:///hush", "no host"),
            ("http://:8080", "no host"),
            ("http://me:hush@", "no host"),
            ("http://me:hush@:80", "no host"),
            ("http://hush:", "port"),
            ("http://hush:0", "port"),
            ("http://hush:65536", "port"),
            ("http://hush:http", "port"),
            ("http://me:hu#sh@proxy:80", "port"),
            ("http://me:1#hush@proxy:80", "fragment"),
            ("http://me:1/hush@proxy:80", "path"),
            ("http://hush/proxy.pac", "path"),
            ("http://proxy:80?hush", "query"),
            ("http://hu sh:80", "white space"),
            ("http://hush\n.example", "white space"),
            ("http://hush\\proxy", "backslash"),
            ("http://hu^sh", "host"),
            ("http://hu%20sh", "host"),
            ("http://[::hush]", "host"),
        ] {
            let error = parse(text).unwrap_err();
            assert!(error.contains(why), "{text}: {error}");
            assert!(!error.contains("hush"), "{text}: {error}");
        }
    }

    #[test]
    fn a_feature_that_is_left_out_is_named() {
        for scheme in ["socks4", "socks4a", "socks5", "SOCKS5H"] {
            let parsed = parse(&format!("{scheme}://proxy:1080"));
            assert_eq!(parsed.is_ok(), cfg!(feature = "socks"), "{parsed:?}");
            if let Err(error) = parsed {
                assert!(error.contains("`socks`"), "{error}");
            }
        }
        if cfg!(feature = "socks") {
            assert!(parse("socks5://hu^sh").is_err() && parse("socks5://pröxy").is_err());
        }
        let parsed = parse("https://proxy");
        assert_eq!(parsed.is_ok(), HAS_TLS);
        if let Err(error) = parsed {
            assert!(error.contains("`rustls`"), "{error}");
        }
    }
}
