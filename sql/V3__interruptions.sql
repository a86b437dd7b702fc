-- What is remembered of subjects whose runtime ended while they were claimed: a row that kills its host is found.

ALTER TABLE memory ADD COLUMN interruptions integer NOT NULL DEFAULT 0;
ALTER TABLE claims ADD COLUMN alone boolean NOT NULL DEFAULT false;

COMMENT ON COLUMN memory.interruptions IS 'How often in a row its claim was rescued from a runtime that had ended; 0 again after any outcome and by retry.';
COMMENT ON COLUMN memory.outcome_xid IS 'The transaction that wrote the latest outcome or rescued the latest claim: a reading that does not show it is too old to claim from.';
COMMENT ON COLUMN memory.ticket_id IS 'The ticket of the latest outcome or rescue.';
COMMENT ON COLUMN memory.state IS 'left: eligible when next seen; finished: the inbox was not asked about it since; once: finished for good; backing_off: waits for its next attempt; stayed: a success left it in the inbox; skipped: declined and still in the inbox; set_aside: by a guard (reason says which) or a person; dead: attempts used up.';
COMMENT ON COLUMN claims.alone IS 'Whether its subject was interrupted repeatedly: a runtime holds one such claim at a time, so that its end shows which subject brought it about.';

CREATE UNIQUE INDEX claims_one_alone ON claims (runtime_id) WHERE alone;
CREATE INDEX memory_interrupted ON memory (task_type_id) WHERE interruptions > 0;
