//! Arrows between named places, and the cycles that they form.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write,
};

/// Each place with the places that it leads to, and the names for which it does.
#[derive(Default)]
pub(crate) struct Graph(BTreeMap<String, BTreeMap<String, BTreeSet<String>>>);

impl Graph {
    /// Adds an arrow; one from a place to itself says nothing and is left out.
    pub(crate) fn add(&mut self, from: &str, to: &str, name: &str) {
        if from != to {
            let arrows = self.0.entry(from.to_owned()).or_default();
            arrows
                .entry(to.to_owned())
                .or_default()
                .insert(name.to_owned());
        }
    }

    /// The places that can be reached from `start` by at least one arrow.
    fn reach(&self, start: &str) -> BTreeSet<&str> {
        let mut reached = BTreeSet::new();
        let mut open = vec![start];
        while let Some(place) = open.pop() {
            for to in self.0.get(place).into_iter().flat_map(BTreeMap::keys) {
                if reached.insert(to.as_str()) {
                    open.push(to);
                }
            }
        }
        reached
    }
}

/// Returns one text per cycle: its arrows, one per line.
pub(crate) fn cycles(graph: &Graph) -> Vec<String> {
    let reach: BTreeMap<&str, BTreeSet<&str>> = graph
        .0
        .keys()
        .map(|place| (place.as_str(), graph.reach(place)))
        .collect();
    let mut told = BTreeSet::new();
    let mut texts = Vec::new();
    for (&place, reached) in &reach {
        if !reached.contains(place) || told.contains(place) {
            continue;
        }
        let together: BTreeSet<&str> = reached
            .iter()
            .copied()
            .filter(|other| reach.get(other).is_some_and(|back| back.contains(place)))
            .collect();
        let mut text = String::new();
        for from in &together {
            for (to, names) in &graph.0[*from] {
                if together.contains(to.as_str()) {
                    let names: Vec<&str> = names.iter().map(String::as_str).collect();
                    writeln!(text, "  {from} -> {to}: {}", names.join(", "))
                        .expect("a String takes all text");
                }
            }
        }
        told.extend(together);
        texts.push(text);
    }
    texts
}
