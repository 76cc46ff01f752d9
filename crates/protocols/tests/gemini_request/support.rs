//! Translates requests, and checks the rules that every request for generateContent must follow.

use bytes::Bytes;
use orouter_protocols::{Notes, Protocol, Refusal, RequestSource, Target};
use serde_json::{Value, json};

use crate::rules::{self, Rules};

/// A model without known abilities, an older one, and a newer one.
pub(crate) const UNKNOWN: &str = "upstream-model";
pub(crate) const OLD: &str = "gemini-2.5-flash";
pub(crate) const NEW: &str = "gemini-3-flash-preview";

/// A translated request.
#[derive(Debug)]
pub(crate) struct Translated {
    pub(crate) path: String,
    pub(crate) query: Option<&'static str>,
    pub(crate) body: Value,
    pub(crate) notes: Notes,
}

impl Translated {
    pub(crate) fn contents(&self) -> &[Value] {
        self.body["contents"].as_array().expect("contents")
    }

    /// Returns the notes as `action path`.
    pub(crate) fn noted(&self) -> Vec<String> {
        let notes = self.notes.list();
        let noted =
            |note: orouter_protocols::Note| format!("{} {}", note.action.as_str(), note.param);
        notes.into_iter().map(noted).collect()
    }

    pub(crate) fn has_note(&self, note: &str) -> bool {
        self.noted().iter().any(|noted| noted == note)
    }

    /// Returns all parts of all messages.
    pub(crate) fn parts(&self) -> Vec<Value> {
        let parts = self.contents().iter().map(|content| &content["parts"]);
        parts
            .flat_map(|parts| parts.as_array().unwrap().clone())
            .collect()
    }
}

/// Translates for an endpoint about which nothing is known.
pub(crate) fn translate(request: &Value) -> Result<Translated, Refusal> {
    translate_for(request, &Target::new(UNKNOWN))
}

pub(crate) fn translate_for(request: &Value, target: &Target<'_>) -> Result<Translated, Refusal> {
    let text = request.to_string();
    let decoded = orouter_wire::from_str(&text).expect("a request");
    let body = Bytes::from(text);
    let source = RequestSource::new(&decoded, &body);
    let notes = Notes::default();
    let upstream = Protocol::Gemini.request(&source, target, &notes)?;
    let body: Value = serde_json::from_slice(&upstream.body).expect("the body is JSON");
    let new = target.model.starts_with("gemini-3");
    let broken = rules::broken(&body, Rules::Written, new);
    assert!(broken.is_empty(), "{broken:#?}\n{body:#}");
    let translated = Translated {
        path: upstream.path.into_owned(),
        query: upstream.query,
        body,
        notes,
    };
    let method = match request["stream"] {
        Value::Bool(true) => ":streamGenerateContent",
        _ => ":generateContent",
    };
    assert!(translated.path.ends_with(method), "{}", translated.path);
    Ok(translated)
}

/// Translates a conversation for a model.
#[allow(clippy::needless_pass_by_value)] // `json!` makes values, which callers would have to lend.
pub(crate) fn conversation(model: &str, items: Value) -> Translated {
    let request = json!({"model": "m", "input": items});
    translate_for(&request, &Target::new(model)).expect("a translation")
}

/// Translates a request with these members for a model.
pub(crate) fn with(model: &str, members: &Value) -> Translated {
    translate_for(&request(members), &Target::new(model)).unwrap()
}

/// Translates a request with these members for an endpoint that lists these parameters.
pub(crate) fn with_listed(model: &str, members: &Value, listed: &[&str]) -> Translated {
    let listed: Vec<String> = listed.iter().map(|name| (*name).to_owned()).collect();
    let target = Target::new(model).supported_parameters(Some(&listed));
    translate_for(&request(members), &target).unwrap()
}

/// Returns a request with these members.
pub(crate) fn request(members: &Value) -> Value {
    let mut request = json!({"model": "m", "input": "hi"});
    let members = members.as_object().unwrap().clone();
    request.as_object_mut().unwrap().extend(members);
    request
}

/// Returns `role: part part` for each message: texts as they are, `+name` for a call, `=name` for a
/// result, `*` for a signature, and the types of media in brackets.
pub(crate) fn outline(translated: &Translated) -> Vec<String> {
    let of_part = |part: &Value| {
        let mut text = if let Some(call) = part.get("functionCall") {
            format!("+{}", call["name"].as_str().unwrap())
        } else if let Some(result) = part.get("functionResponse") {
            format!("={}", result["name"].as_str().unwrap())
        } else if let Some(blob) = part.get("inlineData").or(part.get("fileData")) {
            format!("[{}]", blob["mimeType"].as_str().unwrap_or_default())
        } else {
            part["text"].as_str().unwrap().to_owned()
        };
        if part.get("thoughtSignature").is_some() {
            text.push('*');
        }
        text
    };
    let of_content = |content: &Value| {
        let parts = content["parts"].as_array().unwrap();
        let parts: Vec<String> = parts.iter().map(of_part).collect();
        format!(
            "{}: {}",
            content["role"].as_str().unwrap(),
            parts.join(" | ")
        )
    };
    translated.contents().iter().map(of_content).collect()
}
