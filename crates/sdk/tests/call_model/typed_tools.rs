//! Tools whose definition comes from the type of their arguments.

use orouter::{
    FunctionTool, ToolContext, ToolError, schemars::JsonSchema, testing::Reply, tool_fn,
    tool_fn_with_context,
};
use serde::Deserialize;
use serde_json::{Value, json};

use super::*;
use crate::support::replay;

/// Current weather in a city.
#[derive(Deserialize, JsonSchema)]
#[schemars(crate = "orouter::schemars")]
struct WeatherArgs {
    /// Name of the city, in English.
    city: String,
    unit: Option<Unit>,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[schemars(crate = "orouter::schemars")]
#[serde(rename_all = "lowercase")]
enum Unit {
    Celsius,
    Fahrenheit,
}

async fn get_weather(args: WeatherArgs) -> Result<Value, ToolError> {
    Ok(json!({"city": args.city, "unit": format!("{:?}", args.unit)}))
}

#[tokio::test]
async fn definition_and_arguments_come_from_the_type() {
    let closure = tool_fn("get_weather", |args: WeatherArgs| async move {
        Ok(json!({"city": args.city, "unit": format!("{:?}", args.unit)}))
    });
    let function = tool_fn("get_weather", get_weather);
    let with_context = tool_fn_with_context("get_weather", |args: WeatherArgs, _: ToolContext| {
        get_weather(args)
    });
    for tool in [closure, function, with_context] {
        let tool = tool.unwrap();
        let definition: &FunctionTool = tool.definition();
        assert_eq!(definition.strict, Some(true));
        assert_eq!(
            definition.description.as_deref(),
            Some("Current weather in a city.")
        );
        let schema: Value = definition.parameters.as_ref().unwrap().parse().unwrap();
        assert_eq!(schema["required"], json!(["city", "unit"]));
        assert_eq!(
            schema["properties"]["city"]["description"],
            "Name of the city, in English."
        );
        for (arguments, output) in [
            (
                json!({"city": "Paris", "unit": "celsius"}),
                r#"{"city":"Paris","unit":"Some(Celsius)"}"#,
            ),
            (
                json!({"city": "Paris", "unit": null}),
                r#"{"city":"Paris","unit":"None"}"#,
            ),
        ] {
            let (client, transport, _) = replay([
                Reply::tool_call("get_weather", &arguments),
                Reply::text("ok"),
            ]);
            client
                .call_model(request())
                .tool(tool.clone())
                .await
                .unwrap();
            assert_eq!(outputs(&input(&transport, 1))[0].1, output);
        }
        let (client, transport, _) = replay([
            Reply::tool_call("get_weather", r#"{"unit":"kelvin"}"#),
            Reply::text("ok"),
        ]);
        client.call_model(request()).tool(tool).await.unwrap();
        let output = &outputs(&input(&transport, 1))[0].1;
        assert!(output.contains("unknown variant `kelvin`"), "{output}");
    }
}

#[test]
fn types_without_an_object_schema_are_errors() {
    assert!(tool_fn("t", |_: Vec<String>| async { Ok(()) }).is_err());
    assert!(
        tool_fn("t", |_: std::collections::HashMap<String, u8>| async {
            Ok(())
        })
        .is_err()
    );
    assert!(tool_fn("t", |_: (u8, u8)| async { Ok(()) }).is_err());
}
