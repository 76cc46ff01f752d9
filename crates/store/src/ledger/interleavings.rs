//! Explores all interleavings of small systems of two levels: a database, and processes that reserve
//! generations against their leases. Requests can be delayed, applied without a response, or arrive
//! after later ones; batches can be written without an acknowledgement; processes crash, and leases
//! expire.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use super::{Ledger, Outcome, Reservation, Transition};
use crate::usd::Usd;

type Generation = u8;

/// A process's number, and the number of its lease.
type Lease = (usize, u8);

const fn usd(nanos: i64) -> Usd {
    Usd::from_nanos(nanos)
}

/// The bounds of a system.
#[derive(Clone, Copy)]
struct Bounds {
    processes: usize,
    /// Generations of each process.
    generations: u8,
    balance: i64,
    estimate: i64,
    /// The possible costs of a generation.
    costs: &'static [i64],
    /// A lease is extended by this amount beyond what is missing.
    chunk: i64,
    /// Requests for leases of each process.
    requests: i64,
    timeouts: u8,
    crashes: u8,
    lost_acknowledgements: u8,
    /// Expiries of leases whose process is alive or has unwritten charges.
    early_expiries: u8,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Process {
    alive: bool,
    /// `false` after the time for which the process may use its lease.
    valid: bool,
    ledger: Ledger<Generation, Generation>,
    lease: u8,
    version: i64,
    /// Version of the request whose response the process waits for.
    waits_for: Option<i64>,
    started: u8,
    /// Charges that are not known to be written.
    journal: Vec<(Generation, Lease, Usd)>,
    /// Costs above the estimates, since the lease began.
    excess: Usd,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Message {
    Request {
        lease: Lease,
        version: i64,
        least: Usd,
        most: Usd,
    },
    Granted {
        lease: Lease,
        version: i64,
        granted: Usd,
    },
    Refused {
        lease: Lease,
        version: i64,
    },
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct World {
    database: Ledger<Lease, Generation>,
    registered: Vec<bool>,
    processes: Vec<Process>,
    network: BTreeSet<Message>,
    /// The costs of all generations that were settled in a process.
    costs: BTreeMap<Generation, Usd>,
    /// The excess that the database reported.
    excess: Usd,
    timeouts: u8,
    crashes: u8,
    lost_acknowledgements: u8,
    early_expiries: u8,
}

impl World {
    fn new(bounds: &Bounds) -> Self {
        let process = Process {
            alive: true,
            valid: true,
            ledger: Ledger::new(Some(Usd::ZERO), Usd::ZERO),
            lease: 0,
            version: 0,
            waits_for: None,
            started: 0,
            journal: Vec::new(),
            excess: Usd::ZERO,
        };
        Self {
            database: Ledger::new(Some(usd(bounds.balance)), Usd::ZERO),
            registered: vec![true; bounds.processes],
            processes: vec![process; bounds.processes],
            network: BTreeSet::new(),
            costs: BTreeMap::new(),
            excess: Usd::ZERO,
            timeouts: bounds.timeouts,
            crashes: bounds.crashes,
            lost_acknowledgements: bounds.lost_acknowledgements,
            early_expiries: bounds.early_expiries,
        }
    }

    /// Returns the states that one step leads to.
    fn next(&self, bounds: &Bounds) -> Vec<World> {
        let mut next = Vec::new();
        for index in 0..self.processes.len() {
            if self.processes[index].alive {
                self.generations(index, bounds, &mut next);
                self.requests(index, bounds, &mut next);
            }
            self.writes(index, &mut next);
            self.crashes_and_expiries(index, &mut next);
        }
        for message in &self.network {
            let mut world = self.clone();
            world.network.remove(message);
            world.deliver(message);
            next.push(world);
        }
        next
    }

    fn step(&self, index: usize, change: impl FnOnce(&mut World, usize)) -> World {
        let mut world = self.clone();
        change(&mut world, index);
        world
    }

    fn generations(&self, index: usize, bounds: &Bounds, next: &mut Vec<World>) {
        let process = &self.processes[index];
        let generation = index as u8 * bounds.generations + process.started;
        if process.valid && process.started < bounds.generations {
            let mut world = self.clone();
            let process = &mut world.processes[index];
            let outcome = process.ledger.apply(Transition::Reserve {
                id: generation,
                version: 1,
                least: usd(bounds.estimate),
                most: usd(bounds.estimate),
            });
            process.started += 1;
            if matches!(outcome, Outcome::Reserved { .. }) {
                next.push(world);
            }
        }
        for (&generation, _) in process.ledger.reservations() {
            next.push(self.step(index, |world, index| {
                let ledger = &mut world.processes[index].ledger;
                ledger.apply(Transition::Release { id: generation });
            }));
            for &cost in bounds.costs {
                next.push(self.step(index, |world, index| {
                    world.costs.insert(generation, usd(cost));
                    let process = &mut world.processes[index];
                    let lease = (index, process.lease);
                    process.journal.push((generation, lease, usd(cost)));
                    let settle = Transition::Settle {
                        charge: generation,
                        from: Some(generation),
                        cost: usd(cost),
                        closes: true,
                    };
                    let outcome = process.ledger.apply(settle.clone());
                    let Outcome::Settled { excess } = outcome else {
                        panic!("{outcome:?}");
                    };
                    process.excess += excess;
                    assert_eq!(process.ledger.apply(settle), Outcome::AlreadySettled);
                    let release = Transition::Release { id: generation };
                    assert_eq!(process.ledger.apply(release), Outcome::NotOpen);
                    process.ledger.forget(&generation);
                }));
            }
        }
    }

    fn requests(&self, index: usize, bounds: &Bounds, next: &mut Vec<World>) {
        let process = &self.processes[index];
        if process.waits_for.is_some() {
            if self.timeouts > 0 {
                next.push(self.step(index, |world, index| {
                    world.timeouts -= 1;
                    world.processes[index].waits_for = None;
                }));
            }
            return;
        }
        if !process.valid || process.version >= bounds.requests {
            return;
        }
        let used = process.ledger.charged() + process.ledger.reserved();
        let more = used + usd(bounds.estimate);
        next.push(self.step(index, |world, index| {
            world.request(index, more, more + usd(bounds.chunk));
        }));
        if process
            .ledger
            .available()
            .is_some_and(|spare| spare > Usd::ZERO)
        {
            next.push(self.step(index, |world, index| {
                world.processes[index].ledger.set_budget(Some(used));
                world.request(index, Usd::ZERO, used);
            }));
        }
    }

    fn request(&mut self, index: usize, least: Usd, most: Usd) {
        let process = &mut self.processes[index];
        process.version += 1;
        process.waits_for = Some(process.version);
        self.network.insert(Message::Request {
            lease: (index, process.lease),
            version: process.version,
            least,
            most,
        });
    }

    fn deliver(&mut self, message: &Message) {
        match *message {
            Message::Request {
                lease,
                version,
                least,
                most,
            } => {
                if !self.registered[lease.0] || self.processes[lease.0].lease != lease.1 {
                    return; // the database knows no such process
                }
                let outcome = self.database.apply(Transition::Reserve {
                    id: lease,
                    version,
                    least,
                    most,
                });
                self.network.extend(match outcome {
                    Outcome::Reserved { granted } => Some(Message::Granted {
                        lease,
                        version,
                        granted,
                    }),
                    Outcome::Refused { .. } => Some(Message::Refused { lease, version }),
                    _ => None,
                });
            }
            Message::Granted {
                lease,
                version,
                granted,
            } => {
                let process = &mut self.processes[lease.0];
                let waits = process.waits_for == Some(version) && process.lease == lease.1;
                if process.alive && waits {
                    process.waits_for = None;
                    process.ledger.set_budget(Some(granted));
                }
            }
            Message::Refused { lease, version } => {
                let process = &mut self.processes[lease.0];
                if process.waits_for == Some(version) && process.lease == lease.1 {
                    process.waits_for = None;
                }
            }
        }
    }

    /// Writes the oldest charge of a journal, of a live process or of one that crashed.
    fn writes(&self, index: usize, next: &mut Vec<World>) {
        if self.processes[index].journal.is_empty() {
            return;
        }
        next.push(self.step(index, |world, index| {
            world.write(index);
            world.processes[index].journal.remove(0);
        }));
        if self.lost_acknowledgements > 0 {
            next.push(self.step(index, |world, index| {
                world.lost_acknowledgements -= 1;
                world.write(index);
            }));
        }
    }

    fn write(&mut self, index: usize) {
        let (charge, lease, cost) = self.processes[index].journal[0];
        let outcome = self.database.apply(Transition::Settle {
            charge,
            from: Some(lease),
            cost,
            closes: false,
        });
        if let Outcome::Settled { excess } = outcome {
            self.excess += excess;
        }
    }

    fn crashes_and_expiries(&self, index: usize, next: &mut Vec<World>) {
        let process = &self.processes[index];
        if process.alive && self.crashes > 0 {
            next.push(self.step(index, |world, index| {
                world.crashes -= 1;
                let process = &mut world.processes[index];
                process.alive = false;
                process.waits_for = None;
                process.ledger = Ledger::new(Some(Usd::ZERO), Usd::ZERO);
                process.excess = Usd::ZERO;
            }));
        }
        let early = process.alive || !process.journal.is_empty();
        if self.registered[index] && (!early || self.early_expiries > 0) {
            // A live process stops before the database lets its lease expire.
            next.push(self.step(index, |world, index| {
                world.early_expiries -= u8::from(early);
                world.processes[index].valid = false;
                world.registered[index] = false;
                world.expire(index);
            }));
        }
        if process.alive && !process.valid {
            next.push(self.step(index, |world, index| {
                world.registered[index] = true;
                let process = &mut world.processes[index];
                process.valid = true;
                process.lease += 1;
                process.version = 0;
                process.waits_for = None;
                process.excess = process.ledger.reserved(); // nothing covers it yet
                process.ledger.restart();
            }));
        }
    }

    fn expire(&mut self, index: usize) {
        let leases = self.database.reservations().map(|(&lease, _)| lease);
        let expired: Vec<Lease> = leases.filter(|lease| lease.0 == index).collect();
        for id in expired {
            self.database.apply(Transition::Expire { id });
        }
    }

    /// Checks what holds in every state.
    fn check(&self, bounds: &Bounds) {
        let database = &self.database;
        let used = database.charged() + database.reserved();
        assert!(used <= usd(bounds.balance) + self.excess, "{self:#?}");
        let over = bounds.costs.iter().any(|&cost| cost > bounds.estimate);
        if !over && bounds.early_expiries == 0 {
            assert_eq!(self.excess, Usd::ZERO, "{self:#?}");
        }
        let held: Usd = database.reservations().map(|(_, it)| it.held()).sum();
        assert_eq!(held, database.reserved(), "{self:#?}");
        let charged: Usd = database
            .settled
            .iter()
            .map(|charge| self.costs[charge])
            .sum();
        assert_eq!(charged, database.charged(), "{self:#?}");
        for (index, process) in self.processes.iter().enumerate() {
            let id = (index, process.lease);
            if !process.alive || !process.valid {
                continue;
            }
            let held = database
                .reservation(&id)
                .map_or(Usd::ZERO, Reservation::held);
            let own = |&&(charge, lease, _): &&(Generation, Lease, Usd)| {
                lease == id && !database.settled.contains(&charge)
            };
            let unwritten: Usd = process
                .journal
                .iter()
                .filter(own)
                .map(|entry| entry.2)
                .sum();
            let needed = unwritten + process.ledger.reserved();
            assert!(held + process.excess >= needed, "lease {id:?}: {self:#?}");
        }
        self.check_end();
    }

    /// Checks the state after all processes ended: nothing is reserved, and each cost is charged once.
    fn check_end(&self) {
        let mut end = self.clone();
        for index in 0..end.processes.len() {
            while !end.processes[index].journal.is_empty() {
                end.write(index);
                end.processes[index].journal.remove(0);
            }
            end.expire(index);
        }
        assert_eq!(end.database.reserved(), Usd::ZERO, "{self:#?}");
        let costs: Usd = self.costs.values().copied().sum();
        assert_eq!(end.database.charged(), costs, "{self:#?}");
    }
}

/// Visits every reachable state once, and returns their number.
fn explore(bounds: &Bounds) -> usize {
    let first = World::new(bounds);
    let mut seen = HashSet::from([first.clone()]);
    let mut open = vec![first];
    while let Some(world) = open.pop() {
        world.check(bounds);
        for next in world.next(bounds) {
            if seen.insert(next.clone()) {
                open.push(next);
            }
        }
    }
    seen.len()
}

const BASE: Bounds = Bounds {
    processes: 2,
    generations: 1,
    balance: 5,
    estimate: 2,
    costs: &[1],
    chunk: 2,
    requests: 2,
    timeouts: 0,
    crashes: 0,
    lost_acknowledgements: 0,
    early_expiries: 0,
};

#[test]
fn two_processes_never_spend_more_than_the_balance() {
    let states = explore(&Bounds {
        requests: 3,
        balance: 3,
        ..BASE
    });
    println!("{states} states");
    assert!(states > 1_000);
}

#[test]
fn delayed_and_repeated_messages_change_nothing() {
    let states = explore(&Bounds {
        timeouts: 2,
        lost_acknowledgements: 1,
        ..BASE
    });
    println!("{states} states");
    assert!(states > 5_000);
}

#[test]
fn a_crash_returns_the_lease_and_keeps_the_charges() {
    let states = explore(&Bounds {
        crashes: 2,
        timeouts: 1,
        lost_acknowledgements: 1,
        ..BASE
    });
    println!("{states} states");
    assert!(states > 10_000);
}

#[test]
fn charges_after_an_expiry_and_above_the_estimate_are_charged_once() {
    let states = explore(&Bounds {
        costs: &[1, 3],
        requests: 1,
        early_expiries: 2,
        ..BASE
    });
    println!("{states} states");
    assert!(states > 1_000);
}

#[test]
fn one_process_with_many_generations_keeps_its_lease_sufficient() {
    let states = explore(&Bounds {
        processes: 1,
        generations: 3,
        balance: 7,
        costs: &[1, 3],
        requests: 3,
        timeouts: 1,
        ..BASE
    });
    println!("{states} states");
    assert!(states > 1_000);
}
