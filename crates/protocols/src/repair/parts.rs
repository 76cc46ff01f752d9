//! Events about parts of items: numbers and ids, missing beginnings, and texts that differ from
//! their deltas.

use orouter_wire::StreamEvent;
use orouter_wire::event::{Change, PartList};

use super::events::{Place, changed, number_member, set_text};
use super::item_kind::part_kind;
use super::part_lists::Part;
use super::state::{Repair, Send, output_index};
use super::texts;
use crate::json_text::Edit;
use crate::reply::UpstreamEvent;

/// The treatment of an event about a part.
enum Verdict {
    Pass,
    Drop,
    /// The client has other text, which replaces that of the event.
    Replace,
}

impl Repair {
    /// A part of an item changes.
    pub(super) fn change(&mut self, event: UpstreamEvent, send: Send<'_>) {
        let Some(change) = event.event.item_change() else {
            return send(event);
        };
        if lacks_part(&event.event) {
            return;
        }
        let id = change.item_id.filter(|id| !id.is_empty());
        let index = change.output_index;
        let found = self.seek(&event.event, index, id);
        let found = found.or_else(|| self.announce(&event.event, index, id, send));
        let Some(at) = found.filter(|at| self.is_open(*at)) else {
            return;
        };
        self.client_id(at, id.unwrap_or_default());
        let Some(slot) = self.slots.get_mut(at) else {
            return;
        };
        self.latest = at;
        slot.ids_vary |= id.is_some_and(|id| id != slot.upstream_id);
        let mut edits: Vec<Edit<'_>> = Vec::new();
        if index != output_index(at) {
            edits.push(Edit::set("output_index", output_index(at).to_string()));
        }
        if !slot.id.is_empty() && id != Some(slot.id.as_str()) {
            edits.push(Edit::set("item_id", orouter_wire::to_string(&slot.id)));
        }
        let mut before: [Option<StreamEvent>; 3] = [None, None, None];
        if let Some(part_change) = change.part {
            let list = part_change.list;
            let id = slot.id.clone();
            let Some(part) = slot
                .parts
                .part(list, part_kind(&event.event), part_change.index)
            else {
                return;
            };
            let place = Place {
                id: &id,
                index: output_index(at),
                list,
                number: part.number,
            };
            match apply(part, part_change.change, &place, &event.event, &mut before) {
                Verdict::Pass => {}
                Verdict::Drop => return,
                Verdict::Replace => edits.extend(set_text(&event, &part.text)),
            }
            if part.number != part_change.index
                && let Some(member) = number_member(list)
            {
                edits.push(Edit::set(member, part.number.to_string()));
            }
        }
        for event in before.into_iter().flatten() {
            self.send(UpstreamEvent::new(event), send);
        }
        let event = changed(event, &edits);
        self.send(event, send);
    }

    /// Ends the parts that the ended item does not have.
    pub(super) fn end_parts(&mut self, at: usize, send: Send<'_>) {
        let Some(slot) = self.slots.get_mut(at) else {
            return;
        };
        let id = slot.id.clone();
        let begun = |part: &&mut Part| part.added && !part.done;
        let ends: Vec<StreamEvent> = slot
            .parts
            .iter_mut()
            .filter(begun)
            .filter_map(|part| {
                part.done = true;
                let place = Place {
                    id: &id,
                    index: output_index(at),
                    list: part.list,
                    number: part.number,
                };
                place.end(part.kind, &part.text)
            })
            .collect();
        for event in ends {
            self.send(UpstreamEvent::new(event), send);
        }
    }

    /// Sends an event of a whole item as far as the client does not have it. `announced`: the client
    /// had the item before the events of the whole item.
    pub(super) fn fill(
        &mut self,
        at: usize,
        mut event: StreamEvent,
        announced: bool,
        send: Send<'_>,
    ) {
        let change = event.item_change().and_then(|change| change.part);
        let (Some(change), Some(slot)) = (change, self.slots.get_mut(at)) else {
            if !announced {
                self.send(UpstreamEvent::new(event), send);
            }
            return;
        };
        let list = change.list;
        let id = slot.id.clone();
        let Some(part) = slot
            .parts
            .numbered_mut(list, part_kind(&event), change.index)
        else {
            return;
        };
        let place = Place {
            id: &id,
            index: output_index(at),
            list,
            number: change.index,
        };
        let mut rest = None;
        let mut before = None;
        let pass = match change.change {
            Change::Added(text) => {
                let is_new = !std::mem::replace(&mut part.added, true);
                if is_new {
                    part.text.push_str(text);
                }
                is_new
            }
            Change::Delta(text) => {
                let missing = text.get(part.text.len()..).unwrap_or_default();
                part.text.push_str(missing);
                rest = Some(missing.to_owned());
                !missing.is_empty()
            }
            Change::Text(whole) => {
                before = missing_delta(part, Some(whole), &place, &event);
                !part.done && !std::mem::replace(&mut part.text_done, true)
            }
            Change::Done(whole) => {
                before = missing_delta(part, whole, &place, &event);
                !std::mem::replace(&mut part.done, true)
            }
            Change::Other => !announced,
        };
        if !pass {
            return;
        }
        if let (Some(rest), Some(delta)) = (rest, texts::delta(&mut event)) {
            *delta = rest;
        }
        for event in before.into_iter().chain([event]) {
            self.send(UpstreamEvent::new(event), send);
        }
    }
}

/// Returns the delta with the text that a part lacks of its whole text, and records it.
fn missing_delta(
    part: &mut Part,
    whole: Option<&str>,
    place: &Place<'_>,
    event: &StreamEvent,
) -> Option<StreamEvent> {
    let missing = whole?.strip_prefix(part.text.as_str())?;
    if missing.is_empty() || part.done || part.text_done {
        return None;
    }
    let delta = place.delta(event, missing)?;
    part.text.push_str(missing);
    Some(delta)
}

/// Returns `true` if an event about a whole part does not have the part.
fn lacks_part(event: &StreamEvent) -> bool {
    use StreamEvent as E;
    match event {
        E::ContentPartAdded(e)
        | E::ContentPartDone(e)
        | E::ReasoningPartAdded(e)
        | E::ReasoningPartDone(e) => e.part.is_none(),
        E::ReasoningSummaryPartAdded(e) | E::ReasoningSummaryPartDone(e) => e.part.is_none(),
        _ => false,
    }
}

/// Records a change of a part. Adds the events that must precede it to `before`.
fn apply(
    part: &mut Part,
    change: Change<'_>,
    place: &Place<'_>,
    event: &StreamEvent,
    before: &mut [Option<StreamEvent>; 3],
) -> Verdict {
    let [begin, given, rest] = before;
    if part.done {
        return Verdict::Drop;
    }
    if let Change::Added(text) = change {
        if std::mem::replace(&mut part.added, true) || !part.text.is_empty() {
            return Verdict::Drop;
        }
        if text.is_empty() {
            return Verdict::Pass;
        }
        part.given = Some(text.to_owned());
        return Verdict::Replace;
    }
    let has_beginning = matches!(place.list, PartList::Content | PartList::Summary);
    if has_beginning && !std::mem::replace(&mut part.added, true) {
        *begin = place.begin(event);
    }
    let whole = match change {
        Change::Added(_) | Change::Other => return Verdict::Pass,
        Change::Delta(text) => {
            if let Some(begun) = part.given.take().filter(|_| part.text.is_empty())
                && !text.starts_with(&begun)
                && !begun.starts_with(text)
            {
                // The deltas do not repeat the text of the beginning.
                *given = place.delta(event, &begun);
                part.text.push_str(&begun);
            }
            part.text.push_str(text);
            return Verdict::Pass;
        }
        Change::Text(_) if part.text_done => return Verdict::Drop,
        Change::Text(whole) => {
            part.text_done = true;
            Some(whole)
        }
        Change::Done(whole) => {
            part.done = true;
            whole
        }
    };
    let Some(whole) = whole else {
        return Verdict::Pass;
    };
    if let Some(begun) = part
        .given
        .take()
        .filter(|_| part.text.is_empty() && whole.is_empty())
    {
        *given = place.delta(event, &begun);
        part.text.push_str(&begun);
    }
    match whole.strip_prefix(part.text.as_str()) {
        Some("") => Verdict::Pass,
        Some(missing) => match place.delta(event, missing) {
            Some(delta) => {
                *rest = Some(delta);
                part.text.push_str(missing);
                Verdict::Pass
            }
            None => Verdict::Replace,
        },
        None => Verdict::Replace,
    }
}
