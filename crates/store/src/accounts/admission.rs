//! [`Admission`]: the part of one generation.

use crate::journal::Permit;
use crate::lease::{Hold, Leases, Payer, Refusal};
use crate::record::{ClientFields, GenerationRecord, Settlement};
use crate::usd::Usd;

/// The admission of one generation: room for its record, and the reservation of its cost.
///
/// Dropping it releases both without a record.
#[derive(Debug)]
#[must_use = "dropping it records nothing"]
pub struct Admission {
    permit: Permit,
    hold: Option<Hold>,
    leases: Leases,
    keeps_client_fields: bool,
}

impl Admission {
    pub(super) const fn new(permit: Permit, leases: Leases, keeps_client_fields: bool) -> Self {
        Self {
            permit,
            hold: None,
            leases,
            keeps_client_fields,
        }
    }

    /// Reserves the highest estimated cost, in place of what was reserved before. At least one unit of
    /// 10⁻⁹ USD is reserved, if a budget limits the payer.
    ///
    /// # Errors
    /// If a budget is too low, or the database does not answer and no lease covers the amount.
    pub async fn reserve(&mut self, payer: &Payer, amount: Usd) -> Result<(), Refusal> {
        self.hold = None;
        self.hold = Some(self.leases.reserve(payer, amount).await?);
        Ok(())
    }

    /// Records the generation and charges the cost in its record. Returns the part of the cost above
    /// the reservation.
    ///
    /// The record is in the journal when this returns: it survives the end of the process. It is in
    /// the database a moment later.
    pub fn settle(self, mut record: GenerationRecord) -> Usd {
        if !self.keeps_client_fields {
            record.client = ClientFields::default();
        }
        record.bound();
        let paid = match self.hold {
            Some(hold) => hold.settle(record.cost),
            None => crate::lease::Paid::default(),
        };
        let mut settlement = Settlement::new(record);
        settlement.account_lease = paid.account_lease;
        settlement.key_lease = paid.key_lease;
        self.permit.append(settlement);
        paid.excess
    }
}
