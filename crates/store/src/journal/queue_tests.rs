//! Tests of the queue.

use super::*;
use crate::time::Timestamp;

fn open(folder: &Path, max_bytes: u64, file_bytes: u64) -> Arc<Journal> {
    let mut options = JournalOptions::new(folder);
    options.kept_in_memory = 0; // what is on the disk is tested
    (options.max_bytes, options.file_bytes) = (max_bytes, file_bytes);
    let process = ProcessId::random().expect("an id");
    Arc::new(Journal::open(options, process).expect("a journal"))
}

fn settlement(number: usize) -> Settlement {
    Settlement::new(GenerationRecord::new(
        format!("gen-{number}"),
        Timestamp::now(),
    ))
}

fn append(journal: &Arc<Journal>, number: usize) {
    let permit = journal.permit().expect("a permit");
    permit.append(settlement(number));
}

/// Takes everything, and returns the numbers.
fn take_all(journal: &Journal, most: usize) -> Vec<String> {
    let mut ids = Vec::new();
    loop {
        let batch = journal.next_batch(most).expect("a batch");
        if batch.is_empty() {
            return ids;
        }
        assert!(batch.settlements.len() <= most);
        ids.extend(batch.settlements.iter().map(|it| it.record.id.clone()));
        journal.remove(&batch);
    }
}

fn files(folder: &Path) -> usize {
    let entries = fs::read_dir(folder).expect("a folder").flatten();
    let is_journal = |name: String| name.ends_with(".journal");
    entries
        .filter(|it| is_journal(it.file_name().to_string_lossy().into_owned()))
        .count()
}

#[test]
fn settlements_leave_in_the_order_in_which_they_came() {
    let folder = tempfile::tempdir().expect("a folder");
    let journal = open(folder.path(), 1 << 30, 2_000);
    let mut expected = Vec::new();
    for number in 0..100 {
        append(&journal, number);
        expected.push(format!("gen-{number}"));
    }
    assert_eq!(journal.pending(), 100);
    assert!(files(folder.path()) > 5);
    assert_eq!(take_all(&journal, 7), expected);
    assert_eq!((journal.pending(), files(folder.path())), (0, 1));
    journal.sync().expect("synchronised");
    journal.close();
    assert_eq!(fs::read_dir(folder.path()).expect("a folder").count(), 0);
}

#[test]
fn a_batch_that_is_not_removed_comes_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let journal = open(folder.path(), 1 << 30, 1 << 20);
    append(&journal, 1);
    for _ in 0..2 {
        assert_eq!(
            journal.next_batch(10).expect("a batch").settlements.len(),
            1
        );
    }
    journal.close();
    assert_eq!(files(folder.path()), 1, "the file is for another process");
}

#[test]
fn a_full_journal_refuses_permits_and_no_settlement() {
    let folder = tempfile::tempdir().expect("a folder");
    let journal = open(folder.path(), 10 * PERMIT_BYTES, 1 << 20);
    let permits: Vec<Permit> = (0..10)
        .map(|_| journal.permit().expect("a permit"))
        .collect();
    assert_eq!(journal.permit().expect_err("full"), JournalFull);
    for (number, permit) in permits.into_iter().enumerate() {
        permit.append(settlement(number));
    }
    // The records are smaller than what was kept free for them.
    let mut more = 0;
    while let Ok(permit) = journal.permit() {
        permit.append(settlement(more));
        more += 1;
    }
    assert!(more > 10);
    assert_eq!(take_all(&journal, 1000).len(), 10 + more);
    assert!(journal.permit().is_ok());
}

#[test]
fn a_dropped_permit_makes_room() {
    let folder = tempfile::tempdir().expect("a folder");
    let journal = open(folder.path(), PERMIT_BYTES, 1 << 20);
    let permit = journal.permit().expect("a permit");
    assert!(journal.permit().is_err());
    drop(permit);
    assert!(journal.permit().is_ok());
}

#[test]
fn a_full_disk_loses_no_settlement_and_admits_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut options = JournalOptions::new(folder.path());
    options.kept_in_memory = 0; // what is on the disk is tested
    let process = ProcessId::random().expect("an id");
    let full = |_: &Path| fs::OpenOptions::new().append(true).open("/dev/full");
    let journal = Arc::new(Journal::open_with(options, process, full).expect("a journal"));
    let (one, two) = (
        journal.permit().expect("a permit"),
        journal.permit().expect("a permit"),
    );
    one.append(settlement(1));
    two.append(settlement(2));
    assert!(journal.permit().is_err());
    assert_eq!(
        journal.find("gen-2").map(|record| record.id),
        Some("gen-2".to_owned())
    );
    assert_eq!(take_all(&journal, 1), ["gen-1", "gen-2"]);
    assert_eq!(journal.pending(), 0);
    assert!(journal.permit().is_ok());
}

#[test]
fn unwritten_records_are_found() {
    let folder = tempfile::tempdir().expect("a folder");
    let journal = open(folder.path(), 1 << 30, 2_000);
    for number in 0..50 {
        append(&journal, number);
    }
    for id in ["gen-0", "gen-4", "gen-49"] {
        assert_eq!(
            journal.find(id).map(|record| record.id).as_deref(),
            Some(id)
        );
    }
    assert_eq!(journal.find("gen-50"), None);
    assert_eq!(journal.find(""), None);
    let batch = journal.next_batch(1).expect("a batch");
    journal.remove(&batch);
    assert_eq!(journal.find("gen-0"), None);
}

#[test]
fn damage_in_a_file_loses_no_other_settlement() {
    let folder = tempfile::tempdir().expect("a folder");
    let journal = open(folder.path(), 1 << 30, 1 << 20);
    for number in 0..3 {
        append(&journal, number);
    }
    let path = journal.queue().files[0].path.clone();
    let mut bytes = fs::read(&path).expect("a file");
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(&path, bytes).expect("a file");
    let batch = journal.next_batch(10).expect("a batch");
    let ids: Vec<_> = batch
        .settlements
        .iter()
        .map(|it| it.record.id.as_str())
        .collect();
    assert_eq!(ids, ["gen-0", "gen-2"]);
    assert_eq!(batch.damaged.len(), 1);
    journal.remove(&batch);
    assert_eq!(journal.pending(), 0);
}

#[cfg(unix)]
#[test]
fn a_file_that_cannot_be_synchronised_is_tried_again_and_stops_no_other() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut options = JournalOptions::new(folder.path());
    options.kept_in_memory = 0; // what is on the disk is tested
    options.file_bytes = 1;
    let process = ProcessId::random().expect("an id");
    let create = |path: &Path| {
        let is_first = path.to_string_lossy().ends_with("1.journal");
        let null = || fs::OpenOptions::new().append(true).open("/dev/null"); // has no fdatasync
        if is_first { null() } else { create_file(path) }
    };
    let journal = Arc::new(Journal::open_with(options, process, create).expect("a journal"));
    append(&journal, 1);
    append(&journal, 2);
    for _ in 0..2 {
        journal.sync().expect_err("not synchronised");
        let unsynced: Vec<_> = journal.queue().files.iter().map(|it| it.unsynced).collect();
        assert_eq!(unsynced, [true, false]);
    }
}

#[cfg(unix)]
#[test]
fn only_the_owner_can_read_the_files() {
    use std::os::unix::fs::PermissionsExt as _;
    let above = tempfile::tempdir().expect("a folder");
    let folder = above.path().join("journal");
    let journal = open(&folder, 1 << 30, 1 << 20);
    append(&journal, 1);
    let mode = |path: &Path| fs::metadata(path).expect("a file").permissions().mode() & 0o777;
    assert_eq!(mode(&folder), 0o700);
    for entry in fs::read_dir(&folder).expect("a folder").flatten() {
        assert_eq!(mode(&entry.path()), 0o600, "{:?}", entry.path());
    }
}

#[test]
fn a_file_that_was_removed_or_cut_stops_no_other() {
    for cut in [false, true] {
        let folder = tempfile::tempdir().expect("a folder");
        let journal = open(folder.path(), 1 << 30, 1);
        for number in 1..4 {
            append(&journal, number);
        }
        let path = journal.queue().files[0].path.clone();
        if cut {
            let file = fs::OpenOptions::new().write(true).open(path);
            file.expect("a file").set_len(5).expect("cut");
        } else {
            fs::remove_file(path).expect("removed");
        }
        let found = journal.find("gen-3").map(|record| record.id);
        assert_eq!(found.as_deref(), Some("gen-3"));
        assert_eq!(take_all(&journal, 10), ["gen-2", "gen-3"]);
        assert_eq!(journal.pending(), 0);
    }
}

/// Takes a batch from the memory, or else from the disk.
fn next(journal: &Journal, most: usize) -> (bool, Batch) {
    match journal.recent_batch(most) {
        Some(batch) => (true, batch),
        None => (false, journal.next_batch(most).expect("a batch")),
    }
}

fn ids(batch: &Batch) -> Vec<String> {
    let records = batch.settlements.iter().map(|it| it.record.id.clone());
    records.collect()
}

#[test]
fn settlements_that_are_kept_in_memory_follow_those_that_are_read() {
    for (kept, most) in [(1, 7), (10, 7), (33, 1), (40, 1000), (1000, 13)] {
        let folder = tempfile::tempdir().expect("a folder");
        let mut options = JournalOptions::new(folder.path());
        options.kept_in_memory = kept;
        options.file_bytes = 1_000;
        let process = ProcessId::random().expect("an id");
        let journal = Arc::new(Journal::open(options, process).expect("a journal"));
        let (mut expected, mut left, mut from_memory) = (Vec::new(), Vec::new(), 0);
        for number in 0..100 {
            append(&journal, number);
            expected.push(format!("gen-{number}"));
            // Now and then a batch is taken, and every third one is not written.
            if number % 9 == 8 {
                let (memory, batch) = next(&journal, most);
                assert!(!batch.is_empty());
                if number % 27 != 26 {
                    from_memory += usize::from(memory);
                    left.extend(ids(&batch));
                    journal.remove(&batch);
                }
            }
        }
        loop {
            let (memory, mut batch) = next(&journal, most);
            if batch.is_empty() {
                break;
            }
            from_memory += usize::from(memory);
            left.extend(ids(&batch));
            let count = batch.count();
            assert_eq!(batch.take_settlements().len() as u64, count);
            assert_eq!(batch.count(), count, "what was taken counts");
            journal.remove(&batch);
        }
        assert_eq!(left, expected, "{kept} {most}");
        assert!(kept < 10 || from_memory > 0, "{kept} {most}");
        assert_eq!((journal.pending(), files(folder.path())), (0, 1));
    }
}

#[cfg(unix)]
#[test]
fn what_overflows_is_not_overtaken_by_what_is_kept_in_memory() {
    use std::sync::atomic::{AtomicBool, Ordering};
    static FULL: AtomicBool = AtomicBool::new(false);
    let folder = tempfile::tempdir().expect("a folder");
    let mut options = JournalOptions::new(folder.path());
    options.file_bytes = 1; // a file for each settlement
    let process = ProcessId::random().expect("an id");
    let create = |path: &Path| match FULL.load(Ordering::Relaxed) {
        true => fs::OpenOptions::new().append(true).open("/dev/full"),
        false => create_file(path),
    };
    let journal = Arc::new(Journal::open_with(options, process, create).expect("a journal"));
    let permits: Vec<Permit> = (0..6)
        .map(|_| journal.permit().expect("a permit"))
        .collect();
    for (number, permit) in permits.into_iter().enumerate() {
        FULL.store((2..4).contains(&number), Ordering::Relaxed);
        permit.append(settlement(number));
    }
    let mut left = Vec::new();
    loop {
        let (_, batch) = next(&journal, 4);
        if batch.is_empty() {
            break;
        }
        left.extend(ids(&batch));
        journal.remove(&batch);
    }
    append(&journal, 6);
    let (memory, batch) = next(&journal, 4);
    left.extend(ids(&batch));
    journal.remove(&batch);
    assert!(memory, "the queue was empty");
    left.sort();
    let expected: Vec<_> = (0..7).map(|number| format!("gen-{number}")).collect();
    assert_eq!(left, expected);
    assert_eq!(journal.pending(), 0);
}
