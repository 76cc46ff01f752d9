//! [`Auditor`]: the rules of a stream.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use orouter_wire::event::{Change, PartChange};
use orouter_wire::{EventClass, ItemChange, Response, ResponseStatus, StreamEvent};

use super::finding::{Finding, Violation};
use super::seen::{Seen, changed_members};
use super::texts::texts;

/// Reports every rule that a stream of events breaks.
///
/// The rules: `response.created` and `response.in_progress` come first, with the same response id
/// all along; `sequence_number` counts from 0 without gaps; each item has an `output_index` of its
/// own, and these count from 0 without gaps, in any order; items keep their id (a change is
/// reported once per item), index and type, and no event is about an item before it is added or
/// after it is done; parts likewise within items, in order; the deltas make up the value that is
/// done; the last response holds the items as they were done (except `encrypted_content` and the
/// `fingerprint` of a program, which may change each time) and the status that its event stands
/// for; there is one last event, and none after it. Before `response.created` only
/// `response.debug` and keep-alive events may come, and after an `error` only `response.failed`.
/// `response.steer` events may come at any time. A `response_id` is that of the response.
///
/// An event that this version does not know breaks no rule but those of order and number.
///
/// ```
/// use orouter_conformance::Auditor;
/// use orouter_wire::assemble::events_of;
/// use orouter_wire::{Message, Response};
///
/// let mut response = Response::new("resp_1", "some/model");
/// response.output = vec![Message::assistant("Hello").into()];
/// let mut auditor = Auditor::new();
/// for event in events_of(&response).filter(|event| event.text_delta().is_none()) {
///     auditor.push(&event);
/// }
/// let findings: Vec<String> = auditor.finish().iter().map(ToString::to_string).collect();
/// assert_eq!(
///     findings,
///     [
///         "event 4 (response.output_text.done): the sequence_number is 5 where 4 should follow",
///         "event 4 (response.output_text.done): the deltas of part 0 of item 0 do not make up \
///          its done value",
///     ]
/// );
/// ```
#[derive(Clone, Debug, Default)]
pub struct Auditor {
    count: usize,
    sequence: u32,
    unnumbered: bool,
    created: bool,
    in_progress: bool,
    end: End,
    response_id: Option<String>,
    items: Vec<Seen>,
    /// Where in `items` the latest with an `output_index` is.
    by_index: HashMap<u32, usize>,
    /// Where in `items` the latest with an id is.
    by_id: HashMap<String, usize>,
    findings: Vec<Finding>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq)]
enum End {
    #[default]
    No,
    /// An `error` came; only `response.failed` may follow.
    Error,
    Yes,
}

impl Auditor {
    /// Creates an auditor for the start of a stream.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Checks the next event.
    pub fn push(&mut self, event: &StreamEvent) {
        let before = self.findings.len();
        self.look(event);
        for finding in self.findings.iter_mut().skip(before) {
            finding.event = self.count;
            event.kind().clone_into(&mut finding.kind);
        }
        self.count += 1;
    }

    /// Returns the findings so far.
    #[must_use]
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// Ends the stream and returns all findings.
    #[must_use]
    pub fn finish(mut self) -> Vec<Finding> {
        let before = self.findings.len();
        let used: BTreeSet<u32> = self.items.iter().map(|seen| seen.index).collect();
        if let Some((index, _)) = (0..).zip(used).find(|(index, used)| index != used) {
            self.found(Violation::IndexMissing { index });
        }
        if self.end == End::No {
            self.found(Violation::NoEnd);
        }
        for finding in self.findings.iter_mut().skip(before) {
            finding.event = self.count;
        }
        self.findings
    }

    fn found(&mut self, violation: Violation) {
        self.findings.push(Finding {
            event: 0,
            kind: String::new(),
            violation,
        });
    }

    fn look(&mut self, event: &StreamEvent) {
        self.number(event);
        // They report on input of the client, at any time, also after the response.
        if matches!(
            event,
            StreamEvent::SteerAccepted(_)
                | StreamEvent::SteerPending(_)
                | StreamEvent::SteerFailed(_)
        ) {
            return;
        }
        let may_follow = match self.end {
            End::No => true,
            End::Error => matches!(event, StreamEvent::Failed(_)),
            End::Yes => false,
        };
        if !may_follow {
            self.found(Violation::AfterEnd);
            return;
        }
        self.told_response_id(event);
        let class = event.class();
        if matches!(class, EventClass::KeepAlive | EventClass::Debug) {
            return;
        }
        let created = matches!(event, StreamEvent::Created(_));
        if !self.created && !created && class != EventClass::Error {
            self.found(Violation::NotCreatedFirst);
            self.created = true;
        }
        match class {
            EventClass::Lifecycle => {
                if created && self.created {
                    self.found(Violation::CreatedAgain);
                }
                self.created |= created;
                self.in_progress |= matches!(event, StreamEvent::InProgress(_));
                let mut statuses = Vec::from_iter(event.announced_status());
                statuses.extend(created.then_some(ResponseStatus::Queued));
                self.response(event, &statuses);
            }
            EventClass::Terminal => self.ended(event),
            EventClass::Error => self.end = End::Error,
            EventClass::ItemAdded => self.added(event),
            EventClass::ItemDone => self.done(event),
            EventClass::PartAdded
            | EventClass::PartDone
            | EventClass::ContentDelta
            | EventClass::ContentDone
            | EventClass::Progress => {
                if let Some(change) = event.item_change() {
                    self.change(&change);
                }
            }
            EventClass::KeepAlive | EventClass::Debug | EventClass::Unknown => {}
        }
    }

    /// Checks the id of the response that an event about a part of it tells.
    fn told_response_id(&mut self, event: &StreamEvent) {
        if event.response().is_some() {
            return;
        }
        if let (Some(expected), Some(found)) = (&self.response_id, event.response_id()) {
            if expected != found {
                let (expected, found) = (expected.clone(), found.to_owned());
                self.found(Violation::ResponseId { expected, found });
            }
        }
    }

    fn number(&mut self, event: &StreamEvent) {
        match event.sequence_number() {
            Some(found) => {
                if found != self.sequence {
                    self.found(Violation::Sequence {
                        expected: self.sequence,
                        found,
                    });
                }
                self.sequence = found.saturating_add(1);
            }
            None if event.is_keepalive() || self.unnumbered => {}
            None => {
                self.unnumbered = true;
                self.found(Violation::NoSequenceNumber);
            }
        }
    }

    fn response(&mut self, event: &StreamEvent, statuses: &[ResponseStatus]) {
        let Some(response) = event.response() else {
            self.found(Violation::NoResponse);
            return;
        };
        match &self.response_id {
            Some(expected) if *expected != response.id => {
                let expected = expected.clone();
                self.found(Violation::ResponseId {
                    expected,
                    found: response.id.clone(),
                });
            }
            Some(_) => {}
            None => self.response_id = Some(response.id.clone()),
        }
        if let Some(expected) = statuses.first() {
            if !statuses.contains(&response.status) {
                self.found(Violation::Status {
                    expected: expected.as_str().to_owned(),
                    found: response.status.as_str().to_owned(),
                });
            }
        }
    }

    fn ended(&mut self, event: &StreamEvent) {
        self.end = End::Yes;
        self.response(event, &Vec::from_iter(event.announced_status()));
        let Some(response) = event.response() else {
            return;
        };
        let completed = response.status == ResponseStatus::Completed;
        for (at, index) in self
            .items
            .iter()
            .map(|seen| seen.index)
            .enumerate()
            .collect::<Vec<_>>()
        {
            if completed && self.items.get(at).is_some_and(|seen| seen.done.is_none()) {
                self.found(Violation::ItemNotDone { index });
            }
        }
        self.output(response, completed);
    }

    /// The last response's items against those that were done.
    fn output(&mut self, response: &Response, completed: bool) {
        let done = self.items.iter().filter(|seen| seen.done.is_some()).count();
        let found = response.output.len();
        if found != done && (completed || found < done) {
            self.found(Violation::OutputLength {
                expected: done,
                found,
            });
        }
        let mut differing = Vec::new();
        let mut in_order: Vec<&Seen> = self.items.iter().collect();
        in_order.sort_by_key(|seen| seen.index);
        for ((item, index), seen) in response.output.iter().zip(0..).zip(in_order) {
            if let Some(done) = seen.done.as_deref() {
                let members = if done == item {
                    Vec::new()
                } else {
                    changed_members(done, item)
                };
                if !members.is_empty() {
                    differing.push(Violation::OutputDiffers { index, members });
                }
            }
        }
        for violation in differing {
            self.found(violation);
        }
    }

    fn added(&mut self, event: &StreamEvent) {
        if !self.in_progress {
            self.found(Violation::NotInProgress);
            self.in_progress = true;
        }
        let Some(item) = event.item() else {
            self.found(Violation::NoItem);
            return;
        };
        let expected = u32::try_from(self.items.len()).unwrap_or(u32::MAX);
        let index = event.output_index().unwrap_or(expected);
        if event.output_index().is_none() {
            self.found(Violation::NoIndex);
        }
        let known = self.by_index.get(&index).and_then(|at| self.items.get(*at));
        if let Some(known) = known {
            let shared = known.differs(item);
            self.found(if shared {
                Violation::IndexShared { index }
            } else {
                Violation::ItemAddedAgain { index }
            });
            if !shared {
                return;
            }
        }
        let at = self.begin(index, item.id(), item.kind());
        if let Some(seen) = self.items.get_mut(at) {
            seen.call_id = item
                .call_id()
                .filter(|call_id| !call_id.is_empty())
                .map(str::to_owned);
        }
    }

    fn begin(&mut self, index: u32, id: Option<&str>, kind: &str) -> usize {
        let at = self.items.len();
        self.by_index.insert(index, at);
        let id = id.map(str::to_owned);
        if let Some(id) = &id {
            self.by_id.insert(id.clone(), at);
        }
        self.items.push(Seen {
            index,
            id,
            kind: kind.to_owned(),
            ..Seen::default()
        });
        at
    }

    /// The item that an event is about: the latest under the index, unless the id is that of
    /// another item.
    fn find(&mut self, index: u32, id: Option<&str>) -> Option<usize> {
        let by_index = self.by_index.get(&index).copied();
        let known = by_index.and_then(|at| self.items.get(at)?.id.as_deref());
        if id.is_none() || known == id {
            return by_index;
        }
        let by_id = id.and_then(|id| self.by_id.get(id).copied());
        let Some(at) = by_id else {
            return by_index;
        };
        let moved = self.items.get_mut(at).and_then(|seen| {
            let moved = seen.index != index && !std::mem::replace(&mut seen.told_index, true);
            moved.then_some(seen.index)
        });
        if let Some(expected) = moved {
            self.found(Violation::ItemMoved {
                expected,
                found: index,
            });
        }
        Some(at)
    }

    fn done(&mut self, event: &StreamEvent) {
        let Some(item) = event.item() else {
            self.found(Violation::NoItem);
            return;
        };
        let at = match event.output_index() {
            Some(index) => self.find(index, item.id()),
            None => {
                self.found(Violation::NoIndex);
                self.items
                    .iter()
                    .position(|seen| seen.id.is_some() && seen.id.as_deref() == item.id())
            }
        };
        let at = match at {
            Some(at) => at,
            None => {
                let next = u32::try_from(self.items.len()).unwrap_or(u32::MAX);
                let index = event.output_index().unwrap_or(next);
                self.found(Violation::ItemNotAdded { index });
                self.begin(index, item.id(), item.kind())
            }
        };
        let Some(seen) = self.items.get_mut(at) else {
            return;
        };
        let index = seen.index;
        let mut found = Vec::new();
        if seen.done.is_some() {
            found.push(Violation::ItemDone { index });
        }
        if seen.kind != item.kind() && !seen.kind.is_empty() {
            let expected = std::mem::replace(&mut seen.kind, item.kind().to_owned());
            found.push(Violation::ItemKind {
                index,
                expected,
                found: item.kind().to_owned(),
            });
        }
        if let Some(violation) = seen.check_id(item.id()) {
            found.push(violation);
        }
        for ((list, number), part) in &seen.parts {
            if list.has_part_events() && part.added && !part.done {
                found.push(Violation::PartNotDone {
                    index,
                    part: *number,
                });
            }
        }
        texts(item, |list, number, text| {
            let part = seen.parts.entry((list, number)).or_default();
            if !part.told && !part.makes(text) {
                part.told = true;
                found.push(Violation::DeltasDiffer {
                    index,
                    part: number,
                });
            }
        });
        seen.done = Some(Box::new(item.clone()));
        // The deltas have served their purpose.
        seen.parts = BTreeMap::new();
        for violation in found {
            self.found(violation);
        }
    }

    fn change(&mut self, event: &ItemChange<'_>) {
        let index = event.output_index;
        let at = match self.find(index, event.item_id.filter(|id| !id.is_empty())) {
            Some(at) => at,
            None => {
                self.found(Violation::ItemNotAdded { index });
                // Its type is not known: the event that ends it will tell.
                self.begin(index, event.item_id, "")
            }
        };
        let Some(seen) = self.items.get_mut(at) else {
            return;
        };
        let index = seen.index;
        let mut found = Vec::new();
        if seen.done.is_some() {
            found.push(Violation::ItemDone { index });
        }
        found.extend(seen.check_id(event.item_id));
        if let (Some(change), None) = (event.part, &seen.done) {
            let PartChange {
                list,
                index: number,
                change,
                ..
            } = change;
            let fresh = !seen.parts.contains_key(&(list, number));
            let before = seen
                .parts
                .range(..(list, u32::MAX))
                .rev()
                .find(|((of, _), _)| *of == list);
            let expected = before.map_or(0, |((_, last), _)| last.saturating_add(1));
            let part = seen.parts.entry((list, number)).or_default();
            if let Change::Added(text) = change {
                if part.added {
                    found.push(Violation::PartAddedAgain {
                        index,
                        part: number,
                    });
                }
                if fresh && number != expected {
                    found.push(Violation::PartIndex {
                        index,
                        expected,
                        found: number,
                    });
                }
                part.added = true;
                part.text.push_str(text);
                part.start = part.text.len();
            } else if list.has_part_events() {
                if !part.added && fresh {
                    found.push(Violation::PartNotAdded {
                        index,
                        part: number,
                    });
                }
                if part.done {
                    found.push(Violation::PartDone {
                        index,
                        part: number,
                    });
                }
            }
            match change {
                Change::Delta(delta) => part.text.push_str(delta),
                Change::Text(whole) | Change::Done(Some(whole))
                    if !part.told && !part.makes(whole) =>
                {
                    part.told = true;
                    found.push(Violation::DeltasDiffer {
                        index,
                        part: number,
                    });
                }
                _ => {}
            }
            part.done |= matches!(change, Change::Done(_));
        }
        for violation in found {
            self.found(violation);
        }
    }
}
