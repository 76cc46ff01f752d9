//! Query parameters of the server URL, the client and the call, merged by name.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod support;

use orouter::{RequestOptions, testing::Reply};
use support::{RESPONSE, builder, request};

/// Returns the URL of a call.
async fn url(client: RequestOptions, call: RequestOptions) -> String {
    let transport = orouter::testing::ReplayTransport::new([Reply::json(RESPONSE)]);
    let client = builder()
        .server_url("http://h/v1?v=0")
        .options(client)
        .transport(transport.clone())
        .build()
        .unwrap();
    let calling = client.responses().create(request()).options(call);
    calling.await.unwrap();
    transport.last_request().unwrap().url().to_owned()
}

fn with(pairs: &[(&str, &str)]) -> RequestOptions {
    let none = RequestOptions::new();
    pairs
        .iter()
        .fold(none, |options, (name, value)| options.query(*name, *value))
}

#[tokio::test]
async fn a_calls_pairs_replace_the_clients_of_the_same_name() {
    let client = with(&[("a", "1"), ("b", "1")]);
    assert_eq!(
        url(client.clone(), with(&[("a", "2")])).await,
        "http://h/v1/responses?v=0&b=1&a=2"
    );
    assert_eq!(
        url(client, with(&[("a", "2"), ("a", "3")])).await,
        "http://h/v1/responses?v=0&b=1&a=2&a=3"
    );
}

#[tokio::test]
async fn several_pairs_of_one_layer_stay_several() {
    let client = with(&[("a", "1"), ("a", "2")]);
    assert_eq!(
        url(client, with(&[("b", "x y")])).await,
        "http://h/v1/responses?v=0&a=1&a=2&b=x+y"
    );
}

#[tokio::test]
async fn pairs_can_be_removed() {
    let client = with(&[("a", "1"), ("b", "1")]);
    let call = RequestOptions::new()
        .query("b", "2")
        .remove_query("a")
        .remove_query("b");
    assert_eq!(url(client.clone(), call).await, "http://h/v1/responses?v=0");
    let call = RequestOptions::new().remove_query("a").query("a", "9");
    assert_eq!(url(client, call).await, "http://h/v1/responses?v=0&b=1&a=9");
}

#[tokio::test]
async fn options_win_over_the_server_urls_own_query_by_name() {
    let none = RequestOptions::new;
    assert_eq!(
        url(with(&[("v", "1")]), none()).await,
        "http://h/v1/responses?v=1"
    );
    assert_eq!(
        url(none(), none().remove_query("v")).await,
        "http://h/v1/responses"
    );
    // The URL of a call replaces the client's, query included.
    let elsewhere = none().server_url("http://other/v1?w=0");
    assert_eq!(
        url(with(&[("a", "1")]), elsewhere).await,
        "http://other/v1/responses?w=0&a=1"
    );
}
