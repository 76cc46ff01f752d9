//! One suite for all backends. Each test has a database of its own.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "this is a test"
)]

mod accounts;
mod concurrency;
mod keys;
mod leases;
mod records;
mod shared;
mod support;

#[cfg(feature = "postgres")]
mod postgres;
#[cfg(feature = "sqlite")]
mod sqlite;

/// Makes a test of each case. `$open` returns a database, or `None` if the test is to be skipped.
macro_rules! suite {
    ($open:path) => {
        crate::suite! { $open;
            accounts: the_default_account_has_no_credits, credits_are_added_once,
                grants_that_cannot_be_stored_are_refused;
            keys: a_new_key_is_found_by_its_hash, keys_are_listed_in_pages,
                a_change_replaces_only_its_members, a_deleted_key_is_unknown,
                texts_are_values_and_never_sql, values_that_cannot_be_stored_are_refused,
                changes_are_announced;
            leases: a_lease_is_granted_up_to_the_balance, a_request_is_applied_once,
                a_budget_without_a_limit_needs_no_lease, the_leases_of_a_dead_process_expire,
                an_ended_process_returns_its_leases, two_processes_share_what_is_available,
                a_limit_counts_the_charges_of_its_window;
            records: a_record_is_written_and_charged_once, leases_pay_for_charges,
                a_charge_without_its_lease_is_charged_in_full, a_record_is_read_in_its_scope_only,
                a_record_keeps_all_its_members, activity_has_the_completed_days,
                an_export_has_every_record_once, client_fields_are_removed_after_their_time,
                old_sums_are_removed_and_lifetime_sums_kept,
                a_record_that_was_removed_is_not_charged_again,
                absurd_numbers_of_a_provider_do_not_stop_later_records,
                charges_of_deleted_keys_and_unknown_accounts_are_recorded;
            shared: a_rate_limit_is_taken_in_parts, conversations_are_shared,
                outages_of_other_processes_are_summed;
            concurrency: no_interleaving_spends_more_than_the_balance,
                the_sums_of_records_charges_and_credits_are_equal;
        }
    };
    ($open:path; $($module:ident: $($case:ident),+;)+) => {
        $($(
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $case() {
                if let Some(database) = $open().await {
                    crate::$module::$case(database.store()).await;
                    database.close().await;
                }
            }
        )+)+
    };
}

pub(crate) use suite;
