//! The behaviours of the TypeScript SDK, and the behaviour of this crate in the same situation.
//!
//! Each row was observed by running the TypeScript SDK. Tests in this folder are named `bNN_..` after
//! their row; the table names the tests elsewhere that cover the other rows.
//! `docs/migrating-from-typescript.md` gives the reason for each difference.
//!
//! | Row | Behaviour | Tests |
//! |---|---|---|
//! | B1 | the body of an empty request; method, path, `Accept` | `reference_page::row_the_empty_request`, `reference_page::row_beta_responses_send`, `create::over_a_socket_with_status_headers_and_generation_id_beside` |
//! | B2 | `Accept` of a stream; attribution of client and call | [`setup`] |
//! | B3 | the key: string, function, prefix, environment, empty | [`setup`], `client_setup::a_provider_is_asked_once_a_call_and_its_failure_is_the_calls` |
//! | B4 | a caller's headers and user agent | [`setup`] |
//! | B5 | a call's server: query, fragment, empty, invalid | `client_setup::a_call_can_go_elsewhere_with_a_query`, `client_setup::urls_that_cannot_work_are_refused_by_name` |
//! | B6 | 14 statuses with all parts of their bodies | `reference_page::row_errors_by_status` |
//! | B7 | other statuses, other content types, the message | [`answers`], `error_bodies::every_status_with_every_body_has_its_kind_and_keeps_everything` |
//! | B8 | odd error bodies | `error_bodies::every_status_with_every_body_has_its_kind_and_keeps_everything`, `error_bodies::availability_says_what_could_serve_instead` |
//! | B9 | malformed JSON, in a success and in an error | `successes_that_are_none::json_that_is_no_response_is_a_decode_error_with_its_body`, `error_bodies::every_status_with_every_body_has_its_kind_and_keeps_everything` |
//! | B10 | 201, 204, 302, 307 | the table of `faults`, `faults::redirects::redirects_are_followed_within_the_origin_and_as_they_are`, `faults::redirects::other_redirects_are_errors_and_the_key_goes_nowhere` |
//! | B11 | unknown values, members, items, parts, annotations, tools, formats | [`answers`] |
//! | B12 | unknown choices, missing and mistyped members | [`answers`], `successes_that_are_none::odd_responses_are_tolerated` |
//! | B13 | 503, 500, 200 | [`retries`] |
//! | B14 | the server's hints, in all forms | `retry_policy::a_hint_is_a_lower_bound_in_all_its_forms`, `retry_policy::a_hint_past_the_last_start_ends_the_call_at_once`, `retry_policy::the_reference_schedule_is_there_by_name` |
//! | B15 | 429, and lists of statuses | `retry_policy::by_default_what_did_not_run_is_tried_again_and_nothing_else`, `retry_policy::codes_replace_the_list` |
//! | B16 | the error after the last attempt | [`retries`] |
//! | B17 | a refused connection under each setting | [`retries`] |
//! | B18 | limits on time: tried again, beside an abort handle, switched off | [`retries`], `retry_policy::the_total_limit_holds_over_all_attempts` |
//! | B19 | an abort before, during, between and after | the tests of `abort`, `retry_policy::an_abort_ends_a_wait_at_once` |
//! | B20 | the grammar of event streams | [`streams`], `stream::event_names_comments_and_every_line_end_are_understood` |
//! | B21 | unknown, incomplete and odd events | [`streams`], `stream::unknown_and_mistyped_events_do_not_end_a_stream` |
//! | B22 | malformed, reset, silent in the middle | `stream::an_event_that_is_not_json_ends_the_stream_with_what_came`, `stream::a_broken_connection_holds_what_came`, `stream::silence_is_an_error_and_comments_are_not_silence` |
//! | B23 | failures inside a stream | `stream::failures_inside_the_stream_are_errors_in_every_shape`, `stream::incomplete_is_an_end_and_no_error` |
//! | B24 | an answer of the other form | [`answers`], `stream::a_server_that_answers_whole_is_read_as_a_stream`, `create::a_server_that_streams_instead_is_understood` |
//! | B25 | giving up closes the connection | [`streams`], `stream::dropping_it_closes_the_connection` |
//! | B26 | retries before the head of a stream, and none after | `retry_policy::a_stream_is_retried_before_its_head_only`, `retry_policy::a_success_is_never_repeated_whatever_its_body_does` |
//! | B27 | code around calls and attempts | `middleware::the_first_added_stands_outermost_at_both_places`, `middleware::failures_of_an_attempt_count_as_the_transports` |
//! | B28 | output goes back as input | [`answers`], `round_trip::output_goes_back_in_member_for_member` |
//! | B29 | the environment, the debug log | [`setup`], `client_setup::the_environment_fills_what_code_leaves_open` |
//! | B30 | compressed answers | the tests of `compression` |
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod answers;
mod retries;
mod setup;
mod streams;
#[path = "../support/mod.rs"]
mod support;

/// Every test that the table above names must exist.
#[test]
fn the_index_is_complete_and_names_tests_that_exist() {
    let tests = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    let read = |file: &str| std::fs::read_to_string(tests.join(file)).unwrap_or_default();
    let mut rows = 0;
    for line in include_str!("main.rs").lines() {
        let Some(row) = line.strip_prefix("//! | B") else {
            continue;
        };
        rows += 1;
        let (number, row) = row.split_once(' ').unwrap();
        assert_eq!(number.parse(), Ok(rows));
        for (place, module) in row.split('`').enumerate() {
            if place % 2 == 0 {
                continue;
            }
            if let Some((path, test)) = module.rsplit_once("::") {
                let file = &format!("{}.rs", path.replace("::", "/"));
                let found = read(file).contains(&format!("fn {test}("));
                assert!(found, "B{number}: {module}");
            } else if row.contains(&format!("[`{module}`]")) {
                let own = read(&format!("reference_behaviour/{module}.rs"));
                assert!(
                    own.contains(&format!("fn b{rows:02}_")),
                    "B{number}: {module}"
                );
            }
        }
    }
    assert_eq!(rows, 30);
}
