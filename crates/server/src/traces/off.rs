//! The types of [`traces`](super) without the feature `otel`. They have no size and do nothing. The `()` lets callers create them with
//! `default` in both cases.

use http::{HeaderMap, Method};
use orouter_wire::{Response, ResponsesRequest};

use super::ended::EndedRequest;
use crate::metrics::{EndpointLabels, ErrorType};
use crate::provider::UpstreamModel;

#[derive(Clone, Debug, Default)]
pub(crate) struct Tracer(());

impl Tracer {
    pub(crate) fn start(&self) {}

    pub(crate) fn request(&self, _: &Method, _: &str, _: &HeaderMap) -> RequestSpan {
        RequestSpan(())
    }

    pub(crate) fn dropped(&self) -> Option<u64> {
        None
    }

    pub(crate) async fn flush(&self) {}
}

#[derive(Debug, Default)]
pub(crate) struct RequestSpan(());

impl RequestSpan {
    pub(crate) fn parent(&self) -> ParentSpan {
        ParentSpan(())
    }

    pub(crate) fn end(&mut self, _: &EndedRequest<'_>) {}
}

#[derive(Clone, Debug, Default)]
pub(crate) struct ParentSpan(());

impl ParentSpan {
    pub(crate) fn attempt(
        &self,
        _: &EndpointLabels,
        _: &str,
        _: Option<&UpstreamModel>,
        _: &ResponsesRequest,
    ) -> AttemptSpan {
        AttemptSpan(())
    }
}

#[derive(Debug, Default)]
pub(crate) struct AttemptSpan(());

impl AttemptSpan {
    pub(crate) fn headers(&self) -> HeaderMap {
        HeaderMap::new()
    }

    pub(crate) fn first_content(&mut self) {}

    pub(crate) fn response(&mut self, _: &Response) {}

    pub(crate) fn end(&mut self, _: Option<&ErrorType>, _: Option<u16>) {}
}
