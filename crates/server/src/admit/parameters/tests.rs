//! Tests of the rules: one for each member, and their effects.

use std::collections::BTreeSet;

use orouter_wire::*;
use serde_json::{Value, json};

use super::super::admit;
use super::*;
use crate::failure::FailureKind;

/// Admits a request with `model`, `input` and these members.
fn admitted(members: &Value) -> Result<Notes, Failure> {
    let mut body = json!({"model": "a/b", "input": "hi"});
    body.as_object_mut()
        .expect("an object")
        .extend(members.as_object().cloned().expect("an object"));
    let notes = Notes::default();
    let request = admit(body.to_string().as_bytes(), &notes)?;
    note_unknown(&request, false, &notes);
    Ok(notes)
}

fn paths(members: &Value) -> Vec<String> {
    let notes = admitted(members).unwrap_or_else(|error| panic!("{members}: {error}"));
    notes.list().into_iter().map(|note| note.param).collect()
}

/// Returns the paths of all members that must have a rule, from the wire's types.
fn members() -> BTreeSet<String> {
    fn names<T: Wire>(path: &str, all: &mut BTreeSet<String>) {
        all.extend(T::MEMBERS.iter().map(|name| format!("{path}{name}")));
    }
    let mut all = BTreeSet::new();
    names::<ResponsesRequest>("", &mut all);
    names::<AccessPrograms>("access_programs.", &mut all);
    names::<BackgroundOptions>("background_options.", &mut all);
    names::<CacheControl>("cache_control.", &mut all);
    names::<settings::CompactionManagement>("context_management.", &mut all);
    names::<DebugOptions>("debug.", &mut all);
    names::<ImageOptions>("image.", &mut all);
    names::<settings::ModerationOptions>("moderation.", &mut all);
    names::<settings::ModerationPolicies>("moderation.policy.", &mut all);
    names::<settings::ModerationPolicy>("moderation.policy.input.", &mut all);
    names::<settings::ModerationPolicy>("moderation.policy.output.", &mut all);
    names::<PromptCacheOptions>("prompt_cache_options.", &mut all);
    names::<ProviderPreferences>("provider.", &mut all);
    names::<MaxPrice>("provider.max_price.", &mut all);
    names::<PercentileCutoffs>("provider.preferred_max_latency.", &mut all);
    names::<PercentileCutoffs>("provider.preferred_min_throughput.", &mut all);
    names::<SortConfig>("provider.sort.", &mut all);
    names::<Reasoning>("reasoning.", &mut all);
    names::<StepCountIs>("stop_server_tools_when.", &mut all);
    names::<HasToolCall>("stop_server_tools_when.", &mut all);
    names::<MaxTokensUsed>("stop_server_tools_when.", &mut all);
    names::<MaxCost>("stop_server_tools_when.", &mut all);
    names::<FinishReasonIs>("stop_server_tools_when.", &mut all);
    names::<settings::StreamOptions>("stream_options.", &mut all);
    names::<TextConfig>("text.", &mut all);
    names::<PlainTextFormat>("text.format.", &mut all);
    names::<JsonObjectFormat>("text.format.", &mut all);
    names::<JsonSchemaFormat>("text.format.", &mut all);
    names::<TraceConfig>("trace.", &mut all);
    all
}

#[test]
fn every_member_of_a_request_has_a_rule() {
    let ruled: BTreeSet<String> = parameters().iter().map(|p| p.path.to_owned()).collect();
    assert_eq!(ruled.len(), parameters().len(), "a member has two rules");
    let members = members();
    let missing: Vec<_> = members.difference(&ruled).collect();
    let gone: Vec<_> = ruled.difference(&members).collect();
    assert!(missing.is_empty(), "members without a rule: {missing:?}");
    assert!(gone.is_empty(), "rules without a member: {gone:?}");
}

#[test]
fn the_documentation_has_the_same_table() {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../docs/server-parameters.md"
    );
    let page = std::fs::read_to_string(path).expect("docs/server-parameters.md");
    let mut rows = String::new();
    for parameter in parameters() {
        let effect = match parameter.effect {
            Effect::Used(text) => text.to_owned(),
            Effect::Model(name, _) => {
                format!("takes effect if the model lists `{name}`; otherwise noted")
            }
            Effect::Noted(_, reason) => format!("noted: {reason}"),
            Effect::Upstream(_, reason) => {
                format!("sent to upstreams whose protocol has it; otherwise noted: {reason}")
            }
            Effect::Refused(_, reason) => format!("refused: this server {reason}"),
        };
        rows.push_str(&format!(
            "| `{}` | {} | {effect} |\n",
            parameter.path, parameter.expects
        ));
    }
    assert!(page.contains(&rows), "the table should be:\n{rows}");
}

#[test]
fn members_without_effect_are_noted() {
    for (members, noted) in [
        (json!({"trace": {"trace_id": "t", "own": 1}}), "trace"),
        (json!({"include": ["future.part"]}), "include[0]"),
        (
            json!({"provider": {"options": {"openai": {"a": 1}}}}),
            "provider.options",
        ),
        (json!({"provider": {"colour": 1}}), "provider.colour"),
        (json!({"reasoning": {"colour": 1}}), "reasoning.colour"),
        (json!({"image": {"colour": 1}}), "image.colour"),
        (
            json!({"stream_options": {"include_usage": true}}),
            "stream_options.include_usage",
        ),
        (json!({"transforms": ["middle-out"]}), "transforms"),
    ] {
        let paths = paths(&members);
        assert!(paths.contains(&noted.to_owned()), "{members}: {paths:?}");
    }
}

#[test]
fn unknown_members_are_noted_only_for_endpoints_that_do_not_get_them() {
    for (members, passed_on, noted) in [
        (json!({"transforms": ["middle-out"]}), true, None),
        (
            json!({"transforms": ["middle-out"]}),
            false,
            Some("transforms"),
        ),
        (json!({"include": ["future.part"]}), true, None),
        (
            json!({"include": ["future.part"]}),
            false,
            Some("include[0]"),
        ),
        (json!({"reasoning": {"colour": 1}}), true, None),
        (
            json!({"reasoning": {"colour": 1}}),
            false,
            Some("reasoning.colour"),
        ),
        // No upstream gets the members of this server.
        (
            json!({"provider": {"colour": 1}}),
            true,
            Some("provider.colour"),
        ),
        (json!({"debug": {"colour": 1}}), true, Some("debug.colour")),
        (json!({"seed": 1}), false, None),
    ] {
        let text = members.to_string();
        let request: ResponsesRequest = orouter_wire::from_str(&text).expect("a request");
        let notes = Notes::default();
        note_unknown(&request, passed_on, &notes);
        let paths: Vec<String> = notes.list().into_iter().map(|note| note.param).collect();
        assert_eq!(
            paths.first().map(String::as_str),
            noted,
            "{members}: {passed_on}"
        );
    }
}

#[test]
fn members_that_only_upstreams_have_are_noted_for_other_endpoints() {
    for (members, noted) in [
        (json!({"service_tier": "flex"}), "service_tier"),
        (json!({"service_tier": "priority"}), "service_tier"),
        (json!({"max_tool_calls": 30}), "max_tool_calls"),
        (json!({"image_config": {"size": "1K"}}), "image_config"),
        (
            json!({"cache_control": {"type": "ephemeral"}}),
            "cache_control",
        ),
        (json!({"prompt_cache_key": "k"}), "prompt_cache_key"),
        (
            json!({"prompt_cache_retention": "24h"}),
            "prompt_cache_retention",
        ),
        (
            json!({"include": ["reasoning.encrypted_content"]}),
            "include",
        ),
        (
            json!({"stop_server_tools_when": [{"type": "step_count_is", "step_count": 3}]}),
            "stop_server_tools_when",
        ),
        (
            json!({"context_management": [{"type": "compaction", "compact_threshold": 9}]}),
            "context_management",
        ),
        (json!({"client_metadata": {"a": "b"}}), "client_metadata"),
        (json!({"moderation": {"model": "m"}}), "moderation"),
        (
            json!({"access_programs": {"cyber": "standard"}}),
            "access_programs",
        ),
        (
            json!({"background_options": {"completion_window": "soonest"}}),
            "background_options",
        ),
        (json!({"image": {"context_compression": "auto"}}), "image"),
        (json!({"preset": "support"}), "preset"),
        (
            json!({"prompt_cache_options": {"prewarm": true}}),
            "prompt_cache_options",
        ),
    ] {
        assert_eq!(paths(&members), Vec::<String>::new(), "{members}");
        let request: ResponsesRequest =
            orouter_wire::from_str(&members.to_string()).expect("a request");
        let found: Vec<&str> = of_upstreams(&request).map(|(path, _)| path).collect();
        assert_eq!(found, [noted], "{members}");
    }
    let none: ResponsesRequest =
        orouter_wire::from_str(r#"{"service_tier": "auto", "include": []}"#).expect("a request");
    assert_eq!(of_upstreams(&none).count(), 0);
}

#[test]
fn defaults_of_clients_are_not_noted() {
    for members in [
        json!({}),
        json!({"service_tier": "auto", "store": false, "stream": false}),
        json!({"service_tier": "default", "service_tier": null, "metadata": {"a": "b"}}),
        json!({"metadata": null, "models": null, "include": null, "provider": null, "stop": null,
               "plugins": [], "background": false, "previous_response_id": null, "seed": null}),
        json!({"provider": {"only": null, "order": ["a"], "allow_fallbacks": true, "sort": null}}),
        json!({"text": {"format": {"type": "text"}}, "truncation": "disabled", "user": "u"}),
        json!({"plugins": [{"id": "web", "enabled": false}], "include": []}),
        json!({"stream_options": {"include_obfuscation": false}, "max_output_tokens": 16}),
    ] {
        assert_eq!(paths(&members), Vec::<String>::new(), "{members}");
    }
}

#[test]
fn members_that_cannot_be_honoured_are_refused() {
    let long = "x".repeat(257);
    for (members, param) in [
        (
            json!({"deferred_tools": {"search": {"type": "bm25"}}}),
            "deferred_tools",
        ),
        (json!({"deferred_tools": {}}), "deferred_tools"),
        (
            json!({"moderation": {"policy": {"output": {"mode": "block"}}}}),
            "moderation.policy",
        ),
        (json!({"background": true}), "background"),
        (json!({"store": true}), "store"),
        (json!({"plugins": [{"id": "web"}]}), "plugins"),
        (json!({"plugins": [{"id": "future"}]}), "plugins"),
        (json!({"plugins": [5]}), "plugins"),
        (json!({"max_tool_calls": 31}), "max_tool_calls"),
        (json!({"max_tool_calls": 0}), "max_tool_calls"),
        (json!({"session_id": long}), "session_id"),
        (json!({"user": long}), "user"),
        (json!({"stop": ["a", "b", "c", "d", "e"]}), "stop"),
        (json!({"metadata": {"a[0]": "b"}}), "metadata"),
        (json!({"metadata": {"a]": "b"}}), "metadata"),
        (
            json!({"reasoning": {"effort": "low", "max_tokens": 5}}),
            "reasoning",
        ),
        (json!({"provider": {"sort": "exacto"}}), "provider.sort"),
        (
            json!({"provider": {"sort": {"by": "exacto"}}}),
            "provider.sort.by",
        ),
        (
            json!({"provider": {"max_price": {"prompt": -1}}}),
            "provider.max_price.prompt",
        ),
        (
            json!({"provider": {"max_price": {"image": "much"}}}),
            "provider.max_price.image",
        ),
    ] {
        let failure = admitted(&members).expect_err("refused");
        assert_eq!(failure.kind(), FailureKind::InvalidRequest, "{members}");
        assert_eq!(failure.param_path(), Some(param), "{members}: {failure}");
        let name = param.rsplit('.').next().expect("a name");
        assert!(failure.message().contains(name), "{failure}");
    }
}

#[test]
fn limits_are_exact_and_in_characters() {
    for members in [
        json!({"session_id": "é".repeat(256), "user": "é".repeat(256)}),
        json!({"stop": ["a", "b", "c", "d"], "max_tool_calls": 1}),
        json!({"reasoning": {"effort": null, "max_tokens": 5}}),
        json!({"provider": {"max_price": {"prompt": 0, "completion": "1.5"}}}),
    ] {
        admitted(&members).unwrap_or_else(|error| panic!("{members}: {error}"));
    }
}

#[test]
fn nested_members_of_the_wrong_type_are_named() {
    for (members, param, words) in [
        (
            json!({"provider": {"only": 5}}),
            "provider.only",
            "a list of strings, and is a number: 5",
        ),
        (
            json!({"provider": {"order": "x"}}),
            "provider.order",
            "is a string: \"x\"",
        ),
        (
            json!({"provider": {"ignore": ["a", 5]}}),
            "provider.ignore",
            "a list of strings",
        ),
        (
            json!({"provider": {"zdr": "yes"}}),
            "provider.zdr",
            "a boolean",
        ),
        (
            json!({"provider": {"sort": 7}}),
            "provider.sort",
            "is a number: 7",
        ),
        (
            json!({"provider": {"sort": "speed"}}),
            "provider.sort",
            "`throughput`",
        ),
        (
            json!({"provider": {"sort": {"by": 4}}}),
            "provider.sort.by",
            "is a number: 4",
        ),
        (
            json!({"provider": {"quantizations": ["fp8", "x"]}}),
            "provider.quantizations[1]",
            "fp8",
        ),
        (
            json!({"provider": {"max_price": {"prompt": true}}}),
            "provider.max_price.prompt",
            "USD",
        ),
        (
            json!({"provider": {"data_collection": "maybe"}}),
            "provider.data_collection",
            "deny",
        ),
        (
            json!({"provider": {"preferred_max_latency": {"p50": "x"}}}),
            "provider.preferred_max_latency.p50",
            "a number",
        ),
        (
            json!({"reasoning": {"effort": 7}}),
            "reasoning.effort",
            "`minimal`",
        ),
        (
            json!({"reasoning": {"effort": "extreme"}}),
            "reasoning.effort",
            "`minimal`",
        ),
        (
            json!({"reasoning": {"max_tokens": "x"}}),
            "reasoning.max_tokens",
            "a whole number",
        ),
        (json!({"text": {"verbosity": 1}}), "text.verbosity", "`low`"),
        (
            json!({"text": {"format": {"type": "grammar"}}}),
            "text.format.type",
            "grammar",
        ),
        (json!({"text": {"format": 7}}), "text.format", "an object"),
        (json!({"service_tier": "gold"}), "service_tier", "`flex`"),
        (json!({"modalities": ["smell"]}), "modalities[0]", "strings"),
        (
            json!({"stream_options": {"include_obfuscation": 1}}),
            "stream_options.include_obfuscation",
            "a boolean",
        ),
        (
            json!({"trace": {"trace_id": 5}}),
            "trace.trace_id",
            "a string",
        ),
        (
            json!({"debug": {"echo_upstream_body": "x"}}),
            "debug.echo_upstream_body",
            "a boolean",
        ),
        (
            json!({"stop_server_tools_when": [{"type": "never"}]}),
            "stop_server_tools_when[0].type",
            "never",
        ),
        (
            json!({"stop_server_tools_when": [{"type": "step_count_is", "step_count": "x"}]}),
            "stop_server_tools_when[0].step_count",
            "a whole number",
        ),
        (json!({"include": "all"}), "include", "a list of strings"),
        (json!({"provider": 5}), "provider", "an object"),
        (json!({"session_id": 5}), "session_id", "a string"),
    ] {
        let failure = admitted(&members).expect_err("refused");
        assert_eq!(failure.param_path(), Some(param), "{members}: {failure}");
        assert!(failure.message().contains(words), "{members}: {failure}");
    }
    let twice = br#"{"model": "a/b", "input": "hi", "provider": {"only": ["a"], "only": ["b"]}}"#;
    let failure = admit(twice, &Notes::default()).expect_err("refused");
    assert_eq!(failure.message(), "`provider.only` is given more than once");
}

#[test]
fn unsupported_parameters_are_found() {
    let request: ResponsesRequest = orouter_wire::from_str(
        &json!({
            "temperature": 1, "top_k": 3, "frequency_penalty": 0, "presence_penalty": 1, "seed": 1,
            "reasoning": {"effort": "high"}, "text": {"verbosity": "low"},
        })
        .to_string(),
    )
    .expect("a request");
    let found = |supported: &[&str]| {
        let supports = |name: &str| supported.contains(&name);
        unsupported(&request, supports).collect::<Vec<_>>()
    };
    assert_eq!(
        found(&[]),
        [
            "presence_penalty",
            "reasoning",
            "seed",
            "temperature",
            "text.verbosity",
            "top_k"
        ]
    );
    let supported = ["temperature", "seed", "reasoning", "verbosity", "top_k"];
    assert_eq!(found(&supported), ["presence_penalty"]);
    for reasoning in [
        json!({"effort": "none"}),
        json!({"enabled": false}),
        json!({}),
        json!({"effort": "none", "summary": "auto"}),
    ] {
        let body = json!({"reasoning": reasoning}).to_string();
        let request: ResponsesRequest = orouter_wire::from_str(&body).expect("a request");
        assert_eq!(unsupported(&request, |_| false).count(), 0, "{body}");
    }
}
