//! Lists the models of a server.

use bytes::Bytes;
use http::Method;
use orouter_http::redact;
use orouter_wire::{Extra, Raw, Wire};

use super::types::ModelList;
use crate::{
    call::{self, HttpOperation, JSON, Operation},
    core::OpenRouterCore,
    error::{Error, ErrorKind},
    meta::Meta,
    options::{EffectiveOptions, RequestOptions},
    reader::ResponseReader,
    spans::CallSpan,
};

/// A call that lists models.
pub(super) struct ListModels {
    core: OpenRouterCore,
    options: RequestOptions,
}

impl ListModels {
    pub(super) fn new(core: &OpenRouterCore) -> Box<Self> {
        Box::new(Self {
            core: core.clone(),
            options: RequestOptions::default(),
        })
    }

    async fn exchange(&self, span: &CallSpan) -> Result<(Box<ModelList>, Meta), Error> {
        let shared = self.core.shared();
        let options = EffectiveOptions::new(&shared.options, &self.options);
        let server = options.server_url_of_call().unwrap_or(&shared.server_url);
        let operation = HttpOperation {
            method: Method::GET,
            url: server.endpoint("/models"),
            accept: JSON,
            body: Bytes::new(),
        };
        let mut reader = call::execute(shared, options, operation).await?;
        let body = reader.json().await?;
        let models = decode(&reader, &body)?;
        span.list(&reader.meta, reader.deadline.elapsed());
        Ok((Box::new(models), reader.meta))
    }
}

impl Operation for ListModels {
    type Output = ModelList;
    type Boxed = Box<ModelList>;

    fn options(&self) -> &RequestOptions {
        &self.options
    }

    fn options_mut(&mut self) -> &mut RequestOptions {
        &mut self.options
    }

    async fn run(self: Box<Self>) -> Result<(Box<ModelList>, Meta), Error> {
        let span = CallSpan::list_models();
        let result = span.around(self.exchange(&span)).await;
        match &result {
            Ok((_, meta)) => span.head(meta),
            Err(error) => span.error(error),
        }
        result
    }
}

/// The members that mark a list of models. [`ModelList`] does not show if an empty list was sent.
#[derive(Clone, Default, PartialEq, Wire)]
struct Marks {
    data: Option<Raw>,
    error: Option<Raw>,
    extra: Extra,
}

/// Decodes the body as a list of models. Fails if it reports a failure or is other JSON.
fn decode(reader: &ResponseReader, body: &Bytes) -> Result<ModelList, Error> {
    let refused = |message: String| {
        // A server may report a failure in any form, also next to other members.
        let reported = reader.in_band("the server reported an error", body.clone());
        if reported.has_error_member() {
            return reported;
        }
        reader
            .error(ErrorKind::Decode, message)
            .with_body(body.clone())
    };
    let marks: Marks = reader.decode(body)?;
    match &marks.data {
        Some(data) if data.get().starts_with('[') => {}
        Some(_) => return Err(refused("the `data` of the body is not a list".to_owned())),
        None => {
            let message = "the body is not a list of models: it has no `data`";
            return Err(refused(message.to_owned()));
        }
    }
    let models: ModelList = reader.decode(body)?;
    if models.extra.get("data").is_some() {
        let message = "the `data` of the body contains other objects than models";
        return Err(refused(message.to_owned()));
    }
    if let Some((index, reason)) = first_other(&models) {
        return Err(refused(format!(
            "the body is not a list of models: data[{index}] {reason}"
        )));
    }
    let is_error = |error: &Raw| !matches!(error.get(), "null" | "false" | "{}" | "\"\"");
    if models.data.is_empty() && marks.error.as_ref().is_some_and(is_error) {
        return Err(reader.in_band("the server reported an error", body.clone()));
    }
    Ok(models)
}

/// Returns the index of the first element that is not a model, and the reason. Every server sends the
/// `id` of a model. Servers that send an `object` use "model" (OpenAI's first API: "engine").
fn first_other(models: &ModelList) -> Option<(usize, String)> {
    models.data.iter().enumerate().find_map(|(index, model)| {
        if model.id.trim().is_empty() {
            return Some((index, "has no `id`".to_owned()));
        }
        let kind = model.extra.get("object").and_then(Raw::as_string)?;
        let lower = kind.to_ascii_lowercase();
        if kind.is_empty() || lower.contains("model") || lower.contains("engine") {
            return None;
        }
        Some((index, format!("is a {}", redact::line(&kind, 60))))
    })
}
