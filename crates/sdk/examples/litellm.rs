//! Checks the SDK against LiteLLM's proxy with the models that `interop/litellm/run` configures.

use orouter::{AbortHandle, ErrorKind, OpenRouter, RequestOptions, ResponsesRequest, RetryConfig};

fn check(what: &str, holds: bool) -> Result<(), String> {
    if !holds {
        return Err(format!("{what}: failed"));
    }
    println!("{what}: ok");
    Ok(())
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let client = OpenRouter::builder()
        .options(RequestOptions::new().retries(RetryConfig::none()))
        .build()?;
    let ask = |input: &str| ResponsesRequest::new("mock").input(input);
    const ANSWER: &str = "Hello from a mock";

    let response = client.responses().create(ask("hi")).await?;
    check("a whole response", response.output_text() == ANSWER)?;
    check(
        "its usage",
        response.usage.is_some_and(|usage| usage.output_tokens == 5),
    )?;

    let mut stream = client.responses().stream(ask("hi")).await?;
    let mut text = String::new();
    let mut deltas = stream.text_deltas();
    while let Some(delta) = deltas.next().await {
        text.push_str(&delta?);
    }
    check("a stream", text == ANSWER)?;
    check(
        "the response of a stream",
        stream.into_response().await?.output_text() == ANSWER,
    )?;

    for (what, request) in [
        (
            "an unknown model",
            ResponsesRequest::new("nope").input("hi"),
        ),
        ("an empty request", ResponsesRequest::default()),
    ] {
        let error = client.responses().create(request).await.err();
        let told = error.is_some_and(|error| {
            println!("  {error}");
            error.is_status() && error.message().is_some()
        });
        check(what, told)?;
    }
    for request in [ask("rate limit"), ask("rate limit").stream(true)] {
        let error = client.responses().create(request).await.err();
        let told = error.is_some_and(|error| {
            println!("  {error}");
            error.kind() == ErrorKind::TooManyRequests
        });
        check("a rate limit behind the proxy", told)?;
    }
    let wrong_key = RequestOptions::new().header("authorization", "Bearer wrong");
    let error = client
        .responses()
        .create(ask("hi"))
        .options(wrong_key)
        .await
        .err();
    let told = error.is_some_and(|error| {
        println!("  {error}");
        error.is_status()
    });
    check("a wrong key", told)?;

    // The proxy reports a stream that was cut off as a failed response.
    for what in ["fail", "cut off"] {
        let stream = client.responses().stream(ask(what)).await?;
        let error = stream.into_response().await.err();
        let told = error.is_some_and(|error| {
            println!("  {error}");
            let partial = error.partial_response();
            error.is_in_band() && partial.is_some_and(|it| it.output_text() == ANSWER)
        });
        check(&format!("a stream, {what}"), told)?;
    }

    let abort = AbortHandle::new();
    let options = RequestOptions::new().abort(&abort);
    let call = client.responses().stream(ask("endless")).options(options);
    let mut stream = call.await?;
    while stream.snapshot().output_text().is_empty() {
        if let Some(event) = stream.next().await {
            event?;
        }
    }
    abort.abort();
    let error = stream.into_response().await.err();
    let aborted = error.is_some_and(|error| error.is_aborted());
    check("a stream, aborted", aborted)?;

    let mut stream = client.responses().stream(ask("endless")).await?;
    for _ in 0..6 {
        if let Some(event) = stream.next().await {
            event?;
        }
    }
    let begun = !stream.snapshot().output_text().is_empty();
    drop(stream);
    check("a stream, dropped", begun)?;
    Ok(())
}
