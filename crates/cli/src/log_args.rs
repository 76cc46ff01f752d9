//! Options of `orouter serve` for the log. Each can be set by a variable too.

use clap::builder::PossibleValuesParser;
use clap::{Args, ValueEnum};
use orouter_server::config::{self, LogConfig};

/// Options of the log on standard error.
#[derive(Args, Clone, Debug)]
pub(crate) struct LogArgs {
    /// Least severe level to log; RUST_LOG overrides it [default: info]
    #[arg(
        long = "log-level",
        value_name = "LEVEL",
        env = "OROUTER_LOG_LEVEL",
        hide_env_values = true,
        ignore_case = true,
        value_parser = PossibleValuesParser::new(["off", "error", "warn", "info", "debug", "trace"])
    )]
    pub(crate) level: Option<String>,
    /// Format of the log [default: text]
    #[arg(
        long = "log-format",
        value_name = "FORMAT",
        env = "OROUTER_LOG_FORMAT",
        hide_env_values = true,
        ignore_case = true
    )]
    pub(crate) format: Option<LogFormat>,
}

/// Format of the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum LogFormat {
    Text,
    Json,
}

impl LogArgs {
    /// Overrides the level and the format by those that are given.
    pub(crate) fn apply(&self, log: &mut LogConfig) {
        if self.level.is_some() {
            log.level.clone_from(&self.level);
        }
        if let Some(format) = self.format {
            log.format = Some(match format {
                LogFormat::Text => config::LogFormat::Text,
                LogFormat::Json => config::LogFormat::Json,
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        log: LogArgs,
    }

    #[test]
    fn values_ignore_case_and_others_are_refused() {
        let parse = |line: &str| Line::try_parse_from(line.split_whitespace());
        for line in ["serve --log-level loud", "serve --log-format xml"] {
            assert!(parse(line).is_err(), "{line}");
        }
        let line = parse("serve --log-level WARN --log-format JSON").unwrap();
        assert_eq!(line.log.format, Some(LogFormat::Json));
        assert_eq!(parse("serve").unwrap().log.format, None);
    }
}
