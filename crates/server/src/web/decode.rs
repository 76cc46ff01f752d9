//! Turns a body into an admitted request: reads, decompresses, counts and decodes it.

use std::sync::Arc;

use axum::extract::Request;
use bytes::Bytes;
use orouter_protocols::chat_client;
use orouter_wire::ResponsesRequest;

use super::body::{self, EncodedBody};
use super::content_coding;
use crate::admit::{self, admit};
use crate::app::App;
use crate::client_api::{ChatClient, ClientApi};
use crate::failure::{Failure, FailureKind};
use crate::memory_budget::Share;
use crate::request_limits::RequestLimits;
use orouter_protocols::{MemberNames, Notes, Refusal};

/// A request as the stages after admission need it.
pub(super) struct Admitted {
    pub(super) request: Arc<ResponsesRequest>,
    pub(super) client: ClientApi,
    /// The JSON text in the form of the Responses API; empty if it is not kept.
    pub(super) body: Bytes,
    /// The length of the JSON text, in bytes.
    pub(super) length: usize,
    /// The share of the memory budget that the request and its text take.
    pub(super) memory: Share,
}

/// The API of a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Route {
    Responses,
    ChatCompletions,
}

/// Reads the request in a body. `keep`: its JSON text is needed, for upstreams.
pub(super) async fn request(
    request: Request,
    app: &App,
    route: Route,
    keep: bool,
    notes: &Notes,
) -> Result<Admitted, Failure> {
    let body = body::read(request, app).await?;
    let size = if body.codings.is_empty() {
        body.bytes.len()
    } else {
        // The decompressed size is not known.
        usize::MAX
    };
    let limits = app.limits.request.clone();
    let notes = notes.clone();
    app.decoders
        .run(size, move || decode(body, &limits, route, keep, &notes))
        .await
}

fn decode(
    EncodedBody { bytes, codings }: EncodedBody,
    limits: &RequestLimits,
    route: Route,
    keep: bool,
    notes: &Notes,
) -> Result<Admitted, Failure> {
    let (body, mut share) = content_coding::decode(bytes, &codings)?.into_parts();
    match route {
        Route::Responses => {
            let body = Bytes::from(body);
            admitted(body, share, ClientApi::Responses, limits, keep, notes)
        }
        Route::ChatCompletions => {
            // Bounds the values of the text that is made of this one.
            admit::count(&body, limits)?;
            let translated = chat_client::request(&body, notes).map_err(refused)?;
            share.take(translated.body.len())?;
            share.give_back(body.capacity());
            drop(body);
            let names = Arc::new(translated.names);
            notes.name_by(Arc::clone(&names) as Arc<dyn MemberNames>);
            let client = ClientApi::Chat(Arc::new(ChatClient {
                names,
                reply: translated.reply,
            }));
            let result = admitted(translated.body, share, client.clone(), limits, keep, notes);
            result.map_err(|failure| client.shown(failure))
        }
    }
}

/// Admits the request in this text of the Responses API.
fn admitted(
    body: Bytes,
    mut share: Share,
    client: ClientApi,
    limits: &RequestLimits,
    keep: bool,
    notes: &Notes,
) -> Result<Admitted, Failure> {
    let counts = admit::count(&body, limits)?;
    let length = body.len();
    // The strings of the decoded request take about as much memory as the body. It is freed, unless
    // it is kept.
    share.take(counts.decoded_bytes() + if keep { length } else { 0 })?;
    Ok(Admitted {
        request: admit(&body, notes)?,
        client,
        body: if keep { body } else { Bytes::new() },
        length,
        memory: share,
    })
}

/// Returns the failure of a request that cannot be translated.
fn refused(refusal: Refusal) -> Failure {
    match refusal.param.as_str() {
        "" => Failure::new(FailureKind::InvalidRequest, refusal.message),
        param => Failure::invalid(param, refusal.message),
    }
}
