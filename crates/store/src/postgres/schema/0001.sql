-- Amounts are in units of 10^-9 USD, times in milliseconds since 1970, days counted from 1970-01-01.

CREATE TABLE accounts (
    id text PRIMARY KEY,
    credits bigint,
    usage bigint NOT NULL DEFAULT 0,
    created_at bigint NOT NULL
);

INSERT INTO accounts (id, created_at) VALUES ('default', (extract(epoch FROM clock_timestamp()) * 1000)::bigint);

CREATE TABLE credit_grants (
    id text PRIMARY KEY,
    account text NOT NULL REFERENCES accounts (id),
    amount bigint NOT NULL,
    note text,
    created_at bigint NOT NULL
);

CREATE TABLE keys (
    hash text PRIMARY KEY,
    account text NOT NULL REFERENCES accounts (id),
    name text NOT NULL,
    label text NOT NULL,
    disabled boolean NOT NULL,
    management boolean NOT NULL,
    spending_limit bigint,
    limit_reset text,
    expires_at bigint,
    created_at bigint NOT NULL,
    updated_at bigint,
    last_used_at bigint,
    creator text,
    allowed_models text,
    allowed_providers text,
    requests_per_minute bigint,
    tokens_per_minute bigint,
    usage bigint NOT NULL DEFAULT 0
);

CREATE INDEX keys_of_account ON keys (account, created_at DESC, hash);

-- The charges of a key on each day, from which the windows of limits are summed.
CREATE TABLE key_usage (
    key text NOT NULL,
    day bigint NOT NULL,
    cost bigint NOT NULL,
    PRIMARY KEY (key, day)
);

CREATE TABLE processes (
    id text PRIMARY KEY,
    expires_at bigint NOT NULL
);

CREATE TABLE leases (
    kind text NOT NULL,
    owner text NOT NULL,
    process text NOT NULL REFERENCES processes (id) ON DELETE CASCADE,
    number bigint NOT NULL,
    granted bigint NOT NULL,
    spent bigint NOT NULL,
    version bigint NOT NULL,
    PRIMARY KEY (kind, owner, process, number)
);

CREATE INDEX leases_of_process ON leases (process);

CREATE TABLE generations (
    id text PRIMARY KEY,
    account text NOT NULL,
    key text,
    completed_at bigint NOT NULL,
    model text NOT NULL,
    provider text,
    endpoint text,
    outcome text NOT NULL,
    cost bigint NOT NULL,
    prompt_tokens bigint NOT NULL,
    completion_tokens bigint NOT NULL,
    -- The fields about the client, in JSON; removed after the retention.
    client text,
    -- The whole record without these fields, in JSON.
    record text NOT NULL
);

CREATE INDEX generations_by_time ON generations (completed_at, id);
CREATE INDEX generations_with_client ON generations (completed_at) WHERE client IS NOT NULL;

CREATE TABLE activity (
    account text NOT NULL,
    day bigint NOT NULL,
    key text NOT NULL,
    model text NOT NULL,
    permaslug text NOT NULL,
    endpoint text NOT NULL,
    provider text NOT NULL,
    requests bigint NOT NULL,
    cost bigint NOT NULL,
    prompt bigint NOT NULL,
    completion bigint NOT NULL,
    reasoning bigint NOT NULL,
    cached bigint NOT NULL,
    PRIMARY KEY (account, day, key, model, permaslug, endpoint, provider)
);

CREATE TABLE rates (
    key text NOT NULL,
    kind text NOT NULL,
    minute bigint NOT NULL,
    taken bigint NOT NULL,
    PRIMARY KEY (key, kind, minute)
);

CREATE TABLE conversations (
    conversation text PRIMARY KEY,
    endpoint text NOT NULL,
    at bigint NOT NULL
);

CREATE INDEX conversations_by_time ON conversations (at);

CREATE TABLE outages (
    endpoint text NOT NULL,
    process text NOT NULL,
    second bigint NOT NULL,
    attempts bigint NOT NULL,
    failures bigint NOT NULL,
    PRIMARY KEY (endpoint, process, second)
);

CREATE INDEX outages_by_time ON outages (second);

-- Announces changes of keys and credits, by whatever program.

CREATE FUNCTION orouter_announce_key() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('orouter_changes', 'key ' || coalesce(NEW.hash, OLD.hash));
    RETURN NULL;
END $$;

CREATE FUNCTION orouter_announce_account() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('orouter_changes', 'account ' || NEW.id);
    RETURN NULL;
END $$;

CREATE TRIGGER key_created_or_deleted AFTER INSERT OR DELETE ON keys
FOR EACH ROW EXECUTE FUNCTION orouter_announce_key();

CREATE TRIGGER key_changed AFTER UPDATE OF
    name, disabled, management, spending_limit, limit_reset, expires_at,
    allowed_models, allowed_providers, requests_per_minute, tokens_per_minute ON keys
FOR EACH ROW EXECUTE FUNCTION orouter_announce_key();

CREATE TRIGGER credits_changed AFTER UPDATE OF credits ON accounts
FOR EACH ROW EXECUTE FUNCTION orouter_announce_account();
