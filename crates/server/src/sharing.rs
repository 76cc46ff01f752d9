//! Shares the endpoints of conversations and the outages of endpoints with the other servers on the
//! store.

use std::collections::HashMap;
use std::sync::{Arc, Weak};
use std::time::Duration;

use orouter_store::{Accounts, EndpointCounts, ExchangeReceiver, ServedConversation, Timestamp};
use tokio::time::Instant;

use crate::app::App;
use crate::catalog::Counted;

/// Interval in which this server hands over what it has counted.
const INTERVAL: Duration = Duration::from_secs(1);

/// Starts to share, if the server has accounts. Ends with the server.
pub(crate) fn start(app: &Arc<App>) {
    let Some(accounts) = &app.accounts else {
        return;
    };
    accounts.receive(Arc::new(Receiver {
        app: Arc::downgrade(app),
        accounts: accounts.clone(),
    }));
    tokio::spawn(send(Arc::downgrade(app), accounts.clone()));
}

/// Hands over what this server has counted, once a second.
async fn send(app: Weak<App>, accounts: Accounts) {
    loop {
        tokio::time::sleep(INTERVAL).await;
        let Some(app) = app.upgrade().filter(|app| !app.is_stopping()) else {
            return;
        };
        let (catalog, exchange) = (app.catalog(), accounts.exchange());
        for (name, endpoint) in catalog.named_endpoints() {
            let (attempts, failures) = endpoint.state.take_counts();
            if attempts > 0 || failures > 0 {
                exchange.count(&name, accounts.now(), attempts, failures);
            }
        }
        for shared in catalog.conversations().take_unshared() {
            exchange.serves(format!("{:016x}", shared.key), shared.endpoint);
        }
    }
}

/// Receives what other servers share.
struct Receiver {
    app: Weak<App>,
    accounts: Accounts,
}

impl Receiver {
    /// Returns the time of this server's clock for one of the database's clock.
    fn local(&self, at: Timestamp) -> Instant {
        let age = self.accounts.now().millis_since(at);
        let age = Duration::from_millis(u64::try_from(age).unwrap_or_default());
        let now = Instant::now();
        now.checked_sub(age).unwrap_or(now)
    }
}

impl ExchangeReceiver for Receiver {
    fn conversations(&self, served: Vec<ServedConversation>) {
        let Some(app) = self.app.upgrade().filter(|_| !served.is_empty()) else {
            return;
        };
        let catalog = app.catalog();
        let endpoints: HashMap<_, _> = catalog.named_endpoints().into_iter().collect();
        for entry in served {
            // One of another version of the server, or of an endpoint that this one does not have, is
            // of no use here.
            if let Ok(key) = u64::from_str_radix(&entry.conversation, 16)
                && let Some(endpoint) = endpoints.get(&entry.endpoint)
            {
                let at = self.local(entry.at);
                let table = catalog.conversations();
                table.served_elsewhere(key, &endpoint.state, at);
            }
        }
    }

    fn outages(&self, counts: Vec<EndpointCounts>) {
        let Some(app) = self.app.upgrade() else {
            return;
        };
        let mut counted: HashMap<String, Vec<Counted>> = HashMap::new();
        for count in counts {
            let at = self.local(count.at);
            counted.entry(count.endpoint).or_default().push(Counted {
                at,
                attempts: count.attempts,
                failures: count.failures,
            });
        }
        for (name, endpoint) in app.catalog().named_endpoints() {
            let of_others = counted.remove(&name).unwrap_or_default();
            endpoint.state.set_counts_of_others(of_others);
        }
    }
}
