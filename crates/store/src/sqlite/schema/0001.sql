-- Amounts are in units of 10^-9 USD, times in milliseconds since 1970, days counted from 1970-01-01.

CREATE TABLE accounts (
    id TEXT PRIMARY KEY,
    credits INTEGER,
    usage INTEGER NOT NULL DEFAULT 0,
    created_at INTEGER NOT NULL
) STRICT;

INSERT INTO accounts (id, created_at) VALUES ('default', CAST(unixepoch('subsec') * 1000 AS INTEGER));

CREATE TABLE credit_grants (
    id TEXT PRIMARY KEY,
    account TEXT NOT NULL REFERENCES accounts (id),
    amount INTEGER NOT NULL,
    note TEXT,
    created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE keys (
    hash TEXT PRIMARY KEY,
    account TEXT NOT NULL REFERENCES accounts (id),
    name TEXT NOT NULL,
    label TEXT NOT NULL,
    disabled INTEGER NOT NULL,
    management INTEGER NOT NULL,
    spending_limit INTEGER,
    limit_reset TEXT,
    expires_at INTEGER,
    created_at INTEGER NOT NULL,
    updated_at INTEGER,
    last_used_at INTEGER,
    creator TEXT,
    allowed_models TEXT,
    allowed_providers TEXT,
    requests_per_minute INTEGER,
    tokens_per_minute INTEGER,
    usage INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;

CREATE INDEX keys_of_account ON keys (account, created_at DESC, hash);

-- The charges of a key on each day, from which the windows of limits are summed.
CREATE TABLE key_usage (
    key TEXT NOT NULL,
    day INTEGER NOT NULL,
    cost INTEGER NOT NULL,
    PRIMARY KEY (key, day)
) STRICT, WITHOUT ROWID;

CREATE TABLE processes (
    id TEXT PRIMARY KEY,
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE leases (
    kind TEXT NOT NULL,
    owner TEXT NOT NULL,
    process TEXT NOT NULL REFERENCES processes (id) ON DELETE CASCADE,
    number INTEGER NOT NULL,
    granted INTEGER NOT NULL,
    spent INTEGER NOT NULL,
    version INTEGER NOT NULL,
    PRIMARY KEY (kind, owner, process, number)
) STRICT, WITHOUT ROWID;

CREATE INDEX leases_of_process ON leases (process);

CREATE TABLE generations (
    id TEXT PRIMARY KEY,
    account TEXT NOT NULL,
    key TEXT,
    completed_at INTEGER NOT NULL,
    model TEXT NOT NULL,
    provider TEXT,
    endpoint TEXT,
    outcome TEXT NOT NULL,
    cost INTEGER NOT NULL,
    prompt_tokens INTEGER NOT NULL,
    completion_tokens INTEGER NOT NULL,
    -- The fields about the client, in JSON; removed after the retention.
    client TEXT,
    -- The whole record without these fields, in JSON.
    record TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX generations_by_time ON generations (completed_at, id);
CREATE INDEX generations_with_client ON generations (completed_at) WHERE client IS NOT NULL;

CREATE TABLE activity (
    account TEXT NOT NULL,
    day INTEGER NOT NULL,
    key TEXT NOT NULL,
    model TEXT NOT NULL,
    permaslug TEXT NOT NULL,
    endpoint TEXT NOT NULL,
    provider TEXT NOT NULL,
    requests INTEGER NOT NULL,
    cost INTEGER NOT NULL,
    prompt INTEGER NOT NULL,
    completion INTEGER NOT NULL,
    reasoning INTEGER NOT NULL,
    cached INTEGER NOT NULL,
    PRIMARY KEY (account, day, key, model, permaslug, endpoint, provider)
) STRICT, WITHOUT ROWID;

CREATE TABLE rates (
    key TEXT NOT NULL,
    kind TEXT NOT NULL,
    minute INTEGER NOT NULL,
    taken INTEGER NOT NULL,
    PRIMARY KEY (key, kind, minute)
) STRICT, WITHOUT ROWID;

CREATE TABLE conversations (
    conversation TEXT PRIMARY KEY,
    endpoint TEXT NOT NULL,
    at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX conversations_by_time ON conversations (at);

CREATE TABLE outages (
    endpoint TEXT NOT NULL,
    process TEXT NOT NULL,
    second INTEGER NOT NULL,
    attempts INTEGER NOT NULL,
    failures INTEGER NOT NULL,
    PRIMARY KEY (endpoint, process, second)
) STRICT, WITHOUT ROWID;

CREATE INDEX outages_by_time ON outages (second);

-- Counts the changes of keys and credits, for other processes on the same file.
CREATE TABLE changes (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    count INTEGER NOT NULL
) STRICT;

INSERT INTO changes (id, count) VALUES (1, 0);

CREATE TRIGGER key_created AFTER INSERT ON keys
BEGIN UPDATE changes SET count = count + 1; END;

CREATE TRIGGER key_deleted AFTER DELETE ON keys
BEGIN UPDATE changes SET count = count + 1; END;

CREATE TRIGGER key_changed AFTER UPDATE OF
    name, disabled, management, spending_limit, limit_reset, expires_at,
    allowed_models, allowed_providers, requests_per_minute, tokens_per_minute ON keys
BEGIN UPDATE changes SET count = count + 1; END;

CREATE TRIGGER credits_changed AFTER UPDATE OF credits ON accounts
BEGIN UPDATE changes SET count = count + 1; END;
