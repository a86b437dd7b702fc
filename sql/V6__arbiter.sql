-- Which side of a split goes on: the one whose word stands here.

CREATE TABLE arbiter (
    only_row     boolean PRIMARY KEY DEFAULT true CONSTRAINT there_is_one_word CHECK (only_row),
    node         text NOT NULL,
    stands_until timestamptz NOT NULL
);

COMMENT ON TABLE arbiter IS 'Which side of a cluster that has fallen apart goes on: one row, written only then.';
COMMENT ON COLUMN arbiter.only_row IS 'True: there is one row.';
COMMENT ON COLUMN arbiter.node IS 'The node that decided for its side: address#incarnation.';
COMMENT ON COLUMN arbiter.stands_until IS 'Until when the other side may not decide; the node renews it for a while.';
