//! A server with accounts in a SQLite file, a management key and another key.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use orouter_server::config::{Config, Secret, StoreConfig};
use orouter_server::provider::Price;
use orouter_server::store::{
    AccountId, Accounts, AccountsOptions, ApiKey, KeyStore as _, NewKey, SqliteOptions, SqliteStore,
};
use orouter_server::{Model, Server};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::task::JoinHandle;

use crate::support::script::{Script, message};
use crate::support::{Client, HttpResponse};
use crate::watched_store::WatchedStore;

/// The model that the server has. A response has 3 tokens of input and 2 of output.
pub(crate) const MODEL: &str = "test/model";

/// The cost of a response, in USD.
pub(crate) const COST: f64 = 0.000_07;

/// A server with accounts in a SQLite file.
pub(crate) struct Site {
    pub(crate) address: SocketAddr,
    pub(crate) admin: Option<SocketAddr>,
    _accounts: Accounts,
    pub(crate) store: Arc<WatchedStore>,
    /// A management key of the account `default`.
    pub(crate) manager: String,
    /// A key of the account `default`.
    pub(crate) key: String,
    _folder: TempDir,
    serving: JoinHandle<()>,
}

impl Drop for Site {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

impl Site {
    /// Starts a server on loopback.
    pub(crate) async fn start() -> Self {
        Self::with(|_| {}, "127.0.0.1", None).await
    }

    /// Starts a server with a changed configuration on these addresses.
    pub(crate) async fn with(
        change: impl FnOnce(&mut Config),
        main: &str,
        admin: Option<&str>,
    ) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let options = SqliteOptions::new(folder.path().join("orouter.db"));
        let store = Arc::new(SqliteStore::open(options).await.unwrap());
        let store = Arc::new(WatchedStore::new(store));
        let journal = folder.path().join("journal");
        let options = AccountsOptions::new(&journal);
        let accounts = Accounts::start(Arc::clone(&store) as Arc<_>, options).unwrap();
        let mut config = Config::default();
        config.store = Some(StoreConfig::new(Secret::new("sqlite:unused"), journal));
        change(&mut config);
        let described = |id: &str| {
            let mut model = Model::new(id);
            model.price = Some(Price::per_million(10.0, 20.0));
            Script::new(id, message("Hi", Duration::ZERO)).describing(model)
        };
        let server = Server::builder()
            .provider(described(MODEL))
            .provider(described("other/model"))
            .config(&config)
            .unwrap()
            .accounts(accounts.clone())
            .build();
        let mut bound = server.bind((main, 0)).await.unwrap();
        let loopback = |address: SocketAddr| ([127, 0, 0, 1], address.port()).into();
        let address = loopback(bound.local_addr());
        let mut admin_address = None;
        if let Some(host) = admin {
            let bound_at;
            (bound, bound_at) = bound.bind_admin((host, 0)).await.unwrap();
            admin_address = Some(loopback(bound_at));
        }
        let serving = tokio::spawn(async move {
            bound.serve(std::future::pending()).await.unwrap();
        });
        let mut site = Self {
            address,
            admin: admin_address,
            _accounts: accounts,
            store,
            manager: String::new(),
            key: String::new(),
            _folder: folder,
            serving,
        };
        site.manager = site.create_manager(AccountId::default()).await;
        site.key = site.create(NewKey::new("first")).await;
        site
    }

    /// Creates a key in the store.
    pub(crate) async fn create(&self, new: NewKey) -> String {
        let secret = ApiKey::random().unwrap();
        self.store.create_key(new, &secret).await.unwrap();
        secret.expose().to_owned()
    }

    pub(crate) async fn create_manager(&self, account: AccountId) -> String {
        let mut new = NewKey::new("operator");
        new.account = account;
        new.management = true;
        self.create(new).await
    }

    pub(crate) fn client(&self) -> Client {
        Client::new(self.address)
    }

    /// Sends a request with a key; an empty key is not sent.
    pub(crate) async fn send(
        &self,
        method: &str,
        path: &str,
        key: &str,
        body: Option<&Value>,
    ) -> HttpResponse {
        send(self.address, method, path, key, body).await
    }

    pub(crate) async fn get(&self, path: &str, key: &str) -> HttpResponse {
        self.send("GET", path, key, None).await
    }

    /// Sends a request with the management key.
    pub(crate) async fn manage(&self, method: &str, path: &str, body: &Value) -> HttpResponse {
        self.send(method, path, &self.manager, Some(body)).await
    }

    /// Creates a key over HTTP and returns its entry and the key.
    pub(crate) async fn post_key(&self, body: &Value) -> (Value, String) {
        let response = self.manage("POST", "/api/v1/keys", body).await;
        assert_eq!(response.status, 201, "{}", response.text());
        let body = response.json();
        (
            body["data"].clone(),
            body["key"].as_str().unwrap().to_owned(),
        )
    }

    /// Runs a generation and returns its id.
    pub(crate) async fn generate(&self, key: &str) -> String {
        let body = json!({"model": MODEL, "input": "a confidential question"});
        let path = "/api/v1/responses";
        let response = self.send("POST", path, key, Some(&body)).await;
        assert_eq!(response.status, 200, "{}", response.text());
        response.json()["id"].as_str().unwrap().to_owned()
    }
}

/// Sends a request with a key; an empty key is not sent.
pub(crate) async fn send(
    address: SocketAddr,
    method: &str,
    path: &str,
    key: &str,
    body: Option<&Value>,
) -> HttpResponse {
    let mut head = format!("{method} {path} HTTP/1.1\r\nhost: localhost\r\n");
    if !key.is_empty() {
        head.push_str(&format!("authorization: Bearer {key}\r\n"));
    }
    let body = body.map(Value::to_string).unwrap_or_default();
    if !body.is_empty() {
        let length = body.len();
        head.push_str(&format!(
            "content-type: application/json\r\ncontent-length: {length}\r\n"
        ));
    }
    let bytes = format!("{head}\r\n{body}").into_bytes();
    Client::new(address).open(&bytes).await.whole().await
}
