-- What a run tells besides its outcome: whether it ran too long, and what people should know although it is no error.

ALTER TABLE ticket_history
    ADD COLUMN timed_out boolean NOT NULL DEFAULT false,
    ADD COLUMN warning text;

CREATE OR REPLACE VIEW tickets AS
SELECT ticket_id, task_type_id, subject_type, subject_id, status, attempt, fence, chain_id, chain_depth, model, host, gpu,
       script_hash, runtime_id, claimed_at, started_at, finished_at, recorded_at, input, output, error, exit_code, stdout, stderr,
       timed_out, warning
  FROM ticket_history
UNION ALL
SELECT c.ticket_id, c.task_type_id, c.subject_type, c.subject_id, 'running', c.attempt, c.fence, c.chain_id, c.chain_depth,
       c.model, r.host, NULL, NULL, c.runtime_id, c.claimed_at, NULL, NULL, NULL, c.input, NULL, NULL, NULL, NULL, NULL,
       false, NULL
  FROM claims c LEFT JOIN runtimes r USING (runtime_id);

COMMENT ON COLUMN tickets.timed_out IS 'Whether the run was ended because it outlived its time limit.';
COMMENT ON COLUMN tickets.warning IS 'What people should know of the run although it is no error, such as a script that is not the registered one.';
