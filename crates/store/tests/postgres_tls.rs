//! TLS between a server and PostgreSQL, with certificates of a CA of the test.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "this is a test"
)]
#![cfg(feature = "postgres")]

use std::path::{Path, PathBuf};
use std::time::Duration;

use orouter_store::testing::PostgresServer;
use orouter_store::{PostgresOptions, PostgresStore, Store as _, StoreError};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};

type Ca = CertifiedIssuer<'static, KeyPair>;

fn ca() -> Ca {
    let mut params = CertificateParams::default();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
}

/// Starts a PostgreSQL with a certificate for this name.
fn start(ca: &Ca, name: &str) -> Option<PostgresServer> {
    let key = KeyPair::generate().unwrap();
    let params = CertificateParams::new([name.to_owned()]).unwrap();
    let certificate = params.signed_by(&key, ca).unwrap();
    PostgresServer::start_with_tls(&certificate.pem(), &key.serialize_pem()).unwrap()
}

fn write(ca: &Ca, folder: &Path, name: &str) -> PathBuf {
    let path = folder.join(name);
    std::fs::write(&path, ca.pem()).unwrap();
    path
}

async fn open(server: &PostgresServer, parameters: &str) -> Result<PostgresStore, StoreError> {
    let port = server.port();
    let url = format!("postgres://postgres@localhost:{port}/postgres?{parameters}");
    let mut options = PostgresOptions::new(url);
    options.deadline = Duration::from_secs(10);
    let store = PostgresStore::open(options).await?;
    store.now().await?;
    Ok(store)
}

/// Returns the numbers of connections with and without TLS that a store has.
async fn connections(server: &PostgresServer) -> (i64, i64) {
    let url = server.url("postgres");
    let connecting = tokio_postgres::connect(&url, tokio_postgres::NoTls);
    let (client, connection) = connecting.await.unwrap();
    tokio::spawn(connection);
    let sql = "SELECT count(*) FILTER (WHERE ssl), count(*) FILTER (WHERE NOT ssl)
         FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) WHERE application_name = 'orouter'";
    let row = client.query_one(sql, &[]).await.unwrap();
    (row.get(0), row.get(1))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_certificate_of_a_trusted_ca_is_accepted_and_used_for_all_connections() {
    let (folder, ca) = (tempfile::tempdir().unwrap(), ca());
    let Some(server) = start(&ca, "localhost") else {
        return;
    };
    let root = write(&ca, folder.path(), "ca.pem");
    for mode in ["require", "verify-ca", "verify-full"] {
        let parameters = format!("sslmode={mode}&sslrootcert={}", root.display());
        let store = open(&server, &parameters).await.expect(mode);
        while !orouter_store::KeyStore::changes(&store).is_live() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        let (with, without) = connections(&server).await;
        assert!(with >= 2 && without == 0, "{mode}: {with} {without}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_certificate_that_is_not_trusted_is_refused() {
    let (folder, right, wrong) = (tempfile::tempdir().unwrap(), ca(), ca());
    let Some(server) = start(&right, "localhost") else {
        return;
    };
    let root = write(&wrong, folder.path(), "ca.pem");
    for parameters in [
        format!("sslmode=require&sslrootcert={}", root.display()),
        "sslmode=require".to_owned(), // the CAs of the system
    ] {
        let error = open(&server, &parameters).await.unwrap_err();
        assert!(error.to_string().contains("certificate"), "{error}");
    }
    assert_eq!(connections(&server).await, (0, 0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_certificate_for_another_name_is_refused() {
    let (folder, ca) = (tempfile::tempdir().unwrap(), ca());
    let Some(server) = start(&ca, "db.example") else {
        return;
    };
    let root = write(&ca, folder.path(), "ca.pem");
    let parameters = format!("sslmode=verify-full&sslrootcert={}", root.display());
    let error = open(&server, &parameters).await.unwrap_err();
    assert!(error.to_string().contains("certificate"), "{error}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_without_tls_is_refused_if_tls_is_required() {
    let Some(server) = PostgresServer::start().unwrap() else {
        return;
    };
    let error = open(&server, "sslmode=require").await.unwrap_err();
    assert!(error.is_outage(), "{error}");
    assert_eq!(connections(&server).await, (0, 0));
    open(&server, "sslmode=disable").await.unwrap();
}
