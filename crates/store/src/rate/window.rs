//! [`Window`]: what this process may use of a rate limit in the current minute.

use std::time::Duration;

use tokio::time::Instant;

use crate::store::RateGrant;

/// A part is this fraction of the limit, so that a process asks the database at most about 20 times a
/// minute for each key.
const PARTS: u32 = 20;

/// The part of a rate limit that this process may use in the current minute.
#[derive(Debug)]
pub(super) struct Window {
    limit: u32,
    /// Amount that was granted and is not used.
    granted: u32,
    /// Amount that was used beyond what was granted.
    owed: u32,
    /// Amount that is left of the limit for further grants.
    left: u32,
    ends_at: Instant,
    /// `true` if the database did not answer in this window, so that the limit applies to this process
    /// alone.
    local: bool,
}

/// The result of an attempt to use a part of a limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Use {
    /// It is used. `low`: a further part should be taken.
    Used { low: bool },
    /// Nothing is left until the window ends.
    Exhausted,
    /// The database must be asked.
    Short,
}

impl Window {
    pub(super) fn new(limit: u32, now: Instant) -> Self {
        Self {
            limit,
            granted: 0,
            owed: 0,
            left: limit,
            ends_at: now,
            local: false,
        }
    }

    /// Uses an amount.
    pub(super) fn try_use(&mut self, amount: u32, limit: u32, now: Instant) -> Use {
        if now >= self.ends_at || self.limit != limit {
            let owed = self.owed; // of a response that ended late
            *self = Self {
                owed: if now >= self.ends_at { 0 } else { owed },
                ..Self::new(limit, now)
            };
            return Use::Short;
        }
        if amount <= self.granted {
            self.granted -= amount;
            let low = self.granted < self.part() / 2 && self.left > 0 && !self.local;
            return Use::Used { low };
        }
        // Tokens of one request may be more than a part, and no part is left of a limit that is used.
        if self.left == 0 {
            Use::Exhausted
        } else {
            Use::Short
        }
    }

    /// Uses an amount whether or not it was granted.
    pub(super) fn add_used(&mut self, amount: u32) {
        let covered = amount.min(self.granted);
        self.granted -= covered;
        self.owed = self.owed.saturating_add(amount - covered);
    }

    /// Returns what was used beyond what was granted, and what to ask for so that `amount` can be
    /// used.
    pub(super) fn request(&mut self, amount: u32) -> (u32, u32) {
        let missing = amount.saturating_sub(self.granted);
        (std::mem::take(&mut self.owed), missing.max(self.part()))
    }

    pub(super) fn grant(&mut self, grant: RateGrant, now: Instant) {
        self.granted = self.granted.saturating_add(grant.granted);
        self.left = grant.left;
        self.ends_at = now + grant.resets_in;
        self.local = false;
    }

    /// Grants what is left of the limit to this process, because the database does not answer.
    pub(super) fn grant_locally(&mut self, now: Instant) {
        if !self.local {
            self.local = true;
            self.granted = self.granted.saturating_add(self.left);
            self.left = 0;
            if self.ends_at <= now {
                self.ends_at = now + Duration::from_secs(60);
            }
        }
    }

    /// Returns the limit, what this process knows to be left of it, and the time until it resets.
    pub(super) fn status(&self, now: Instant) -> (u32, u32, Duration) {
        let left = self
            .granted
            .saturating_add(self.left)
            .saturating_sub(self.owed);
        let resets_in = self.ends_at.saturating_duration_since(now);
        (self.limit, left.min(self.limit), resets_in)
    }

    pub(super) fn has_ended(&self, now: Instant) -> bool {
        now >= self.ends_at
    }

    fn part(&self) -> u32 {
        self.limit.div_ceil(PARTS).max(1)
    }
}
