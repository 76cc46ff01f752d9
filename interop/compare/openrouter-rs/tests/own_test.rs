use openrouter_rs::{
    OpenRouterClient,
    api::chat::{ChatCompletionRequest, Message},
    error::OpenRouterError,
    types::Role,
};
use serde_json::json;
use wiremock::{Mock, MockServer, ResponseTemplate, matchers::path};

async fn joke(client: &OpenRouterClient) -> Result<String, OpenRouterError> {
    let request = ChatCompletionRequest::builder()
        .model("openai/gpt-4o")
        .messages(vec![Message::new(Role::User, "Tell me a joke")])
        .build()?;
    let response = client.chat().create(&request).await?;
    Ok(response.choices[0].content().unwrap_or("").to_string())
}

#[tokio::test]
async fn joke_returns_the_text_of_the_response() {
    let server = MockServer::start().await;
    let body = json!({
        "id": "gen-1",
        "object": "chat.completion",
        "created": 0,
        "model": "openai/gpt-4o",
        "choices": [{
            "finish_reason": "stop",
            "message": {"role": "assistant", "content": "A horse walks into a bar."}
        }]
    });
    Mock::given(path("/chat/completions"))
        .respond_with(ResponseTemplate::new(200).set_body_json(body))
        .mount(&server)
        .await;
    let client = OpenRouterClient::builder()
        .api_key("test")
        .base_url(server.uri())
        .build()
        .unwrap();
    assert_eq!(joke(&client).await.unwrap(), "A horse walks into a bar.");
}
