-- The journal, version 2: streams of events that are not of a run. Each work item is one, and the department has one.

CREATE TABLE stream (
    stream    TEXT PRIMARY KEY CHECK (length(stream) BETWEEN 1 AND 64),
    kind      TEXT NOT NULL,
    head_seq  INTEGER NOT NULL DEFAULT 0,
    head_hash BLOB NOT NULL,
    open      INTEGER NOT NULL DEFAULT 1 CHECK (open IN (0, 1)),
    opened_at TEXT NOT NULL,
    last_at   TEXT NOT NULL,
    wake      TEXT NOT NULL DEFAULT ''
) STRICT, WITHOUT ROWID;

CREATE INDEX stream_open ON stream (opened_at) WHERE open = 1;
CREATE INDEX stream_wake ON stream (wake) WHERE wake <> '';
CREATE INDEX stream_last ON stream (last_at);

CREATE TABLE stream_event (
    stream TEXT NOT NULL REFERENCES stream (stream),
    seq    INTEGER NOT NULL,
    at     TEXT NOT NULL,
    type   TEXT NOT NULL,
    actor  TEXT NOT NULL,
    place  TEXT NOT NULL,
    body   TEXT NOT NULL,
    prev   BLOB NOT NULL,
    hash   BLOB NOT NULL,
    PRIMARY KEY (stream, seq)
) STRICT, WITHOUT ROWID;

-- What may happen once only, whoever does it: a threshold and a rung fire once, a duty is due once.
CREATE TABLE stream_once (
    key    TEXT PRIMARY KEY CHECK (length(key) BETWEEN 1 AND 512),
    stream TEXT NOT NULL REFERENCES stream (stream),
    seq    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TRIGGER stream_event_is_next BEFORE INSERT ON stream_event BEGIN
    SELECT CASE
        WHEN NEW.seq <> stream.head_seq + 1 OR NEW.prev <> stream.head_hash THEN RAISE (ABORT, 'out of sequence')
    END FROM stream WHERE stream.stream = NEW.stream;
END;

CREATE TRIGGER stream_event_moves_head AFTER INSERT ON stream_event BEGIN
    UPDATE stream SET head_seq = NEW.seq, head_hash = NEW.hash, last_at = NEW.at WHERE stream = NEW.stream;
END;

CREATE TRIGGER stream_event_is_kept BEFORE DELETE ON stream_event BEGIN
    SELECT RAISE (ABORT, 'the journal is append-only');
END;

CREATE TRIGGER stream_event_is_final BEFORE UPDATE ON stream_event BEGIN
    SELECT RAISE (ABORT, 'the journal is append-only');
END;
