//! `--option KEY=VALUE`: members of the request without an option of their own.

use std::fmt;
use std::str::FromStr;

use orouter::ResponsesRequest;
use serde_json::value::RawValue;

use crate::exit::CommandError;
use crate::json_tree::{Json, SetError};
use crate::member_type::{self, Mismatch};

/// Members that the command sets itself, and the way to set them.
const RESERVED: [(&str, &str); 3] = [
    ("model", "use --model"),
    ("input", "the prompt is the input"),
    ("stream", "--no-stream of `send` turns it off"),
];

/// A member of the request and its value.
#[derive(Clone, Debug)]
pub(crate) struct RequestOption {
    /// Names of the members on the way to the value.
    path: Vec<String>,
    value: Box<RawValue>,
}

impl FromStr for RequestOption {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let Some((key, value)) = text.split_once('=') else {
            return Err("must be KEY=VALUE, such as top_p=0.9 or reasoning.effort=high".to_owned());
        };
        let path: Vec<String> = key.split('.').map(str::to_owned).collect();
        if path.iter().any(String::is_empty) {
            return Err(format!(
                "{key:?} must be the name of a member, or names with dots between them, such as \
                 reasoning.effort"
            ));
        }
        let name = path.first().map_or("", String::as_str);
        if let Some((_, advice)) = RESERVED.iter().find(|(reserved, _)| *reserved == name) {
            return Err(format!("the command sets {name} itself: {advice}"));
        }
        Ok(Self {
            path,
            value: raw(value),
        })
    }
}

impl RequestOption {
    /// Returns `true` if the option sets this member of the request, or a part of it.
    pub(crate) fn sets(&self, member: &str) -> bool {
        self.path.first().is_some_and(|name| name == member)
    }

    /// Returns the path with dots.
    fn key(&self) -> String {
        self.path.join(".")
    }
}

/// Returns a text that is JSON as it is, and other text as a JSON string.
fn raw(text: &str) -> Box<RawValue> {
    serde_json::from_str(text)
        .or_else(|_| RawValue::from_string(serde_json::Value::from(text).to_string()))
        .unwrap_or_else(|_| RawValue::NULL.to_owned())
}

/// Adds the options to a request. `dedicated` lists the members that other options of the command line
/// set, with the names of those options.
///
/// # Errors
/// A usage error if two options set one member, a value that is to get a member is not an object, or a
/// value has another type than the request has for the member.
pub(crate) fn apply(
    request: ResponsesRequest,
    options: &[RequestOption],
    dedicated: &[(&str, &str)],
) -> Result<ResponsesRequest, CommandError> {
    if options.is_empty() {
        return Ok(request);
    }
    let mut tree = Json::from(raw(&orouter::to_string(&request)));
    for option in options {
        let key = option.key();
        let conflict = dedicated.iter().find(|(path, _)| overlap(path, &key));
        if let Some((_, other)) = conflict {
            return Err(CommandError::usage(format!(
                "--option {key} and {other} set the same member; leave one out"
            )));
        }
        tree.set(&option.path, option.value.clone())
            .map_err(|error| match error {
                SetError::Exists => CommandError::usage(format!(
                    "--option {key}: another --option sets the same member; leave one out"
                )),
                SetError::NotAnObject(depth) => CommandError::usage(format!(
                    "--option {key}: {} is not an object, so it has no members",
                    option.path.get(..depth).unwrap_or_default().join(".")
                )),
            })?;
    }
    let text = tree.to_string();
    let unusable = |error: &dyn fmt::Display| {
        CommandError::usage(format!(
            "the request with the values of --option is unusable: {error}"
        ))
    };
    let value: serde_json::Value = serde_json::from_str(&text).map_err(|e| unusable(&e))?;
    for option in options {
        if let Some(mismatch) = member_type::mismatch(&value, &option.path) {
            return Err(wrong_type(&option.key(), &mismatch));
        }
    }
    orouter::from_str(&text).map_err(|e| unusable(&e))
}

fn wrong_type(key: &str, mismatch: &Mismatch) -> CommandError {
    let Mismatch {
        path,
        expected,
        found,
    } = mismatch;
    let member = if path == key {
        String::new()
    } else {
        format!(": {path}")
    };
    let advice = match (path == key, expected.as_str(), *found) {
        (true, "a string", "a number" | "true or false" | "null") => {
            format!("; quotes make it a string: --option '{key}=\"..\"'")
        }
        _ => String::new(),
    };
    CommandError::usage(format!(
        "--option {key}{member} must be {expected}, and is {found}{advice}"
    ))
}

/// Returns `true` if one path is the same as the other or names a member on the way to it.
fn overlap(a: &str, b: &str) -> bool {
    a.split('.').zip(b.split('.')).all(|(a, b)| a == b)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn applied(options: &[&str]) -> Result<serde_json::Value, String> {
        let options: Vec<RequestOption> = options
            .iter()
            .map(|text| text.parse())
            .collect::<Result<_, _>>()?;
        let request = ResponsesRequest::new("m").temperature(0.5);
        apply(request, &options, &[("temperature", "--temperature")])
            .map(|request| serde_json::from_str(&orouter::to_string(&request)).unwrap())
            .map_err(|error| error.message)
    }

    #[test]
    fn values_are_json_or_text() {
        let request = applied(&[
            "top_p=0.9",
            "store=false",
            "user=ada=b c",
            "stop=[\"a\",\"b\"]",
            "safety_identifier=\"7\"",
            "prompt_cache_key=",
            "reasoning.effort=high",
            "reasoning.summary=auto",
            "metadata={\"run\":\"7\"}",
            "metadata.step=two words",
            "seed=5",
            "vendor.deep.er={broken",
        ])
        .unwrap();
        assert_eq!(
            request,
            serde_json::json!({
                "model": "m", "temperature": 0.5, "top_p": 0.9, "store": false, "user": "ada=b c",
                "stop": ["a", "b"], "safety_identifier": "7", "prompt_cache_key": "",
                "reasoning": {"effort": "high", "summary": "auto"},
                "metadata": {"run": "7", "step": "two words"},
                "seed": 5, "vendor": {"deep": {"er": "{broken"}},
            })
        );
    }

    #[test]
    fn unusable_options_are_refused_with_the_reason() {
        for (options, reason) in [
            (&["top_p"][..], "must be KEY=VALUE"),
            (&["=1"], "must be the name of a member"),
            (&["reasoning.=1"], "must be the name of a member"),
            (&["a..b=1"], "must be the name of a member"),
            (&["model=x"], "use --model"),
            (&["input=x"], "the prompt is the input"),
            (&["stream=true"], "--no-stream"),
            (
                &["temperature=1"],
                "--option temperature and --temperature set the same member",
            ),
            (
                &["top_p=1", "top_p=1"],
                "another --option sets the same member",
            ),
            (&["a.b=1", "a={}"], "another --option sets the same member"),
            (
                &["a={\"b\":1}", "a.b=2"],
                "another --option sets the same member",
            ),
            (&["a=1", "a.b=2"], "--option a.b: a is not an object"),
            (&["tools=[]", "tools.0=2"], "tools is not an object"),
            (
                &["top_p=high"],
                "--option top_p must be a number, and is a string",
            ),
            (
                &["user=7"],
                "--option user must be a string, and is a number; quotes",
            ),
            (
                &["tools=[{\"type\":\"function\",\"name\":5}]"],
                "--option tools: tools.0.name must be a string, and is a number",
            ),
        ] {
            let error = applied(options).unwrap_err();
            assert!(error.contains(reason), "{options:?}: {error}");
        }
    }

    #[test]
    fn numbers_keep_their_digits() {
        let option: RequestOption = "vendor_id=12345678901234567890123".parse().unwrap();
        let request = apply(ResponsesRequest::default(), &[option], &[]).unwrap();
        assert_eq!(
            orouter::to_string(&request),
            r#"{"vendor_id":12345678901234567890123}"#
        );
    }
}
