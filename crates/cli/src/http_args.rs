//! Options of `orouter serve` for web pages, host names and the memory of request bodies.

use std::error::Error;
use std::str::FromStr;

use clap::Args;
use orouter_server::config::{ByteSize, ServerConfig};
use orouter_server::{AllowedHost, AllowedOrigin, Limits};

/// Web pages, host names, and memory of request bodies.
#[derive(Args, Clone, Debug, Default)]
pub(crate) struct HttpArgs {
    /// Origins of web pages that may read responses, such as https://app.example; `*` for all
    ///
    /// Repeat the option or separate origins with commas.
    #[arg(
        long = "allow-origin",
        value_name = "ORIGIN",
        env = "OROUTER_ALLOW_ORIGINS"
    )]
    allow_origins: Vec<List<AllowedOrigin>>,
    /// Host names to accept in addition to loopback names while listening on loopback
    ///
    /// Repeat the option or separate names with commas.
    #[arg(long = "allow-host", value_name = "HOST", env = "OROUTER_ALLOW_HOSTS")]
    allow_hosts: Vec<List<AllowedHost>>,
    /// Maximum memory of all request bodies; other requests are refused with 503 [default: 256MiB]
    #[arg(long, value_name = "SIZE", env = "OROUTER_MAX_BODIES_IN_FLIGHT")]
    max_bodies_in_flight: Option<ByteSize>,
}

impl HttpArgs {
    /// Overrides the origins and hosts by those that are given.
    pub(crate) fn apply(&self, server: &mut ServerConfig) {
        let origins: Vec<AllowedOrigin> = all(&self.allow_origins);
        let hosts: Vec<AllowedHost> = all(&self.allow_hosts);
        if !origins.is_empty() {
            server.allow_origins = origins;
        }
        if !hosts.is_empty() {
            server.allow_hosts = hosts;
        }
    }

    /// Overrides the limit on the memory of request bodies.
    pub(crate) fn limit(&self, limits: Limits) -> Limits {
        match self.max_bodies_in_flight {
            Some(ByteSize(bytes)) => limits.bodies_in_flight(bytes),
            None => limits,
        }
    }
}

fn all<T: Clone>(lists: &[List<T>]) -> Vec<T> {
    lists.iter().flat_map(|list| list.0.clone()).collect()
}

/// Values separated by commas. Blank values are ignored, so that an empty variable sets none.
#[derive(Clone, Debug)]
struct List<T>(Vec<T>);

impl<T: FromStr<Err: Error + Send + Sync + 'static>> FromStr for List<T> {
    type Err = T::Err;

    fn from_str(text: &str) -> Result<Self, T::Err> {
        text.split(',')
            .map(str::trim)
            .filter(|word| !word.is_empty())
            .map(T::from_str)
            .collect::<Result<_, _>>()
            .map(Self)
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        http: HttpArgs,
    }

    fn parse(line: &str) -> Result<HttpArgs, clap::Error> {
        Line::try_parse_from(line.split_whitespace()).map(|line| line.http)
    }

    #[test]
    fn lists_and_repeated_options_are_equivalent() {
        let origins = |line| -> Vec<AllowedOrigin> {
            let args = parse(line).unwrap();
            args.allow_origins
                .iter()
                .flat_map(|list| list.0.clone())
                .collect()
        };
        let list = origins("serve --allow-origin https://a.example,,http://localhost:3000");
        assert_eq!(list.len(), 2);
        assert_eq!(
            list,
            origins("serve --allow-origin https://a.example --allow-origin http://localhost:3000")
        );
    }

    #[test]
    fn malformed_values_are_refused() {
        for line in [
            "serve --allow-origin a.example",
            "serve --allow-origin https://a.example/path",
            "serve --allow-host http://a.example",
            "serve --max-bodies-in-flight lots",
        ] {
            assert!(parse(line).is_err(), "{line}");
        }
        let args =
            parse("serve --max-bodies-in-flight 64MiB --allow-host api.example:8443").unwrap();
        assert_eq!(args.limit(Limits::default()).bodies_in_flight, 64 << 20);
    }
}
