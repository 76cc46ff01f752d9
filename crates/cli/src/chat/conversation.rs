//! A conversation: its turns, and what the next request carries of them.

use std::time::{SystemTime, UNIX_EPOCH};

use orouter::{History, Item, ItemStatus, Message, Response, ResponseStatus};
use serde::{Deserialize, Serialize};

use super::cost::Cost;

/// Model and system prompt of a turn.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Eq, Serialize)]
pub(crate) struct Settings {
    /// The requested model; `None` for the default of the server.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) model: Option<String>,
    /// The system prompt.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) system: Option<String>,
    /// The model is embedded in the command.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) embedded: bool,
}

/// A message of the user and the response to it.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub(crate) struct Turn {
    /// End of the turn, in seconds since 1970.
    pub(crate) time: u64,
    pub(crate) settings: Settings,
    /// Name of the model in the response.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) answered_by: Option<String>,
    pub(crate) end: End,
    /// Cost of the response in US dollars.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) cost: Option<f64>,
    /// The message of the user, and the items of the response that can be sent back.
    pub(crate) items: Vec<Item>,
}

/// End of a response.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum End {
    /// The response is complete.
    Completed,
    /// A limit or a filter ended the response.
    Incomplete,
    /// The user stopped the response.
    Interrupted,
    /// A failure ended the response, or the connection was cut.
    Failed,
}

impl Turn {
    /// Returns the turn, or `None` if the response has nothing that the next request could carry.
    ///
    /// The last message of a response that ended early becomes incomplete.
    pub(crate) fn new(
        settings: Settings,
        message: Message,
        response: &Response,
        end: End,
    ) -> Option<Self> {
        let mut history = History::from(message);
        let question = history.len();
        if end == End::Completed {
            history.append(response);
        } else {
            let mut cut = response.clone();
            cut.status = ResponseStatus::Incomplete;
            history.append(&cut);
            let answer = history.items_mut().iter_mut().skip(question);
            let messages = answer.filter_map(|item| match item {
                Item::Message(message) => Some(message),
                _ => None,
            });
            if let Some(message) = messages.last() {
                message.status = Some(ItemStatus::Incomplete);
            }
        }
        // This command cannot run tools, and a server refuses calls without an output.
        let pending: Vec<String> = history
            .pending_items()
            .filter_map(|item| item.client_call_id().map(str::to_owned))
            .collect();
        history.items_mut().retain(|item| {
            let call = item.client_call_id();
            call.is_none_or(|id| !pending.iter().any(|pending| pending == id))
        });
        // A complete response without text is an answer too.
        if history.len() == question && end != End::Completed {
            return None;
        }
        let cost = response.usage.as_ref().and_then(|usage| usage.cost);
        let now = SystemTime::now().duration_since(UNIX_EPOCH);
        Some(Self {
            time: now.map_or(0, |now| now.as_secs()),
            // A response of the embedded model that ends early has no cost, too.
            cost: cost.or(settings.embedded.then_some(0.0)),
            settings,
            answered_by: Some(response.model.clone()).filter(|model| !model.is_empty()),
            end,
            items: history.into(),
        })
    }

    /// Returns the text of the user's message.
    pub(crate) fn question(&self) -> String {
        self.items
            .first()
            .and_then(Item::as_message)
            .map(Message::text)
            .unwrap_or_default()
    }
}

/// Turns, oldest first.
#[derive(Clone, Debug, Default)]
pub(crate) struct Conversation {
    turns: Vec<Turn>,
}

impl Conversation {
    pub(crate) fn push(&mut self, turn: Turn) {
        self.turns.push(turn);
    }

    pub(crate) fn turns(&self) -> &[Turn] {
        &self.turns
    }

    pub(crate) fn clear(&mut self) {
        self.turns.clear();
    }

    /// Returns the items of all turns.
    pub(crate) fn items(&self) -> Vec<Item> {
        let items = self.turns.iter().flat_map(|turn| &turn.items);
        items.cloned().collect()
    }

    /// Returns the cost of all responses.
    pub(crate) fn cost(&self) -> Cost {
        let mut cost = Cost::default();
        for turn in &self.turns {
            cost.add(turn.cost);
        }
        cost
    }
}

impl From<Vec<Turn>> for Conversation {
    fn from(turns: Vec<Turn>) -> Self {
        Self { turns }
    }
}
