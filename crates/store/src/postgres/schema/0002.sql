-- Sums of old days are removed.
CREATE INDEX key_usage_by_day ON key_usage (day);
CREATE INDEX activity_by_day ON activity (day);

-- Records that ended before this time may have been removed. One that comes again cannot be told from a
-- new one, so it is not charged.
CREATE TABLE removed_records (
    id bigint PRIMARY KEY CHECK (id = 1),
    "before" bigint NOT NULL
);

INSERT INTO removed_records (id, "before") VALUES (1, 0);
