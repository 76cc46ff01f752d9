use rig::{
    completion::{CompletionRequest, Effort},
    providers::openrouter::{
        self,
        extension::{DataCollection, ModelFallbacks, OpenRouterOptions, ProviderPreferences},
    },
};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let model = openrouter::from_env()?.chat("openai/o4-mini");
    let provider = ProviderPreferences::new()
        .order(["openai", "anthropic"])
        .data_collection(DataCollection::Deny);
    let options = OpenRouterOptions::new()
        .models(ModelFallbacks::new(["anthropic/claude-sonnet-4.5"])?)
        .provider(provider);
    let request = CompletionRequest::new("How many primes are below 100?")
        .reasoning(Effort::High)
        .provider_option(options);
    let response = model.call(request).await?;
    let model = response.model().unwrap_or("unknown model");
    println!("{model}: {}", response.text());
    Ok(())
}
