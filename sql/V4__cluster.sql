-- What several runtimes that work as one need: gates that know which of their incarnations is the latest, runtimes that
-- leave while others go on, and one cluster per schema.

CREATE TABLE gates (
    model     text PRIMARY KEY,
    epoch     bigint NOT NULL,
    raised_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

COMMENT ON TABLE gates IS 'The latest incarnation of each model''s gate. A claim made under a slot locks the row while it is made.';
COMMENT ON COLUMN gates.model IS 'The model.';
COMMENT ON COLUMN gates.epoch IS 'Grows with each incarnation; claims that carry another one are refused.';
COMMENT ON COLUMN gates.raised_at IS 'When the latest incarnation began.';

CREATE TABLE cluster (
    only_row   boolean PRIMARY KEY DEFAULT true CONSTRAINT there_is_one_row CHECK (only_row),
    runtime_id bigint,
    taken_at   timestamptz
);

COMMENT ON TABLE cluster IS 'Which cluster works on this schema: one row. Runtimes of another stand by.';
COMMENT ON COLUMN cluster.only_row IS 'True: there is one row.';
COMMENT ON COLUMN cluster.runtime_id IS 'The runtime that speaks for the cluster, for as long as its lease stands; null: none does.';
COMMENT ON COLUMN cluster.taken_at IS 'When it began to speak for it.';

ALTER TABLE runtimes ADD COLUMN draining boolean NOT NULL DEFAULT false;

COMMENT ON COLUMN runtimes.draining IS 'Whether it is about to leave: nothing more is claimed for it.';
COMMENT ON COLUMN claims.runtime_id IS 'The runtime that holds and runs it, whichever made it; its lease covers the claim.';
