//! Options of `orouter serve` for limits and timeouts. Each can be set by a variable too.

use std::time::Duration;

use clap::Args;
use orouter_server::Limits;
use orouter_server::config::{ByteSize, TimeSpan};

/// Function that sets one of the timeouts.
type Setter = fn(Limits, Duration) -> Limits;

/// Limits and timeouts. A time is a number with the unit ms, s, m, h or d.
#[derive(Args, Clone, Debug, Default)]
pub(crate) struct LimitArgs {
    /// Maximum size of a request body; a larger one is refused with 413 [default: 32MiB]
    #[arg(
        long,
        value_name = "SIZE",
        env = "OROUTER_MAX_BODY",
        hide_env_values = true
    )]
    max_body: Option<ByteSize>,
    /// Maximum number of open connections; others wait to be accepted [default: 1000]
    #[arg(
        long,
        value_name = "N",
        env = "OROUTER_MAX_CONNECTIONS",
        hide_env_values = true,
        value_parser = clap::value_parser!(u32).range(1..)
    )]
    max_connections: Option<u32>,
    /// Timeout for the headers of a request [default: 30s]
    #[arg(long, value_name = "TIME", env = "OROUTER_HEAD_TIMEOUT", hide_env_values = true, value_parser = TimeSpan::positive)]
    head_timeout: Option<TimeSpan>,
    /// Timeout for the body of a request [default: 60s]
    #[arg(long, value_name = "TIME", env = "OROUTER_BODY_TIMEOUT", hide_env_values = true, value_parser = TimeSpan::positive)]
    body_timeout: Option<TimeSpan>,
    /// Timeout of an idle connection between two requests [default: 90s]
    #[arg(long, value_name = "TIME", env = "OROUTER_KEEP_ALIVE_TIMEOUT", hide_env_values = true, value_parser = TimeSpan::positive)]
    keep_alive_timeout: Option<TimeSpan>,
    /// Maximum time that the headers of a stream wait for the first output: a failure before it has
    /// its HTTP status [default: 10s]
    #[arg(
        long,
        value_name = "TIME",
        env = "OROUTER_HEAD_HOLD",
        hide_env_values = true
    )]
    head_hold: Option<TimeSpan>,
    /// Interval of keep-alive comments in a stream without output [default: 5s]
    #[arg(long, value_name = "TIME", env = "OROUTER_COMMENT_INTERVAL", hide_env_values = true, value_parser = TimeSpan::positive)]
    comment_interval: Option<TimeSpan>,
    /// Time on shutdown between reporting "not ready" and closing the listener [default: 1s]
    #[arg(
        long,
        value_name = "TIME",
        env = "OROUTER_SHUTDOWN_DELAY",
        hide_env_values = true
    )]
    shutdown_delay: Option<TimeSpan>,
    /// Maximum time on shutdown for running responses to finish [default: 30s]
    #[arg(
        long,
        value_name = "TIME",
        env = "OROUTER_DRAIN",
        hide_env_values = true
    )]
    drain: Option<TimeSpan>,
}

impl LimitArgs {
    /// Overrides the limits by the options that are set.
    pub(crate) fn apply(&self, mut limits: Limits) -> Limits {
        if let Some(ByteSize(bytes)) = self.max_body {
            limits = limits.body_bytes(bytes);
        }
        if let Some(connections) = self.max_connections {
            let connections = usize::try_from(connections).unwrap_or(usize::MAX);
            limits = limits.max_connections(connections);
        }
        let times: [(Option<TimeSpan>, Setter); 7] = [
            (self.head_timeout, Limits::head_timeout),
            (self.body_timeout, Limits::body_timeout),
            (self.keep_alive_timeout, Limits::keep_alive_timeout),
            (self.head_hold, Limits::head_hold),
            (self.comment_interval, Limits::keep_alive),
            (self.shutdown_delay, Limits::shutdown_delay),
            (self.drain, Limits::drain),
        ];
        for (time, set) in times {
            if let Some(TimeSpan(time)) = time {
                limits = set(limits, time);
            }
        }
        limits
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        limits: LimitArgs,
    }

    fn parse(line: &str) -> Result<Line, clap::Error> {
        Line::try_parse_from(line.split_whitespace())
    }

    #[test]
    fn each_option_sets_its_limit() {
        let line = parse(
            "serve --max-body 1KiB --max-connections 2 --head-timeout 3s --body-timeout 4s \
             --keep-alive-timeout 5s --head-hold 0s --comment-interval 7s --shutdown-delay 0s --drain 9m",
        )
        .unwrap();
        let limits = line.limits.apply(Limits::default());
        let seconds = Duration::from_secs;
        assert_eq!((limits.body_bytes, limits.max_connections), (1024, 2));
        assert_eq!(limits.head_timeout, seconds(3));
        assert_eq!(limits.body_timeout, seconds(4));
        assert_eq!(limits.keep_alive_timeout, seconds(5));
        assert_eq!(limits.head_hold, seconds(0));
        assert_eq!(limits.keep_alive, seconds(7));
        assert_eq!(limits.shutdown_delay, seconds(0));
        assert_eq!(limits.drain, seconds(540));
        let unset = parse("serve").unwrap().limits.apply(Limits::default());
        assert_eq!(unset, Limits::default());
        assert!(unset.keep_alive_timeout >= seconds(75));
    }

    #[test]
    fn unusable_values_are_refused() {
        for line in [
            "serve --max-body 0",
            "serve --max-body lots",
            "serve --max-connections 0",
            "serve --head-timeout 0s",
            "serve --body-timeout 30",
            "serve --keep-alive-timeout forever",
            "serve --drain -1s",
        ] {
            assert!(parse(line).is_err(), "{line}");
        }
    }
}
