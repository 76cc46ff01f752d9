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
async fn orders_that_this_version_cannot_give_are_refused() {
    let one = Fake::new("a", &[MODEL], [Turn::Answer]);
    let two = Fake::new("b", &[MODEL, OTHER], [Turn::Answer]);
    let several = serving(&[&one, &two]).await;
    let single = serving(&[&one]).await;
    for (members, param) in [
        (json!({"provider": {"sort": "throughput"}}), "provider.sort"),
        (json!({"provider": {"sort": "latency"}}), "provider.sort"),
        (
            json!({"provider": {"sort": {"by": "latency"}}}),
            "provider.sort.by",
        ),
        (json!({"model": format!("{MODEL}:nitro")}), "model"),
        (json!({"model": format!("{MODEL}:Floor")}), "model"),
    ] {
        let answer = ask(&several, &members).await;
        assert_eq!(answer.status, 400, "{members}: {}", answer.text());
        assert_eq!(answer.error()["param"], param);
        let answer = ask(&single, &members).await;
        assert_eq!(answer.status, 200, "{members}: {}", answer.text());
        let notes = answer.json()["openrouter_metadata"]["pipeline"].to_string();
        assert!(notes.contains(param), "{members}: {notes}");
    }
    let both =
        json!({"models": [OTHER], "provider": {"sort": {"by": "price", "partition": "none"}}});
    let answer = ask(&several, &both).await;
    assert_eq!(answer.error()["param"], "provider.sort.partition");
    let family = json!({"models": ["~test/one-latest"]});
    let answer = ask(&single, &family).await;
    assert_eq!(
        (answer.status, &answer.error()["param"]),
        (400, &json!("models[0]"))
    );
}
