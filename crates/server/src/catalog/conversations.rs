//! [`Conversations`]: the endpoints that conversations were served by, so that their next requests
//! find a filled prompt cache. The table outlives reloads of the configuration.

use std::collections::HashMap;
use std::fmt;
use std::hash::{BuildHasher as _, BuildHasherDefault, DefaultHasher, Hash};
use std::mem;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use super::endpoint::Endpoint;
use super::state::EndpointState;
use super::states::endpoint_name;

/// Time without a request after which a conversation is forgotten.
const IDLE: Duration = Duration::from_secs(10 * 60);

/// Maximum number of conversations in each of the two generations of the table.
const MAX_CONVERSATIONS: usize = 32_768;

/// Maximum number of conversations that wait to be shared.
const MAX_UNSHARED: usize = 10_000;

/// A conversation of one caller, as the next request can be recognised. It has only hashes of what
/// the client sent.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Conversation {
    hash: u64,
    /// `true` if the client names the conversation. If it is recognised by its first messages, it is
    /// kept only after a cache hit.
    named: bool,
}

/// The endpoints of conversations: at most 65,536 of them. The oldest half is dropped when the table
/// is full.
#[derive(Default)]
pub(crate) struct Conversations {
    /// The same in all servers on one store. The caller's key, which is random, is hashed first, so that
    /// no one else can choose requests with equal hashes.
    hasher: BuildHasherDefault<DefaultHasher>,
    table: Mutex<Table>,
}

/// A conversation and the name of the endpoint that served it last, for other servers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SharedConversation {
    /// The hash of the conversation and the endpoint's model.
    pub(crate) key: u64,
    pub(crate) endpoint: String,
}

#[derive(Default)]
struct Table {
    newer: HashMap<u64, Served>,
    older: HashMap<u64, Served>,
    /// The conversations to share with other servers; `None` if there are none.
    unshared: Option<HashMap<u64, String>>,
}

/// The endpoint that served a conversation last, and the time.
#[derive(Clone)]
struct Served {
    endpoint: Arc<EndpointState>,
    at: Instant,
}

impl Conversations {
    /// Returns the conversation of a caller with this identity. `named`: the client names it.
    pub(crate) fn of(&self, caller: &[u8], identity: impl Hash, named: bool) -> Conversation {
        Conversation {
            hash: self.hasher.hash_one((caller, identity)),
            named,
        }
    }

    /// Returns the time at which this endpoint served the conversation. `None` if another one did
    /// since then, if the conversation was idle for 10 minutes, or if the endpoint's cached reads are
    /// not cheaper.
    pub(crate) fn served_at(
        &self,
        conversation: Conversation,
        endpoint: &Endpoint,
        now: Instant,
    ) -> Option<Instant> {
        if !endpoint.has_cheaper_reads() {
            return None;
        }
        let key = self.key(conversation, endpoint);
        let table = self.lock();
        let served = table.get(key)?;
        let current = Arc::ptr_eq(&served.endpoint, &endpoint.state) && !served.is_idle(now);
        current.then_some(served.at)
    }

    /// Records that an endpoint serves the conversation. `cache_hit`: the response read from the
    /// endpoint's prompt cache.
    pub(crate) fn serves(
        &self,
        conversation: Conversation,
        endpoint: &Endpoint,
        cache_hit: bool,
        now: Instant,
    ) {
        if !endpoint.has_cheaper_reads() {
            return;
        }
        let key = self.key(conversation, endpoint);
        let mut table = self.lock();
        let known = table.get(key).is_some_and(|served| {
            Arc::ptr_eq(&served.endpoint, &endpoint.state) && !served.is_idle(now)
        });
        if !(conversation.named || cache_hit || known) {
            return;
        }
        if let Some(unshared) = &mut table.unshared
            && unshared.len() < MAX_UNSHARED
        {
            let name = endpoint_name(&endpoint.model.id, &endpoint.slug);
            unshared.insert(key, name);
        }
        table.insert(key, &endpoint.state, now);
    }

    /// Returns the conversations that were served since the last call. From the first call on, they are
    /// collected.
    pub(crate) fn take_unshared(&self) -> Vec<SharedConversation> {
        let mut table = self.lock();
        let unshared = mem::take(table.unshared.get_or_insert_default());
        let shared = |(key, endpoint)| SharedConversation { key, endpoint };
        unshared.into_iter().map(shared).collect()
    }

    /// Records that another server's endpoint served a conversation at a time, unless this server knows
    /// of a later one.
    pub(crate) fn served_elsewhere(&self, key: u64, endpoint: &Arc<EndpointState>, at: Instant) {
        let mut table = self.lock();
        if table.get(key).is_none_or(|served| served.at < at) {
            table.insert(key, endpoint, at);
        }
    }

    /// Returns the key of the conversation with the endpoint's model.
    fn key(&self, conversation: Conversation, endpoint: &Endpoint) -> u64 {
        let model = endpoint.model.id.as_str();
        self.hasher.hash_one((conversation.hash, model))
    }

    fn lock(&self) -> MutexGuard<'_, Table> {
        self.table.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Table {
    fn insert(&mut self, key: u64, endpoint: &Arc<EndpointState>, at: Instant) {
        if self.newer.len() >= MAX_CONVERSATIONS && !self.newer.contains_key(&key) {
            self.older = mem::take(&mut self.newer);
        }
        let endpoint = Arc::clone(endpoint);
        self.newer.insert(key, Served { endpoint, at });
    }

    fn get(&self, key: u64) -> Option<&Served> {
        self.newer.get(&key).or_else(|| self.older.get(&key))
    }
}

impl Served {
    fn is_idle(&self, now: Instant) -> bool {
        now.saturating_duration_since(self.at) >= IDLE
    }
}

impl fmt::Debug for Conversations {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Conversations")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::amount::Amount;
    use crate::failure::Failure;
    use crate::metrics::EndpointSeries;
    use crate::provider::{BoxFuture, EventStream, Load, Model, Price, Provider, ProviderRequest};

    struct Named(&'static str);

    impl Provider for Named {
        fn name(&self) -> &str {
            self.0
        }
        fn models(&self) -> &[Model] {
            &[]
        }
        fn load(&self) -> Load {
            Load::default()
        }
        fn generate(&self, _: ProviderRequest) -> BoxFuture<Result<EventStream, Failure>> {
            unreachable!("no request is made")
        }
    }

    fn endpoint(provider: &'static str, cache_read: Option<f64>) -> Endpoint {
        let mut model = Model::new("a/b");
        let mut price = Price::per_million(2.0, 4.0);
        price.cache_read = cache_read.map(Amount::per_million);
        model.price = Some(price);
        let model = Arc::new(model);
        let provider: Arc<dyn Provider> = Arc::new(Named(provider));
        Endpoint::of_provider(
            &provider,
            Arc::clone(&model),
            &model,
            EndpointState::new(None),
            Arc::new(EndpointSeries::listed("a/b", "one")),
        )
    }

    #[test]
    fn a_conversation_is_kept_until_it_was_idle_for_10_minutes() {
        let (table, now) = (Conversations::default(), Instant::now());
        let (one, other) = (endpoint("one", Some(1.0)), endpoint("other", Some(1.0)));
        let conversation = table.of(b"key", "session", true);
        assert_eq!(table.served_at(conversation, &one, now), None);
        table.serves(conversation, &one, false, now);
        let later = now + IDLE - Duration::from_secs(1);
        assert_eq!(table.served_at(conversation, &one, later), Some(now));
        assert_eq!(table.served_at(conversation, &other, later), None);
        assert_eq!(table.served_at(conversation, &one, now + IDLE), None);
        table.serves(conversation, &one, false, later);
        assert_eq!(table.served_at(conversation, &one, now + IDLE), Some(later));
        table.serves(conversation, &other, false, later);
        assert_eq!(table.served_at(conversation, &one, later), None);
        assert_eq!(table.served_at(conversation, &other, later), Some(later));
    }

    #[test]
    fn callers_and_identities_have_conversations_of_their_own() {
        let (table, now, one) = (
            Conversations::default(),
            Instant::now(),
            endpoint("one", Some(1.0)),
        );
        table.serves(table.of(b"key", "session", true), &one, false, now);
        for (caller, identity) in [(b"yek", "session"), (b"key", "other")] {
            let other = table.of(caller, identity, true);
            assert_eq!(table.served_at(other, &one, now), None, "{identity}");
        }
    }

    #[test]
    fn an_unnamed_conversation_is_kept_after_a_cache_hit() {
        let (table, now, one) = (
            Conversations::default(),
            Instant::now(),
            endpoint("one", Some(1.0)),
        );
        let conversation = table.of(b"key", "first messages", false);
        table.serves(conversation, &one, false, now);
        assert_eq!(table.served_at(conversation, &one, now), None);
        table.serves(conversation, &one, true, now);
        // Further requests keep it, with or without a hit.
        let later = now + Duration::from_secs(500);
        table.serves(conversation, &one, false, later);
        let at = later + Duration::from_secs(500);
        assert_eq!(table.served_at(conversation, &one, at), Some(later));
    }

    #[test]
    fn only_endpoints_with_cheaper_cached_reads_keep_conversations() {
        let (table, now) = (Conversations::default(), Instant::now());
        for (read, kept) in [
            (None, false),
            (Some(2.0), false),
            (Some(3.0), false),
            (Some(1.9), true),
        ] {
            let one = endpoint("one", read);
            let conversation = table.of(b"key", read.is_some(), true);
            table.serves(conversation, &one, true, now);
            assert_eq!(
                table.served_at(conversation, &one, now).is_some(),
                kept,
                "{read:?}"
            );
        }
    }

    #[test]
    fn another_server_knows_the_conversation_by_the_same_key() {
        let (here, there, now) = (
            Conversations::default(),
            Conversations::default(),
            Instant::now(),
        );
        let one = endpoint("one", Some(1.0));
        assert!(here.take_unshared().is_empty());
        here.serves(here.of(b"key", "session", true), &one, false, now);
        let shared = here.take_unshared();
        assert_eq!(shared.len(), 1);
        assert!(here.take_unshared().is_empty(), "once");
        let other = endpoint("one", Some(1.0));
        let conversation = there.of(b"key", "session", true);
        let earlier = now.checked_sub(Duration::from_secs(5)).unwrap();
        there.served_elsewhere(shared[0].key, &other.state, earlier);
        assert_eq!(there.served_at(conversation, &other, now), Some(earlier));
        there.serves(conversation, &other, false, now);
        there.served_elsewhere(shared[0].key, &one.state, earlier);
        assert_eq!(there.served_at(conversation, &other, now), Some(now));
    }

    #[test]
    fn the_table_is_bounded() {
        let (table, now, one) = (
            Conversations::default(),
            Instant::now(),
            endpoint("one", Some(1.0)),
        );
        for session in 0..100_000 {
            table.serves(table.of(b"key", session, true), &one, false, now);
        }
        let lock = table.lock();
        assert!(lock.newer.len() <= MAX_CONVERSATIONS && lock.older.len() <= MAX_CONVERSATIONS);
        drop(lock);
        let kept = |session: i32| table.served_at(table.of(b"key", session, true), &one, now);
        assert!(kept(99_999).is_some() && kept(0).is_none());
    }
}
