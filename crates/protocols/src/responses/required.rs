//! The members by which clients find the item and the part of an event. The types fill them in if an
//! upstream leaves them out, so the text of such an event does not say the same as the event.

use orouter_wire::StreamEvent;
use orouter_wire::event::{Change, PartList};

/// Returns `true` if the text has the members that say to which item and part the event belongs.
pub(super) fn has_required_members(event: &StreamEvent, text: &str) -> bool {
    let Some(change) = event.item_change() else {
        return true;
    };
    // An index other than 0 was in the text.
    let has = |index: u32, member: &str| index != 0 || text.contains(member);
    if !has(change.output_index, "\"output_index\"") {
        return false;
    }
    let Some(part) = change.part else {
        return true;
    };
    let has_number = match part.list {
        PartList::Content => has(part.index, "\"content_index\""),
        PartList::Summary => has(part.index, "\"summary_index\""),
        PartList::Commands => has(part.index, "\"command_index\""),
        PartList::Whole => true,
    };
    has_number && (!matches!(part.change, Change::Delta("")) || text.contains("\"delta\""))
}
