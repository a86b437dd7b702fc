-- Live tickets are looked up by task type and subject through their unique constraint alone: while the table is taken
-- for empty, an index that merely mentions the task type looks as good, and reads everything the task type has claimed.

DROP INDEX claims_of_runtime;
CREATE INDEX claims_of_runtime ON claims (runtime_id);

-- The pages of an emptied table are filled again within the second; giving them back locks out everybody.
ALTER TABLE claims SET (vacuum_truncate = off);

-- An index on what every outcome changes costs each of them an entry, and keeps rows from being changed in place.

DROP INDEX memory_of_ticket;
DROP INDEX memory_of_subject;
CREATE INDEX memory_of_subject ON memory (subject_id) WHERE completed_ticket_id IS NOT NULL;
