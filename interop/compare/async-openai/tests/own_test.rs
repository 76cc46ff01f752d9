use async_openai::{
    Client, config::OpenAIConfig, error::OpenAIError, middleware::HttpRequestFactory,
    types::responses::CreateResponseArgs,
};
use serde_json::json;
use tower::service_fn;

async fn joke(client: &Client<OpenAIConfig>) -> Result<String, OpenAIError> {
    let request = CreateResponseArgs::default()
        .model("openai/gpt-4o")
        .input("Tell me a joke")
        .build()?;
    let response = client.responses().create(request).await?;
    Ok(response.output_text().unwrap_or_default())
}

#[tokio::test]
async fn joke_returns_the_text_of_the_response() {
    let body = json!({
        "id": "resp_1",
        "object": "response",
        "created_at": 0,
        "status": "completed",
        "model": "openai/gpt-4o",
        "output": [{
            "id": "msg_1",
            "type": "message",
            "role": "assistant",
            "status": "completed",
            "content": [{
                "type": "output_text",
                "text": "A horse walks into a bar.",
                "annotations": []
            }]
        }]
    });
    let service = service_fn(move |_: HttpRequestFactory| {
        let response = http::Response::new(body.to_string());
        async { Ok::<_, OpenAIError>(response.into()) }
    });
    let client = Client::with_config(OpenAIConfig::new()).with_http_service(service);
    assert_eq!(joke(&client).await.unwrap(), "A horse walks into a bar.");
}
