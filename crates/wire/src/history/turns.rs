//! The turns of a conversation, and the cut to a number of tokens.

use std::collections::HashMap;

use crate::item::{Item, Role};

/// Drops the oldest turns until the items have at most `budget` tokens, but never the newest turn.
/// Returns `true` if the rest is within the budget.
pub(super) fn truncate(
    items: &mut Vec<Item>,
    budget: u64,
    mut count: impl FnMut(&Item) -> u64,
) -> bool {
    let tokens: Vec<u64> = items.iter().map(&mut count).collect();
    let sum = |of: &[u64]| of.iter().copied().fold(0, u64::saturating_add);
    let pinned: Vec<bool> = items.iter().map(is_pinned).collect();
    let mut total = sum(&tokens);
    let mut dropped_up_to = 0;
    for start in turn_starts(items) {
        if total <= budget {
            break;
        }
        // Recomputed from the parts, since a saturated sum cannot be subtracted from.
        let rest = sum(tokens.get(start..).unwrap_or_default());
        let kept = tokens.iter().zip(&pinned).take(start);
        let kept = kept
            .filter(|(_, pinned)| **pinned)
            .map(|(tokens, _)| *tokens);
        total = kept.fold(rest, u64::saturating_add);
        dropped_up_to = start;
    }
    let mut index = 0;
    items.retain(|_| {
        let keep = index >= dropped_up_to || pinned.get(index).copied().unwrap_or(true);
        index += 1;
        keep
    });
    total <= budget
}

/// Returns the indices at which turns begin, except for the first turn.
fn turn_starts(items: &[Item]) -> Vec<usize> {
    let outputs: HashMap<&str, usize> = items
        .iter()
        .enumerate()
        .filter_map(|(index, item)| Some((item.answered_call_id()?, index)))
        .collect();
    let mut starts = Vec::new();
    // The last index that belongs to a call before it.
    let mut open_until = 0;
    let mut after_user = false;
    for (index, item) in items.iter().enumerate() {
        let is_user = is_message_of(item, &Role::User);
        if is_user && !after_user && index > 0 && index > open_until {
            starts.push(index);
        }
        after_user = is_user;
        if let Some(output) = item.client_call_id().and_then(|id| outputs.get(id)) {
            open_until = open_until.max(*output);
        }
    }
    starts
}

/// Returns `true` for items that apply to the whole conversation.
fn is_pinned(item: &Item) -> bool {
    is_message_of(item, &Role::System)
        || is_message_of(item, &Role::Developer)
        || matches!(
            item,
            Item::AdditionalTools(_)
                | Item::ConfigurationUpdate(_)
                | Item::Compaction(_)
                | Item::ContextCompaction(_)
        )
}

fn is_message_of(item: &Item, role: &Role) -> bool {
    item.as_message()
        .is_some_and(|message| message.role == *role)
}
