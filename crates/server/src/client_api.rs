//! [`ClientApi`]: the API in which a client sent its request, and gets its reply.

use std::sync::Arc;

use orouter_protocols::chat_client::{Names, ReplyOptions};

use crate::failure::Failure;

/// The API in which a client sent its request.
#[derive(Clone, Debug)]
pub(crate) enum ClientApi {
    /// The Responses API, which the stages speak.
    Responses,
    /// Chat Completions.
    Chat(Arc<ChatClient>),
}

/// A client that speaks Chat Completions.
#[derive(Clone, Debug)]
pub(crate) struct ChatClient {
    /// The client's names of the members of the request.
    pub(crate) names: Arc<Names>,
    /// The members of the reply that the client asks for.
    pub(crate) reply: ReplyOptions,
}

impl ClientApi {
    /// Returns a failure as the client gets it.
    pub(crate) fn shown(&self, failure: Failure) -> Failure {
        match self {
            Self::Responses => failure,
            Self::Chat(client) => failure.for_chat(&*client.names),
        }
    }
}
