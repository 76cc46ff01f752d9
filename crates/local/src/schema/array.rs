//! Rewrites the constraints on arrays.

use serde_json::{Map, Value};

use super::change::{entry, member};
use super::rewrite::{Rewriter, UNSUPPORTED, combines};

impl Rewriter<'_> {
    pub(super) fn arrays(
        &mut self,
        members: &Map<String, Value>,
        own: &mut Map<String, Value>,
        at: &str,
    ) {
        self.counts(members, ["minItems", "maxItems"], own, at);
        // Until draft 2019-09, `items` could be a list of schemas.
        let (prefix, rest) = match members.get("items") {
            Some(Value::Array(_)) => ("items", "additionalItems"),
            _ => ("prefixItems", "items"),
        };
        match members.get(prefix) {
            None => {}
            Some(Value::Array(nodes)) => {
                let path = member(at, prefix);
                let nodes = nodes
                    .iter()
                    .enumerate()
                    .map(|(index, node)| self.node(node, &entry(&path, index)))
                    .collect();
                own.insert("prefixItems".to_owned(), nodes);
            }
            Some(_) => self.change(&member(at, prefix), "must be a list of schemas"),
        }
        if let Some(node) = members.get(rest) {
            let node = self.node(node, &member(at, rest));
            own.insert("items".to_owned(), node);
        }
        self.unevaluated_items(members, own, at);
        if members
            .get("uniqueItems")
            .is_some_and(|flag| *flag != false)
        {
            self.change(&member(at, "uniqueItems"), UNSUPPORTED);
        }
        let at_least = members.get("minContains").and_then(Value::as_u64);
        let at_most = members.contains_key("maxContains");
        if members.contains_key("contains") && (at_least != Some(0) || at_most) {
            self.change(&member(at, "contains"), UNSUPPORTED);
        }
    }

    fn unevaluated_items(
        &mut self,
        members: &Map<String, Value>,
        own: &mut Map<String, Value>,
        at: &str,
    ) {
        match members.get("unevaluatedItems") {
            None | Some(Value::Bool(true)) => {}
            Some(_) if own.contains_key("items") => {}
            Some(node) if !combines(members) && !members.contains_key("contains") => {
                let node = self.node(node, &member(at, "unevaluatedItems"));
                own.insert("items".to_owned(), node);
            }
            Some(_) => self.change(&member(at, "unevaluatedItems"), UNSUPPORTED),
        }
    }
}
