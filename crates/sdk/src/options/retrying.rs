//! The retry settings of one layer of options.

use std::sync::Arc;

use crate::retry::{RetryCodes, RetryConfig, RetryPolicy};

/// Retry settings: either a policy of the caller's, or a configuration, a number of attempts and a
/// list of statuses.
///
/// A setter of one kind removes the settings of the other, in a layer and between layers. So no
/// setting is silently ignored.
#[derive(Clone, Debug, Default)]
pub(super) struct Retrying {
    policy: Option<Arc<dyn RetryPolicy>>,
    retries: Option<RetryConfig>,
    /// Overrides the number in `retries`.
    attempts: Option<u32>,
    codes: Option<RetryCodes>,
}

impl Retrying {
    pub(super) fn set_retries(&mut self, retries: RetryConfig) {
        self.policy = None;
        self.attempts = None;
        self.retries = Some(retries);
    }

    pub(super) fn set_attempts(&mut self, attempts: u32) {
        self.policy = None;
        self.attempts = Some(attempts);
    }

    pub(super) fn set_codes(&mut self, codes: RetryCodes) {
        self.policy = None;
        self.codes = Some(codes);
    }

    pub(super) fn set_policy(&mut self, policy: Arc<dyn RetryPolicy>) {
        *self = Self {
            policy: Some(policy),
            ..Self::default()
        };
    }

    pub(super) fn retries(&self) -> Option<&RetryConfig> {
        self.retries.as_ref()
    }

    pub(super) fn attempts(&self) -> Option<u32> {
        self.attempts
    }

    pub(super) fn is_set(&self) -> bool {
        self.policy.is_some()
            || self.retries.is_some()
            || self.attempts.is_some()
            || self.codes.is_some()
    }

    /// Returns the settings of both layers. Those of `self` count as set after those of `below`.
    pub(super) fn over(&self, below: &Self) -> Self {
        let mut all = below.clone();
        if let Some(policy) = &self.policy {
            all.set_policy(Arc::clone(policy));
        }
        if let Some(retries) = &self.retries {
            all.set_retries(retries.clone());
        }
        if let Some(attempts) = self.attempts {
            all.set_attempts(attempts);
        }
        if let Some(codes) = &self.codes {
            all.set_codes(codes.clone());
        }
        all
    }

    /// Returns an error message if the configuration contradicts itself.
    pub(super) fn check(&self) -> Result<(), &'static str> {
        self.retries.as_ref().map_or(Ok(()), RetryConfig::check)
    }

    /// Returns the policy of these settings, with defaults for those that are not set.
    pub(super) fn policy(&self) -> Arc<dyn RetryPolicy> {
        match &self.policy {
            Some(policy) => Arc::clone(policy),
            None => {
                let mut retries = self.retries.clone().unwrap_or_default();
                if let Some(attempts) = self.attempts {
                    retries = retries.with_attempts(attempts);
                }
                Arc::new(retries.with_codes(self.codes.as_ref()))
            }
        }
    }
}
