//! The models of a server and their endpoints: from providers that list their models, from the
//! configuration, and on demand. [`table`] has the catalog itself, [`state`] what the server
//! remembers about an endpoint.

mod breaker;
mod builder;
mod configured;
mod conversations;
mod endpoint;
mod family;
mod figures;
mod model;
mod names;
mod on_demand;
mod outage;
mod slots;
mod state;
mod states;
mod table;

pub(crate) use breaker::Gate;
pub(crate) use conversations::{Conversation, Conversations};
pub(crate) use endpoint::{DEFAULT_TIER, Endpoint};
pub(crate) use family::FamilyName;
pub(crate) use figures::Percentiles;
pub(crate) use model::CatalogModel;
pub(crate) use outage::Counted;
pub(crate) use slots::Slot;
pub(crate) use state::{Standing, Trial};
pub(crate) use table::Catalog;
