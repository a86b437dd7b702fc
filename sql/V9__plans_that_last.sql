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

-- An inbox in which there is nothing at all is known as such without what it takes to say which rows may be claimed.

DROP FUNCTION looks_in_vain(text[]);

CREATE FUNCTION looks_in_vain(anything text[], looks text[])
    RETURNS TABLE (look integer, passed bigint, unusable bigint)
    LANGUAGE plpgsql AS $$
DECLARE
    available boolean;
BEGIN
    FOR place IN 1 .. cardinality(looks) LOOP
        BEGIN
            look := place;
            passed := 0;
            unusable := 0;
            EXECUTE anything[place] INTO available;
            IF available THEN
                EXECUTE looks[place] INTO passed, unusable, available;
            END IF;
            -- Whatever a function in a work_query set is undone before the next one is run.
            RAISE EXCEPTION USING ERRCODE = 'TU001';
        EXCEPTION
            WHEN SQLSTATE 'TU001' THEN
                IF NOT available THEN
                    RETURN NEXT;
                END IF;
            WHEN OTHERS THEN
                NULL; -- its task type asks by itself, and is told what is wrong
        END;
    END LOOP;
END $$;

COMMENT ON FUNCTION looks_in_vain(text[], text[]) IS 'Runs looks into inboxes. For each, the first array has a statement that returns whether the inbox has any row; the second one, which is run only then, returns how many rows it passed over, how many of those have no usable id, and whether any may be claimed. Returns those in which none may, by their place in the arrays. Whoever calls it writes the statements: it runs them with the caller''s rights.';
