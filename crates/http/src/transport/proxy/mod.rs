//! The proxy of a request: the builder's, or one that environment variables name.
//!
//! This crate reads the variables for all its transports. HTTP libraries ignore a variable that they
//! cannot use, and would send a request that is meant for a proxy directly.

mod no_proxy;
mod url;

use std::{
    env::{self, VarError},
    sync::Arc,
};

use ::url::Url;

use self::no_proxy::NoProxy;
use crate::transport::setup_error::TransportSetupError;

/// The caller's choice, from the transport's builder.
#[derive(Clone, Default)]
pub(in crate::transport) enum Choice {
    /// The environment's proxies, or the system's where no variable names one.
    #[default]
    Environment,
    /// No proxy.
    Direct,
    /// This proxy for every request.
    Url(String),
}

/// The checked form of a [`Choice`].
#[derive(Clone, Default)]
pub(in crate::transport) enum Proxies {
    /// The settings of macOS and Windows. Other systems have none.
    #[default]
    System,
    Direct,
    All(Box<Url>),
    Variables(Arc<Variables>),
}

impl Proxies {
    pub(in crate::transport) fn new(choice: &Choice) -> Result<Self, TransportSetupError> {
        match choice {
            Choice::Direct => Ok(Self::Direct),
            Choice::Url(text) => match url::parse(text.trim()) {
                Ok(url) => Ok(Self::All(Box::new(url))),
                Err(why) => Err(TransportSetupError::new(format!(
                    "the proxy that the transport was given cannot be used: {why}"
                ))),
            },
            Choice::Environment => Ok(match Variables::read(variable)? {
                Some(variables) => Self::Variables(Arc::new(variables)),
                None => Self::System,
            }),
        }
    }

    /// Returns the proxy for requests to this URL. The settings of macOS and Windows are not read.
    #[cfg(feature = "hyper")]
    pub(in crate::transport) fn proxy_for(&self, to: &Url) -> Option<&Url> {
        match self {
            Self::System | Self::Direct => None,
            Self::All(proxy) => Some(proxy),
            Self::Variables(variables) => variables.proxy_for(to),
        }
    }

    /// Returns the schemes of all proxies.
    #[cfg(feature = "hyper")]
    pub(in crate::transport) fn schemes(&self) -> Vec<&str> {
        let urls = match self {
            Self::System | Self::Direct => vec![],
            Self::All(proxy) => vec![Some(&**proxy)],
            Self::Variables(variables) => vec![variables.http.as_ref(), variables.https.as_ref()],
        };
        urls.into_iter().flatten().map(Url::scheme).collect()
    }

    /// Sets these proxies on a client.
    #[cfg(feature = "reqwest")]
    pub(in crate::transport) fn apply(
        &self,
        builder: reqwest::ClientBuilder,
    ) -> reqwest::ClientBuilder {
        match self {
            Self::System => builder,
            Self::Direct => builder.no_proxy(),
            Self::All(proxy) => {
                let proxy = proxy.clone();
                builder.proxy(reqwest::Proxy::custom(move |_| Some(Url::clone(&proxy))))
            }
            Self::Variables(variables) => {
                let variables = Arc::clone(variables);
                builder.proxy(reqwest::Proxy::custom(move |to| {
                    variables.proxy_for(to).cloned()
                }))
            }
        }
    }
}

/// The proxies and exceptions that the environment names.
pub(in crate::transport) struct Variables {
    http: Option<Url>,
    https: Option<Url>,
    no_proxy: NoProxy,
}

const HTTPS: &[&str] = &["HTTPS_PROXY", "https_proxy"];
const HTTP: &[&str] = &["HTTP_PROXY", "http_proxy"];
const ALL: &[&str] = &["ALL_PROXY", "all_proxy"];
const NONE: &[&str] = &["NO_PROXY", "no_proxy"];

impl Variables {
    /// Reads and checks all variables. `None` if they name no proxy.
    fn read(
        lookup: impl Fn(&str) -> Result<Option<String>, NotUnicode>,
    ) -> Result<Option<Self>, TransportSetupError> {
        // A CGI program receives the header `Proxy` of a request as HTTP_PROXY.
        let is_cgi = !matches!(lookup("REQUEST_METHOD"), Ok(None));
        let http: &[&str] = match is_cgi {
            // Variable names on Windows ignore the case, so the two names are one variable.
            true if cfg!(windows) => &[],
            true => &["http_proxy"],
            false => HTTP,
        };
        let [https, http, all] = [HTTPS, http, ALL].map(|names| proxy(names, &lookup));
        let (https, http, all) = (https?, http?, all?);
        if https.is_none() && http.is_none() && all.is_none() {
            return Ok(None);
        }
        let no_proxy = match first(NONE, &lookup)? {
            Some((name, value)) => NoProxy::parse(&value).map_err(|(entry, why)| {
                TransportSetupError::new(format!(
                    "{name} has the entry {entry:?}, which cannot be used: {why}"
                ))
            })?,
            None => NoProxy::default(),
        };
        Ok(Some(Self {
            http: http.or_else(|| all.clone()),
            https: https.or(all),
            no_proxy,
        }))
    }

    fn proxy_for(&self, to: &Url) -> Option<&Url> {
        let proxy = match to.scheme() {
            "https" => self.https.as_ref(),
            _ => self.http.as_ref(),
        };
        proxy.filter(|_| !self.no_proxy.matches(to))
    }
}

/// The error of a variable whose value is not Unicode text.
struct NotUnicode;

/// Returns a variable of the process. `None` if it is not set or blank.
fn variable(name: &str) -> Result<Option<String>, NotUnicode> {
    match env::var(name) {
        Ok(value) => Ok(Some(value).filter(|value| !value.trim().is_empty())),
        Err(VarError::NotPresent) => Ok(None),
        Err(VarError::NotUnicode(_)) => Err(NotUnicode),
    }
}

/// Returns the proxy in the first of these variables that is set.
fn proxy(
    names: &[&'static str],
    lookup: impl Fn(&str) -> Result<Option<String>, NotUnicode>,
) -> Result<Option<Url>, TransportSetupError> {
    let Some((name, value)) = first(names, lookup)? else {
        return Ok(None);
    };
    let value = value.trim();
    let parsed = if value.contains("://") {
        url::parse(value)
    } else {
        url::parse(&format!("http://{value}"))
    };
    parsed.map(Some).map_err(|why| {
        TransportSetupError::new(format!(
            "{name} holds a proxy that cannot be used: {why}; correct or unset the variable"
        ))
    })
}

/// Returns name and value of the first of these variables that is set and not blank.
fn first(
    names: &[&'static str],
    lookup: impl Fn(&str) -> Result<Option<String>, NotUnicode>,
) -> Result<Option<(&'static str, String)>, TransportSetupError> {
    for name in names {
        match lookup(name) {
            Ok(Some(value)) => return Ok(Some((name, value))),
            Ok(None) => {}
            Err(NotUnicode) => {
                return Err(TransportSetupError::new(format!(
                    "{name} is not Unicode text and cannot be read; correct or unset the variable"
                )));
            }
        }
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(variables: &[(&str, &str)]) -> Result<Option<Variables>, TransportSetupError> {
        Variables::read(|name| {
            let found = variables.iter().find(|(known, _)| *known == name);
            let value = found.map(|(_, value)| (*value).to_owned());
            Ok(value.filter(|value| !value.trim().is_empty()))
        })
    }

    fn route(variables: &[(&str, &str)], to: &str) -> Option<String> {
        let variables = read(variables).unwrap()?;
        let proxy = variables.proxy_for(&Url::parse(to).unwrap())?;
        Some(proxy.host_str().unwrap().to_owned())
    }

    #[test]
    fn the_more_specific_variable_wins_and_blank_ones_do_not_count() {
        let all = ("ALL_PROXY", "http://all");
        let http = [("HTTP_PROXY", " "), ("http_proxy", "low:1 "), all];
        assert_eq!(route(&http, "http://h").as_deref(), Some("low"));
        assert_eq!(route(&http, "https://h").as_deref(), Some("all"));
        assert_eq!(route(&[("NO_PROXY", "*")], "http://h"), None);
        let both = [("HTTPS_PROXY", "http://up"), ("https_proxy", "ftp://low")];
        assert_eq!(route(&both, "https://h").as_deref(), Some("up"));
        assert_eq!(route(&both, "http://h"), None);
    }

    #[test]
    fn a_cgi_program_distrusts_one_variable_only() {
        let cgi = ("REQUEST_METHOD", "GET");
        assert_eq!(route(&[cgi, ("HTTP_PROXY", "ftp://x")], "http://h"), None);
        for name in ["HTTPS_PROXY", "https_proxy", "ALL_PROXY"] {
            let proxy = route(&[cgi, (name, "http://p")], "https://h");
            assert_eq!(proxy.as_deref(), Some("p"), "{name}");
        }
        if !cfg!(windows) {
            let proxy = route(&[cgi, ("http_proxy", "http://p")], "http://h");
            assert_eq!(proxy.as_deref(), Some("p"));
        }
    }

    #[test]
    fn entries_of_no_proxy_count_only_beside_a_proxy() {
        assert!(read(&[("NO_PROXY", "10.*")]).unwrap().is_none());
        let error = read(&[("NO_PROXY", "a, 10.*"), ("ALL_PROXY", "p")]).err();
        let error = error.unwrap().to_string();
        assert!(
            error.starts_with("NO_PROXY has the entry \"10.*\""),
            "{error}"
        );
    }
}
