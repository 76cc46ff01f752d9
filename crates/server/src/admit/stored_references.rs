//! Refuses references to stored responses and items. This server stores nothing.

use orouter_wire::{Input, Item, ResponsesRequest};

use crate::failure::Failure;

/// Refuses a request that refers to an earlier response or to an item of one.
pub(super) fn check(request: &ResponsesRequest) -> Result<(), Failure> {
    if request.previous_response_id.is_some() {
        return Err(refusal("previous_response_id"));
    }
    let Some(Input::Items(items)) = &request.input else {
        return Ok(());
    };
    match items
        .iter()
        .position(|item| matches!(item, Item::ItemReference(_)))
    {
        Some(index) => Err(refusal(&format!("input[{index}].type"))),
        None => Ok(()),
    }
}

fn refusal(path: &str) -> Failure {
    let member = if path == "previous_response_id" {
        "`previous_response_id`".to_owned()
    } else {
        format!("`{path}` is `item_reference`, which")
    };
    Failure::invalid(
        path,
        format!(
            "{member} cannot be served: this server stores nothing; send `store: false` and the \
             full items of the conversation as `input`"
        ),
    )
}
