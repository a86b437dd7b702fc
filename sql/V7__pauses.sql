-- What people paused stays so, whoever starts or takes over.

ALTER TABLE task_types ADD COLUMN paused boolean NOT NULL DEFAULT false;

COMMENT ON COLUMN task_types.paused IS
    'Whether nothing is claimed for now: set by turing pause, until turing resume. What runs is finished.';
