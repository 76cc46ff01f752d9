//! [`Feed`]: listens for changes that any process announces.

use std::future::poll_fn;
use std::time::Duration;

use tokio::task::JoinHandle;
use tokio::time::{sleep, timeout};
use tokio_postgres::{AsyncMessage, Config};

use super::tls::Connector;
use crate::error::StoreError;
use crate::store::{Change, ChangeSender};

/// Interval in which the connection is checked.
const CHECK_INTERVAL: Duration = Duration::from_millis(400);

/// Maximum time for the answer to a check. A change that arrives later is late.
const CHECK_TIMEOUT: Duration = Duration::from_millis(500);

/// Maximum time to connect.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(2);

/// Time between two attempts to connect.
const RECONNECT_DELAY: Duration = Duration::from_millis(200);

/// A task that listens; dropping it stops the task.
#[derive(Debug)]
pub(super) struct Feed(JoinHandle<()>);

impl Feed {
    pub(super) fn start(config: Config, connector: Connector, changes: ChangeSender) -> Self {
        Self(tokio::spawn(async move {
            loop {
                let error = listen(&config, &connector, &changes).await;
                changes.set_live(false);
                if let Err(error) = error {
                    tracing::warn!(%error, "changes of keys are not received; connecting again");
                }
                sleep(RECONNECT_DELAY).await;
            }
        }))
    }
}

impl Drop for Feed {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// Listens until the connection fails.
async fn listen(
    config: &Config,
    connector: &Connector,
    changes: &ChangeSender,
) -> Result<(), StoreError> {
    let late = |_| StoreError::Unavailable("the listening connection does not answer".to_owned());
    let connecting = config.connect(connector.clone());
    let (client, mut connection) = timeout(CONNECT_TIMEOUT, connecting).await.map_err(late)??;
    let sender = changes.clone();
    let receive = async move {
        loop {
            match poll_fn(|context| connection.poll_message(context)).await {
                Some(Ok(AsyncMessage::Notification(notice))) => {
                    sender.send(Change::from_text(notice.payload()));
                }
                Some(Ok(_)) => {}
                Some(Err(error)) => return Err(StoreError::from(error)),
                None => return Ok(()),
            }
        }
    };
    let check = async {
        let listen = client.batch_execute("LISTEN orouter_changes");
        timeout(CONNECT_TIMEOUT, listen).await.map_err(late)??;
        let mut missed = true;
        loop {
            timeout(CHECK_TIMEOUT, client.batch_execute(""))
                .await
                .map_err(late)??;
            // Not before the database answers in time: `Change::All` returns leases, and a slow
            // database could not grant them again.
            if std::mem::take(&mut missed) {
                changes.send(Change::All);
                changes.set_live(true);
            }
            sleep(CHECK_INTERVAL).await;
        }
    };
    tokio::select! {
        ended = receive => ended,
        failed = check => failed,
    }
}
