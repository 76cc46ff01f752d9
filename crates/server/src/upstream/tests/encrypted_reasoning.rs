//! Encrypted reasoning: it is sent to the endpoint that issued it, and left out after a refusal.

use super::support::{COMPLETED, Setup, collect, json, request_of, stream};
use crate::failure::Fallback;

const WITH_REASONING: &str = r#"{"model":"m","stream":true,"input":[
    {"type":"message","role":"user","content":"hi"},
    {"type":"reasoning","id":"rs_1","summary":[],"encrypted_content":"gAAA"}]}"#;
const ISSUING: &str = r#"{"type":"response.output_item.done","output_index":0,
    "item":{"type":"reasoning","id":"rs_1","summary":[],"encrypted_content":"gAAA"}}"#;
const REFUSAL: &str =
    r#"{"error":{"message":"cannot be decrypted","code":"invalid_encrypted_content"}}"#;

#[tokio::test]
async fn a_refusal_that_cannot_be_cured_is_a_400() {
    let setup = Setup::new([json(400, REFUSAL)]).await;
    let failure = setup.call().await.unwrap_err();
    assert_eq!(failure.status(), 400);
    assert_eq!(failure.fallback_row(), Fallback::Request);
    assert_eq!(
        setup.server.received().len(),
        1,
        "nothing was left to leave out"
    );
}

#[tokio::test]
async fn the_issuer_is_known_from_its_reply() {
    let issuing = ISSUING.replace('\n', " ");
    let setup = Setup::new([stream(&[&issuing, COMPLETED])]).await;
    let call = |endpoint| {
        setup
            .provider
            .generate(request_of(WITH_REASONING, endpoint))
    };
    collect(call("m@a").await.unwrap()).await;
    let request = request_of(WITH_REASONING, "m@b");
    let issuer = setup.upstreams.issuer_of(&request.request);
    assert_eq!(issuer.as_deref(), Some("m@a"));
}
