//! Reloads the configuration file of `orouter serve`.

use orouter_server::Server;
use orouter_server::config::{Changes, ConfigMessage};

use crate::serve_args::ServeArgs;
use crate::serve_config::ServeConfig;

/// Reads the file again and gives it to the server. A file with a mistake is logged and not applied.
pub(crate) fn reload(current: &mut ServeConfig, server: &Server, args: &ServeArgs, embedded: bool) {
    let Some(path) = current.path.clone() else {
        tracing::info!("SIGHUP ignored: the server has no configuration file to reload");
        return;
    };
    let new = match tokio::task::block_in_place(|| ServeConfig::read(Some(path))) {
        Ok(new) => new,
        Err(errors) => {
            for mistake in &errors.mistakes {
                tracing::error!("{mistake}");
            }
            tracing::error!(
                mistakes = errors.mistakes.len(),
                "configuration not reloaded; the old one stays in effect"
            );
            return;
        }
    };
    if new.offers_embedded(args) && !embedded {
        tracing::error!(
            "configuration not reloaded: it needs the embedded model, which is loaded only at the start; restart the server"
        );
        return;
    }
    if let Err(error) = server.reload(&new.overridden(args)) {
        tracing::error!(%error, "configuration not reloaded; the old one stays in effect");
        return;
    }
    log_warnings(&new.config.warnings);
    let changes = Changes::between(&current.config, &new.config);
    tracing::info!(%changes, "configuration reloaded");
    if !changes.needs_restart.is_empty() {
        let members = changes.needs_restart.join(", ");
        tracing::warn!("these members take effect after a restart: {members}");
    }
    *current = new;
}

/// Logs the warnings of a configuration.
pub(crate) fn log_warnings(warnings: &[ConfigMessage]) {
    for warning in warnings {
        tracing::warn!("{warning}");
    }
}
