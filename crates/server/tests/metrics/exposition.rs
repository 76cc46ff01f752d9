//! A strict reader of both text formats.

use std::collections::{BTreeMap, BTreeSet};

/// The content of a response of `/metrics`.
#[derive(Debug, Default)]
pub(crate) struct Exposition {
    pub(crate) families: BTreeMap<String, Family>,
}

#[derive(Debug, Default)]
pub(crate) struct Family {
    pub(crate) kind: String,
    pub(crate) help: String,
    pub(crate) unit: Option<String>,
    pub(crate) samples: Vec<Sample>,
}

#[derive(Clone, Debug)]
pub(crate) struct Sample {
    /// The name with its suffix.
    pub(crate) name: String,
    pub(crate) labels: BTreeMap<String, String>,
    pub(crate) value: f64,
}

impl Exposition {
    /// Reads a text. Checks that each family is written once, that its samples follow its head, that
    /// no series is written twice, and that the buckets of histograms ascend to the count.
    pub(crate) fn read(text: &str, open_metrics: bool) -> Self {
        let body = match open_metrics {
            true => text.strip_suffix("# EOF\n").expect("the end"),
            false => text,
        };
        assert!(body.ends_with('\n') && !body.contains("# EOF"));
        let mut read = Self::default();
        let mut current = String::new();
        let mut seen = BTreeSet::new();
        for line in body.lines() {
            if let Some(rest) = line.strip_prefix("# ") {
                let (keyword, rest) = rest.split_once(' ').unwrap();
                let (name, value) = rest.split_once(' ').unwrap();
                if keyword == "HELP" {
                    assert!(!read.families.contains_key(name), "{name} is written twice");
                    name.clone_into(&mut current);
                }
                assert_eq!(name, current, "{line}");
                let family = read.families.entry(name.to_owned()).or_default();
                match keyword {
                    "HELP" => value.clone_into(&mut family.help),
                    "TYPE" => value.clone_into(&mut family.kind),
                    "UNIT" if open_metrics => family.unit = Some(value.to_owned()),
                    _ => panic!("{line}"),
                }
                continue;
            }
            let sample = sample(line);
            assert!(sample.name.starts_with(&current), "{line} after {current}");
            assert!(
                seen.insert((sample.name.clone(), sample.labels.clone())),
                "{line} twice"
            );
            read.families
                .get_mut(&current)
                .unwrap()
                .samples
                .push(sample);
        }
        for (name, family) in &read.families {
            family.check(name, open_metrics);
        }
        read
    }

    /// Returns the number of series.
    pub(crate) fn series(&self) -> usize {
        self.families
            .values()
            .map(|family| family.samples.len())
            .sum()
    }

    /// Returns the samples of this name that have all these labels.
    pub(crate) fn find(&self, name: &str, labels: &[(&str, &str)]) -> Vec<&Sample> {
        let samples = self.families.values().flat_map(|family| &family.samples);
        samples
            .filter(|sample| sample.name == name)
            .filter(|sample| {
                let has = |(key, value): &(&str, &str)| {
                    sample.labels.get(*key).map(String::as_str) == Some(*value)
                };
                labels.iter().all(has)
            })
            .collect()
    }

    /// Returns the sum of the samples of this name that have all these labels.
    pub(crate) fn sum(&self, name: &str, labels: &[(&str, &str)]) -> f64 {
        self.find(name, labels)
            .iter()
            .map(|sample| sample.value)
            .sum()
    }
}

impl Family {
    fn check(&self, name: &str, open_metrics: bool) {
        assert!(!self.help.is_empty() && !self.kind.is_empty(), "{name}");
        if let Some(unit) = &self.unit {
            assert!(name.ends_with(&format!("_{unit}")), "{name} {unit}");
        }
        let suffixes: &[&str] = match (self.kind.as_str(), open_metrics) {
            ("histogram", _) => &["_bucket", "_sum", "_count"],
            ("counter", true) => &["_total"],
            ("info", true) => &["_info"],
            ("counter" | "gauge", _) => &[""],
            other => panic!("{name}: {other:?}"),
        };
        for sample in &self.samples {
            let suffix = sample.name.strip_prefix(name).unwrap();
            assert!(suffixes.contains(&suffix), "{}", sample.name);
        }
        if self.kind == "histogram" {
            self.check_histogram(name);
        }
    }

    fn check_histogram(&self, name: &str) {
        let named = |suffix: &str| {
            let name = format!("{name}{suffix}");
            self.samples
                .iter()
                .filter(move |sample| sample.name == name)
        };
        for count in named("_count") {
            let same = |sample: &&Sample| {
                let mut labels = sample.labels.clone();
                labels.remove("le");
                labels == count.labels
            };
            assert_eq!(named("_sum").filter(same).count(), 1);
            let bound = |sample: &Sample| match sample.labels["le"].as_str() {
                "+Inf" => f64::INFINITY,
                number => number.parse().unwrap(),
            };
            let buckets: Vec<(f64, f64)> = named("_bucket")
                .filter(same)
                .map(|sample| (bound(sample), sample.value))
                .collect();
            assert!(
                buckets.is_sorted_by(|a, b| a.0 < b.0 && a.1 <= b.1),
                "{name} {buckets:?}"
            );
            assert_eq!(
                buckets.last(),
                Some(&(f64::INFINITY, count.value)),
                "{name}"
            );
        }
    }
}

fn sample(line: &str) -> Sample {
    let end = line.find(['{', ' ']).unwrap();
    let (name, mut rest) = line.split_at(end);
    let mut labels = BTreeMap::new();
    if let Some(inside) = rest.strip_prefix('{') {
        rest = inside;
        while !rest.starts_with('}') {
            let (key, after) = rest.split_once("=\"").unwrap();
            let mut value = String::new();
            let mut characters = after.char_indices();
            let end = loop {
                match characters.next().expect("a quote") {
                    (at, '"') => break at + 1,
                    (_, '\\') => value.push(match characters.next().unwrap().1 {
                        'n' => '\n',
                        other => other,
                    }),
                    (_, other) => value.push(other),
                }
            };
            assert_eq!(labels.insert(key.to_owned(), value), None, "{line}");
            rest = &after[end..];
            rest = rest.strip_prefix(',').unwrap_or(rest);
        }
        rest = &rest[1..];
    }
    let value = rest.strip_prefix(' ').unwrap();
    let value = match value {
        "+Inf" => f64::INFINITY,
        number => number.parse().unwrap_or_else(|_| panic!("{line}")),
    };
    Sample {
        name: name.to_owned(),
        labels,
        value,
    }
}
