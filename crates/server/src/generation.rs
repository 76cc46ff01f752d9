//! [`Generation`]: one request in the server, from admission to settlement.

use std::sync::Arc;

use orouter_wire::ResponsesRequest;

use crate::client_api::ClientApi;
use crate::id::GenerationId;
use crate::memory_budget::Share;
use crate::metadata::Routing;
use crate::settle::Record;

/// One request in the server, from admission to settlement.
pub(crate) struct Generation {
    pub(crate) id: GenerationId,
    /// Time of the request's arrival, in seconds since 1970.
    pub(crate) created_at: u64,
    pub(crate) request: Arc<ResponsesRequest>,
    pub(crate) client: ClientApi,
    pub(crate) routing: Routing,
    pub(crate) record: Record,
    /// The share of the memory budget that the decoded request takes.
    pub(crate) _memory: Share,
}
