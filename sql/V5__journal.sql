-- The journal of event-sourced actors: what they have decided, so that another incarnation of theirs goes on from there.
-- The columns are those that Pekko Persistence JDBC reads and writes; it has no tags and no reader of all events here.

CREATE TABLE journal_events (
    ordering           bigint GENERATED ALWAYS AS IDENTITY,
    persistence_id     text NOT NULL,
    sequence_number    bigint NOT NULL,
    deleted            boolean NOT NULL DEFAULT false,
    writer             text NOT NULL,
    write_timestamp    bigint NOT NULL,
    adapter_manifest   text NOT NULL,
    event_ser_id       integer NOT NULL,
    event_ser_manifest text NOT NULL,
    event_payload      bytea NOT NULL,
    meta_ser_id        integer,
    meta_ser_manifest  text,
    meta_payload       bytea,
    PRIMARY KEY (persistence_id, sequence_number)
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);

COMMENT ON TABLE journal_events IS 'What event-sourced actors have decided. Those before an actor''s latest snapshot are deleted, but for the last one, whose number must not come again.';
COMMENT ON COLUMN journal_events.ordering IS 'Grows with every event written, whoever wrote it.';
COMMENT ON COLUMN journal_events.persistence_id IS 'Which actor decided it, the same through all its incarnations.';
COMMENT ON COLUMN journal_events.sequence_number IS 'Counts the actor''s events from 1. That two incarnations can''t both write one keeps their decisions apart.';
COMMENT ON COLUMN journal_events.deleted IS 'Whether it is behind a snapshot and kept for its number alone.';
COMMENT ON COLUMN journal_events.writer IS 'Id of the incarnation that wrote it.';
COMMENT ON COLUMN journal_events.write_timestamp IS 'When it was handed to be written, by the runtime''s clock, in milliseconds since 1970.';
COMMENT ON COLUMN journal_events.adapter_manifest IS 'Empty: no adapter stands between the actor and the journal.';
COMMENT ON COLUMN journal_events.event_ser_id IS 'Number of the serializer that wrote event_payload and reads it.';
COMMENT ON COLUMN journal_events.event_ser_manifest IS 'The event''s kind, in the serializer''s words.';
COMMENT ON COLUMN journal_events.event_payload IS 'The event, as its serializer wrote it.';
COMMENT ON COLUMN journal_events.meta_ser_id IS 'Serializer of meta_payload; null: there is none.';
COMMENT ON COLUMN journal_events.meta_ser_manifest IS 'Kind of meta_payload; null: there is none.';
COMMENT ON COLUMN journal_events.meta_payload IS 'What Pekko notes beside the event; null: nothing.';

CREATE TABLE journal_snapshots (
    persistence_id        text NOT NULL,
    sequence_number       bigint NOT NULL,
    created               bigint NOT NULL,
    snapshot_ser_id       integer NOT NULL,
    snapshot_ser_manifest text NOT NULL,
    snapshot_payload      bytea NOT NULL,
    meta_ser_id           integer,
    meta_ser_manifest     text,
    meta_payload          bytea,
    PRIMARY KEY (persistence_id, sequence_number)
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 200);

COMMENT ON TABLE journal_snapshots IS 'States of event-sourced actors, so that few events have to be read to go on. The oldest are deleted.';
COMMENT ON COLUMN journal_snapshots.persistence_id IS 'Whose state it is.';
COMMENT ON COLUMN journal_snapshots.sequence_number IS 'The last event that is part of it.';
COMMENT ON COLUMN journal_snapshots.created IS 'When it was taken, by the runtime''s clock, in milliseconds since 1970.';
COMMENT ON COLUMN journal_snapshots.snapshot_ser_id IS 'Number of the serializer that wrote snapshot_payload and reads it.';
COMMENT ON COLUMN journal_snapshots.snapshot_ser_manifest IS 'The state''s kind, in the serializer''s words.';
COMMENT ON COLUMN journal_snapshots.snapshot_payload IS 'The state, as its serializer wrote it.';
COMMENT ON COLUMN journal_snapshots.meta_ser_id IS 'Serializer of meta_payload; null: there is none.';
COMMENT ON COLUMN journal_snapshots.meta_ser_manifest IS 'Kind of meta_payload; null: there is none.';
COMMENT ON COLUMN journal_snapshots.meta_payload IS 'What Pekko notes beside the state; null: nothing.';
