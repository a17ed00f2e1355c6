-- The journal, version 1. The invariants live here, so that no program can break them.

CREATE TABLE definition (
    hash TEXT PRIMARY KEY CHECK (length(hash) = 64),
    body TEXT NOT NULL
) STRICT;

CREATE TABLE run (
    run        TEXT PRIMARY KEY CHECK (length(run) BETWEEN 1 AND 64),
    process    TEXT NOT NULL,
    definition TEXT NOT NULL REFERENCES definition (hash),
    epoch      INTEGER NOT NULL DEFAULT 0,
    head_seq   INTEGER NOT NULL DEFAULT 0,
    head_hash  BLOB NOT NULL,
    status     TEXT NOT NULL,
    started_by TEXT NOT NULL,
    started_at TEXT NOT NULL,
    ended_at   TEXT NOT NULL DEFAULT ''
) STRICT;

CREATE INDEX run_by_start ON run (started_at);
CREATE INDEX run_running ON run (started_at) WHERE status = 'running';

CREATE TABLE event (
    run     TEXT NOT NULL REFERENCES run (run),
    seq     INTEGER NOT NULL,
    epoch   INTEGER NOT NULL,
    at      TEXT NOT NULL,
    type    TEXT NOT NULL,
    step    TEXT,
    attempt INTEGER,
    actor   TEXT NOT NULL,
    place   TEXT NOT NULL,
    body    TEXT NOT NULL,
    prev    BLOB NOT NULL,
    hash    BLOB NOT NULL,
    PRIMARY KEY (run, seq)
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX one_start ON event (run, step, attempt) WHERE type = 'StepStarted';

CREATE UNIQUE INDEX one_end ON event (run, step, attempt)
    WHERE attempt > 0 AND type IN ('StepSucceeded', 'AttemptFailed', 'AttemptNotRun', 'AttemptAbandoned',
                                   'StepFailed', 'StepSkipped', 'StepCancelled', 'StepReopened');

CREATE INDEX completion ON event (run, step, seq)
    WHERE type IN ('StepSucceeded', 'StepFailed', 'StepSkipped', 'StepCancelled', 'StepReopened', 'StepTakenUp');

CREATE TRIGGER one_completion BEFORE INSERT ON event
WHEN NEW.type IN ('StepSucceeded', 'StepFailed', 'StepSkipped', 'StepCancelled') BEGIN
    SELECT RAISE (ABORT, 'completed already') WHERE (
        SELECT type FROM event INDEXED BY completion WHERE run = NEW.run AND step = NEW.step
            AND type IN ('StepSucceeded', 'StepFailed', 'StepSkipped', 'StepCancelled', 'StepReopened', 'StepTakenUp')
        ORDER BY seq DESC LIMIT 1
    ) NOT IN ('StepReopened', 'StepTakenUp');
END;

-- Attempts under way: what is to be carried out, what waits for a person, and what time will wake.
CREATE TABLE attempt (
    run     TEXT NOT NULL REFERENCES run (run),
    step    TEXT NOT NULL,
    attempt INTEGER NOT NULL,
    state   TEXT NOT NULL CHECK (state IN ('started', 'waiting', 'paused', 'in doubt')),
    since   TEXT NOT NULL,
    due     TEXT NOT NULL DEFAULT '',
    about   TEXT NOT NULL,
    PRIMARY KEY (run, step)
) STRICT, WITHOUT ROWID;

CREATE INDEX attempt_waiting ON attempt (since) WHERE state IN ('waiting', 'in doubt');
CREATE INDEX attempt_due ON attempt (due) WHERE due <> '';

-- Critical sections: where a run is inside of one, or waits for others to leave.
CREATE TABLE lock (
    run     TEXT NOT NULL REFERENCES run (run),
    place   TEXT NOT NULL,
    key     TEXT NOT NULL,
    most    INTEGER NOT NULL,
    granted INTEGER NOT NULL CHECK (granted IN (0, 1)),
    since   TEXT NOT NULL,
    PRIMARY KEY (run, place)
) STRICT, WITHOUT ROWID;

CREATE INDEX lock_holder ON lock (key) WHERE granted = 1;
CREATE INDEX lock_wanted ON lock (run) WHERE granted = 0;

CREATE TRIGGER event_is_next BEFORE INSERT ON event BEGIN
    SELECT CASE
        WHEN NEW.epoch <> run.epoch THEN RAISE (ABORT, 'overtaken')
        WHEN NEW.seq <> run.head_seq + 1 OR NEW.prev <> run.head_hash THEN RAISE (ABORT, 'out of sequence')
    END FROM run WHERE run.run = NEW.run;
END;

CREATE TRIGGER event_moves_head AFTER INSERT ON event BEGIN
    UPDATE run SET head_seq = NEW.seq, head_hash = NEW.hash WHERE run = NEW.run;
END;

CREATE TRIGGER event_is_kept BEFORE DELETE ON event BEGIN
    SELECT RAISE (ABORT, 'the journal is append-only');
END;

CREATE TRIGGER event_is_final BEFORE UPDATE ON event BEGIN
    SELECT RAISE (ABORT, 'the journal is append-only');
END;

CREATE TRIGGER definition_is_final BEFORE UPDATE ON definition BEGIN
    SELECT RAISE (ABORT, 'a stored definition never changes');
END;

CREATE TRIGGER definition_is_kept BEFORE DELETE ON definition BEGIN
    SELECT RAISE (ABORT, 'a stored definition never changes');
END;

CREATE TRIGGER epoch_only_grows BEFORE UPDATE OF epoch ON run WHEN NEW.epoch < OLD.epoch BEGIN
    SELECT RAISE (ABORT, 'an epoch never goes back');
END;
