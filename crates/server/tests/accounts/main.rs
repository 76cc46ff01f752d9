//! Accounts: keys, credits, limits and records of generations, against a real database.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

#[path = "../support/mod.rs"]
mod support;

mod admission;
mod money;
mod outage;
mod records;
mod replicas;

use std::sync::Arc;
use std::time::Duration;

use orouter_server::config::Config;
use orouter_server::provider::Price;
use orouter_server::store::{
    AccountId, Accounts, AccountsOptions, ApiKey, CreditGrant, GenerationRecord, NewKey, Scope,
    SqliteOptions, SqliteStore, Store, Usd,
};
use orouter_server::{Model, Server};
use serde_json::{Value, json};
use support::client::Open;
use support::script::{Line, Script, message};
use support::{Client, HttpResponse, Running};
use tempfile::TempDir;

const MODEL: &str = "test/model";
const MS: Duration = Duration::from_millis(1);

/// Cost of a response of the script: 3 input tokens and 2 output tokens.
const COST: Usd = Usd::from_nanos(700_000);

/// Highest cost of [`request`]: 31 tokens of the prompt and 100 of the output.
const HIGHEST: Usd = Usd::from_nanos(23_100_000);

/// USD per million tokens of the prompt and of the output.
fn price() -> Price {
    Price::per_million(100.0, 200.0)
}

fn priced(id: &str) -> Model {
    let mut model = Model::new(id);
    model.price = Some(price());
    model
}

fn script() -> Script {
    Script::new(MODEL, message("ok", Duration::ZERO)).describing(priced(MODEL))
}

/// A server with accounts in a file.
struct Setup {
    accounts: Accounts,
    server: Running,
    _folder: TempDir,
}

impl Setup {
    async fn new() -> Self {
        Self::with(script(), "").await
    }

    /// Starts a server with this provider and further lines of its configuration.
    async fn with(script: Script, config: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let options = SqliteOptions::new(folder.path().join("orouter.db"));
        let store: Arc<dyn Store> = Arc::new(SqliteStore::open(options).await.unwrap());
        Self::on(store, folder, script, config).await
    }

    async fn on(store: Arc<dyn Store>, folder: TempDir, script: Script, config: &str) -> Self {
        let mut options = AccountsOptions::new(folder.path().join("journal"));
        // The machine may be busy.
        options.leases.deadline = Duration::from_secs(30);
        let accounts = Accounts::start(store, options).unwrap();
        let server = start(&accounts, script, config).await;
        Self {
            accounts,
            server,
            _folder: folder,
        }
    }

    /// Creates a key.
    async fn key(&self, change: impl FnOnce(&mut NewKey)) -> ApiKey {
        let secret = ApiKey::random().unwrap();
        let mut new = NewKey::new("app");
        change(&mut new);
        let store = self.accounts.store();
        store.create_key(new, &secret).await.unwrap();
        secret
    }

    async fn credits(&self, amount: f64) {
        let grant = CreditGrant::new(
            format!("grant {amount}"),
            AccountId::default(),
            Usd::from_f64(amount),
        );
        self.accounts.store().add_credits(grant).await.unwrap();
    }

    /// Sends a request with a key and waits for the complete response.
    async fn ask(&self, key: &ApiKey, body: &Value) -> HttpResponse {
        self.begin(key, body).await.whole().await
    }

    async fn begin(&self, key: &ApiKey, body: &Value) -> Open {
        let bearer = format!("Bearer {}", key.expose());
        let headers = [
            ("authorization", bearer.as_str()),
            ("user-agent", "test/1"),
            ("http-referer", "https://app.example"),
        ];
        let body = body.to_string();
        let bytes = Client::posted_with("/api/v1/responses", &headers, body.as_bytes());
        self.server.client().open(&bytes).await
    }

    /// Returns the record of a response, also if it is not in the database yet.
    async fn record(&self, id: &str) -> Option<GenerationRecord> {
        let scope = Scope::Account(AccountId::default());
        self.accounts.generation(id, scope).await.unwrap()
    }

    /// Waits for the record of a generation.
    async fn awaited(&self, id: &str) -> GenerationRecord {
        for _ in 0..500 {
            if let Some(record) = self.record(id).await {
                return record;
            }
            tokio::time::sleep(10 * MS).await;
        }
        panic!("no record of {id}");
    }
}

async fn start(accounts: &Accounts, script: Script, config: &str) -> Running {
    let text = format!("[store]\nurl = \"sqlite:unused.db\"\n{config}");
    let config = Config::from_toml(&text, "orouter.toml", |_| None).unwrap();
    let builder = Server::builder().provider(script);
    let builder = builder.config(&config).unwrap();
    Running::start(builder.accounts(accounts.clone())).await
}

/// A request of 62 bytes, which count as 31 tokens.
fn request() -> Value {
    json!({"model": MODEL, "input": "hello", "max_output_tokens": 100})
}

/// Returns the generation id of a response.
fn id_of(response: &HttpResponse) -> String {
    response.headers["x-generation-id"].clone()
}
