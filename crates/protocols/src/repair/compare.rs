//! Merges and compares the versions of an item: as it was streamed, and as a later event has it.

use orouter_wire::event::PartList;
use orouter_wire::item::ItemStatus;
use orouter_wire::{Item, MessageContent};

use super::slot::Slot;
use super::texts::{as_parts, slots, text};

/// Returns the item with which a slot ends: `last` with the streamed texts where the two disagree.
/// Its status becomes `status` unless it has ended already.
///
/// Text that was streamed does not change. The last version can only extend it.
pub(super) fn ended(streamed: Option<&Item>, last: Option<&Item>, status: &ItemStatus) -> Item {
    let mut item = match (last, streamed) {
        (Some(last), Some(streamed)) => merged(last.clone(), streamed),
        (Some(item), None) | (None, Some(item)) => item.clone(),
        (None, None) => Item::Message(Default::default()),
    };
    if !has_ended(&item) {
        item.set_status(status.clone());
    }
    as_parts(&mut item);
    item
}

/// Returns `true` if the item has a status that is final.
pub(super) fn has_ended(item: &Item) -> bool {
    matches!(
        item.status(),
        Some(
            ItemStatus::Completed
                | ItemStatus::Incomplete
                | ItemStatus::Failed
                | ItemStatus::Cancelled
        )
    )
}

fn merged(mut last: Item, streamed: &Item) -> Item {
    let mut streamed = streamed.clone();
    as_parts(&mut last);
    as_parts(&mut streamed);
    if slots(&last).len() < slots(&streamed).len() {
        return streamed;
    }
    for slot in slots(&streamed) {
        let Some(old) = text(&mut streamed, slot).map(std::mem::take) else {
            continue;
        };
        match text(&mut last, slot) {
            Some(new) if !new.starts_with(&old) => *new = old,
            _ => {}
        }
    }
    last
}

/// Returns `true` if the client has all parts of the item, with the same texts and with their ends.
pub(super) fn is_complete(slot: &Slot, item: &Item) -> bool {
    if let Item::Message(message) = item
        && matches!(&message.content, Some(MessageContent::Text(text)) if !text.is_empty())
    {
        return false;
    }
    let mut item = item.clone();
    let of_item = slots(&item);
    let all_sent = of_item.iter().all(|(list, number)| {
        let part = slot.parts.numbered(*list, *number);
        let known = part.map_or("", |part| part.text.as_str());
        let same = text(&mut item, (*list, *number)).is_none_or(|text| text == known);
        same && (!list.has_part_events() || part.is_some_and(|part| part.added && part.done))
    });
    let has_all = |list: PartList| {
        let length = of_item.iter().filter(|(of, _)| *of == list).count();
        slot.parts.list(list).len() <= length
    };
    all_sent && has_all(PartList::Content) && has_all(PartList::Summary)
}

/// Returns `true` if the items are equal. Content that is encrypted anew each time, and the
/// fingerprint of a program, may differ if both items have it.
pub(super) fn equal(a: &Item, b: &Item) -> bool {
    if a == b {
        return true;
    }
    let mut b = b.clone();
    match (a, &mut b) {
        (Item::Reasoning(a), Item::Reasoning(b))
            if a.encrypted_content.is_some() && b.encrypted_content.is_some() =>
        {
            b.encrypted_content.clone_from(&a.encrypted_content);
        }
        (Item::Compaction(a), Item::Compaction(b)) => {
            b.encrypted_content.clone_from(&a.encrypted_content);
        }
        (Item::ContextCompaction(a), Item::ContextCompaction(b))
            if a.encrypted_content.is_some() && b.encrypted_content.is_some() =>
        {
            b.encrypted_content.clone_from(&a.encrypted_content);
        }
        (Item::Program(a), Item::Program(b)) => b.fingerprint.clone_from(&a.fingerprint),
        _ => return false,
    }
    *a == b
}

/// Returns `true` if the items are equal, apart from their ids.
pub(super) fn alike(a: &Item, b: &Item) -> bool {
    let bare = |item: &Item| {
        let mut item = item.clone();
        item.set_id("");
        item
    };
    a.kind() == b.kind() && equal(&bare(a), &bare(b))
}
