-- Many task types without work look into their inboxes in one round trip.

CREATE FUNCTION looks_in_vain(looks text[]) RETURNS TABLE (look integer, passed bigint, unusable bigint)
    LANGUAGE plpgsql AS $$
DECLARE
    available boolean;
BEGIN
    FOR place IN 1 .. cardinality(looks) LOOP
        BEGIN
            look := place;
            EXECUTE looks[place] INTO passed, unusable, available;
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

COMMENT ON FUNCTION looks_in_vain(text[]) IS 'Runs looks into inboxes, each of which returns how many rows it passed over, how many of those have no usable id, and whether any may be claimed; returns those in which none may, by their place in the array. Whoever calls it writes the statements: it runs them with the caller''s rights.';
