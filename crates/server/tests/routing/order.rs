//! The order of endpoints.

use orouter_server::provider::Price;

use super::fake::Turn;
use super::*;

fn priced(name: &str, usd: f64) -> Fake {
    Fake::priced(name, &[MODEL], Price::per_million(usd, usd))
}

#[tokio::test]
async fn the_first_endpoint_is_chosen_by_the_inverse_square_of_its_price() {
    let (dear, cheap) = (priced("a", 3.0), priced("b", 1.0));
    let unknown = Fake::new("c", &[MODEL], [Turn::Answer]);
    let server = serving(&[&unknown, &dear, &cheap]).await;
    for _ in 0..200 {
        assert_eq!(ask(&server, &json!({})).await.status, 200);
    }
    // The weights are 1 and 1/9: 180 and 20 are expected.
    assert!(cheap.calls() > 140 && dear.calls() > 0, "{}", cheap.calls());
    assert_eq!(unknown.calls(), 0);
}

#[tokio::test]
async fn free_endpoints_come_first() {
    let (dear, free) = (priced("a", 3.0), priced("b", 0.0));
    let server = serving(&[&dear, &free]).await;
    for _ in 0..50 {
        ask(&server, &json!({})).await;
    }
    assert_eq!((dear.calls(), free.calls()), (0, 50));
}

#[tokio::test]
async fn sort_and_order_leave_nothing_to_chance() {
    let (dear, cheap) = (priced("a", 1.1), priced("b", 1.0));
    let server = serving(&[&dear, &cheap]).await;
    for _ in 0..30 {
        ask(&server, &json!({"provider": {"sort": "price"}})).await;
        ask(
            &server,
            &json!({"provider": {"sort": {"by": "price", "partition": "model"}}}),
        )
        .await;
    }
    assert_eq!((dear.calls(), cheap.calls()), (0, 60));
    for _ in 0..30 {
        ask(&server, &json!({"provider": {"order": ["a"]}})).await;
    }
    assert_eq!((dear.calls(), cheap.calls()), (30, 60));
}

#[tokio::test]
async fn an_endpoint_with_the_tools_of_the_request_comes_first() {
    let with = |name: &str, usd: f64, parameters: &[&str]| {
        let mut model = orouter_server::Model::new(MODEL);
        model.price = Some(Price::per_million(usd, usd));
        model.supported_parameters = parameters.iter().map(|name| (*name).to_owned()).collect();
        Fake::of(name, vec![model], [Turn::Answer])
    };
    let plain = with("a", 0.001, &[]);
    let able = with("b", 9.0, &["tools", "structured_outputs", "verbosity"]);
    let server = serving(&[&plain, &able]).await;
    let tools = json!([{"type": "function", "name": "f", "parameters": {"type": "object"}}]);
    let schema = json!({"type": "json_schema", "name": "s", "schema": {"type": "object"}});
    for (members, first) in [
        (json!({}), "a"),
        (json!({"temperature": 0.5}), "a"),
        (json!({"tools": []}), "a"),
        (json!({"tools": tools}), "b"),
        (json!({"text": {"format": schema}}), "b"),
        (json!({"text": {"verbosity": "low"}}), "b"),
        (json!({"tools": tools, "provider": {"sort": "price"}}), "b"),
        (json!({"tools": tools, "provider": {"order": ["a"]}}), "a"),
        (json!({"tools": tools, "provider": {"ignore": ["b"]}}), "a"),
    ] {
        let answer = ask(&server, &members).await;
        assert_eq!(attempts(&answer), [first], "{members}: {}", answer.text());
    }
}

#[tokio::test]
async fn the_endpoints_of_all_models_are_sorted_together_on_request() {
    let overloaded = || fake::fail(orouter_server::FailureKind::ProviderOverloaded);
    let fake = |name: &str, models: &[(&str, f64)]| {
        let model = |(id, usd): &(&str, f64)| {
            let mut model = orouter_server::Model::new(*id);
            model.price = Some(Price::per_million(*usd, *usd));
            model
        };
        Fake::of(name, models.iter().map(model).collect(), [overloaded()])
    };
    let one = fake("a", &[(MODEL, 1.0), (OTHER, 4.0)]);
    let two = fake("b", &[(MODEL, 3.0), (OTHER, 2.0)]);
    let by_model = ["one a", "one b", "two b", "two a"];
    let together = ["one a", "two b", "one b", "two a"];
    for (members, expected) in [
        (json!({"provider": {"sort": "price"}}), by_model),
        (json!({"provider": {"sort": {"by": "price"}}}), by_model),
        (
            json!({"provider": {"sort": {"by": "price", "partition": "model"}}, "route": "sort"}),
            by_model,
        ),
        (
            json!({"provider": {"sort": {"by": "price", "partition": "none"}}}),
            together,
        ),
        (
            json!({"provider": {"sort": "price"}, "route": "sort"}),
            together,
        ),
        (
            json!({"provider": {"sort": "price"}, "route": "fallback"}),
            by_model,
        ),
    ] {
        // A server of its own, without the failures of the others.
        let server = serving(&[&one, &two]).await;
        let mut members = members;
        members["models"] = json!([OTHER]);
        let answer = ask(&server, &members).await;
        assert_eq!(answer.status, 503, "{}", answer.text());
        let attempts = answer.json()["openrouter_metadata"]["attempts"].clone();
        let attempts: Vec<String> = attempts
            .as_array()
            .unwrap()
            .iter()
            .map(|attempt| {
                let model = attempt["model"].as_str().unwrap();
                let model = model.trim_start_matches("test/");
                format!("{model} {}", attempt["provider"].as_str().unwrap())
            })
            .collect();
        assert_eq!(attempts, expected, "{members}");
    }
}

#[tokio::test]
async fn without_fallbacks_each_model_has_one_attempt() {
    let overloaded = || fake::fail(orouter_server::FailureKind::ProviderOverloaded);
    let one = Fake::new("a", &[MODEL, OTHER], [overloaded()]);
    let two = Fake::new("b", &[MODEL, OTHER], [overloaded()]);
    for sort in [json!("price"), json!({"by": "price", "partition": "none"})] {
        let server = serving(&[&one, &two]).await;
        let members =
            json!({"models": [OTHER], "provider": {"sort": sort, "allow_fallbacks": false}});
        assert_eq!(
            attempts(&ask(&server, &members).await),
            ["a", "a"],
            "{sort}"
        );
    }
}

#[tokio::test]
async fn moderation_ends_a_model_in_an_order_of_all_models() {
    let mut free = [
        orouter_server::Model::new(MODEL),
        orouter_server::Model::new(OTHER),
    ];
    for model in &mut free {
        model.price = Some(Price::free());
    }
    let refusing = Fake::of(
        "a",
        vec![free[0].clone()],
        [fake::fail(orouter_server::FailureKind::ContentPolicy)],
    );
    let same = Fake::priced("b", &[MODEL], Price::per_million(1.0, 1.0));
    let other = Fake::priced("c", &[OTHER], Price::per_million(2.0, 2.0));
    let server = serving(&[&refusing, &same, &other]).await;
    let members =
        json!({"models": [OTHER], "provider": {"sort": {"by": "price", "partition": "none"}}});
    assert_eq!(attempts(&ask(&server, &members).await), ["a", "c"]);
}
