//! [`Writer`]: writes samples in either format.

use std::borrow::Cow;
use std::fmt;

use prometheus_client::encoding::{DescriptorEncoder, MetricEncoder, NoLabelSet};

use super::families::Family;
use crate::metrics::Content;

/// The labels of a sample.
pub(super) type Labels<'a> = Vec<(&'static str, Cow<'a, str>)>;

/// Writes samples in either format.
pub(super) struct Writer<'a>(DescriptorEncoder<'a>);

impl<'a> Writer<'a> {
    pub(super) fn new(encoder: DescriptorEncoder<'a>) -> Self {
        Self(encoder)
    }

    /// Begins a metric.
    pub(super) fn family<'s>(&'s mut self, family: &'s Family) -> Result<Samples<'s>, fmt::Error> {
        let Family {
            name,
            unit,
            kind,
            help,
        } = family;
        let encoder = self.0.encode_descriptor(name, help, unit.as_ref(), *kind)?;
        Ok(Samples(encoder))
    }

    /// Writes a metric of one gauge without labels.
    pub(super) fn gauge(&mut self, family: &Family, value: f64) -> fmt::Result {
        self.family(family)?.gauge(&Vec::new(), value)
    }

    /// Writes a metric of one counter without labels.
    pub(super) fn counter(&mut self, family: &Family, value: f64) -> fmt::Result {
        self.family(family)?.counter(&Vec::new(), value)
    }
}

/// The samples of one metric.
pub(super) struct Samples<'a>(MetricEncoder<'a>);

impl Samples<'_> {
    pub(super) fn gauge(&mut self, labels: &Labels<'_>, value: f64) -> fmt::Result {
        self.0.encode_family(labels)?.encode_gauge(&value)
    }

    pub(super) fn counter(&mut self, labels: &Labels<'_>, value: f64) -> fmt::Result {
        self.0
            .encode_family(labels)?
            .encode_counter::<NoLabelSet, f64, f64>(&value, None)
    }

    pub(super) fn histogram(&mut self, labels: &Labels<'_>, content: &Content) -> fmt::Result {
        self.0
            .encode_family(labels)?
            .encode_histogram::<NoLabelSet>(content.sum, content.count, &content.buckets, None)
    }

    pub(super) fn info(&mut self, labels: &Labels<'_>) -> fmt::Result {
        self.0.encode_info(labels)
    }
}
