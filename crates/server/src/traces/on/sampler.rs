//! [`Sampler`]: decides which traces are recorded.

use super::context::TraceContext;

/// The decision about a trace that begins here.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Root {
    Always,
    Never,
    /// The share of traces, from 0 to 1.
    Ratio(f64),
}

/// The rule for a request.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Sampler {
    pub(super) root: Root,
    /// `true` if the decision of a client that sends its context is kept.
    pub(super) parent_based: bool,
}

impl Default for Sampler {
    fn default() -> Self {
        Self {
            root: Root::Always,
            parent_based: true,
        }
    }
}

impl Sampler {
    /// Returns the sampler of this name, with the argument that only the ratios have.
    pub(super) fn named(name: &str, ratio: f64) -> Option<Self> {
        let (parent_based, root) = match name.strip_prefix("parentbased_") {
            Some(root) => (true, root),
            None => (false, name),
        };
        let root = match root {
            "always_on" => Root::Always,
            "always_off" => Root::Never,
            "traceidratio" => Root::Ratio(ratio),
            _ => return None,
        };
        Some(Self { root, parent_based })
    }

    /// Returns the context of a request's span.
    pub(super) fn begin(self, parent: Option<&TraceContext>) -> TraceContext {
        match parent {
            None => TraceContext::root(|trace| self.takes(trace)),
            Some(parent) => {
                let mut context = parent.child();
                if !self.parent_based {
                    context.sampled = self.takes(context.trace);
                }
                context
            }
        }
    }

    fn takes(self, trace: u128) -> bool {
        match self.root {
            Root::Always => true,
            Root::Never => false,
            // The last 8 bytes of the identifier, as the SDKs of OpenTelemetry do: with the same
            // ratio, all servers of a trace decide the same.
            Root::Ratio(ratio) => {
                let number = (trace as u64) >> 1;
                (number as f64) < ratio * (1_u64 << 63) as f64
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parent(sampled: bool) -> TraceContext {
        let mut context = TraceContext::root(|_| sampled);
        context.trace |= u128::from(u64::MAX); // never in a ratio
        context
    }

    fn sampled(name: &str, parent: Option<&TraceContext>) -> bool {
        Sampler::named(name, 0.5).unwrap().begin(parent).sampled
    }

    #[test]
    fn the_decision_of_a_parent_counts_if_the_sampler_is_based_on_it() {
        for flag in [true, false] {
            let parent = Some(parent(flag));
            assert_eq!(sampled("parentbased_always_on", parent.as_ref()), flag);
            assert_eq!(sampled("parentbased_always_off", parent.as_ref()), flag);
            assert_eq!(sampled("parentbased_traceidratio", parent.as_ref()), flag);
            assert!(sampled("always_on", parent.as_ref()));
            assert!(!sampled("always_off", parent.as_ref()));
            assert!(!sampled("traceidratio", parent.as_ref()));
        }
        assert!(sampled("parentbased_always_on", None));
        assert!(!sampled("parentbased_always_off", None));
        assert_eq!(Sampler::named("xray", 1.0), None);
    }

    #[test]
    fn a_ratio_takes_its_share() {
        let share = |ratio: f64| {
            let sampler = Sampler::named("traceidratio", ratio).unwrap();
            (0..4000).filter(|_| sampler.begin(None).sampled).count()
        };
        assert_eq!(share(0.0), 0);
        assert_eq!(share(1.0), 4000);
        let quarter = share(0.25);
        assert!((800..1200).contains(&quarter), "{quarter}");
    }

    #[test]
    fn a_child_has_the_trace_of_its_parent_and_a_span_of_its_own() {
        let parent = parent(true);
        let child = Sampler::default().begin(Some(&parent));
        assert_eq!(child.trace, parent.trace);
        assert_ne!(child.span, parent.span);
    }
}
