-- The OWL example: its tables, its models and its seven task types. Run again, it starts over with empty tables.
--
--   pending --lucy--> lucy_passed --alma--> alma_passed --carl--> _needs_review --clara_a, clara_b--> two proposals
--                                 `-------> merged                (they disagree) --arbitrator--> resolved
--                                                                 (agreed, or resolved) --commit--> classified

-- --------------------------------------------------------------------- tables

-- Ids go on counting when the example starts over: to the runtime a reloaded term is a new subject, without a past.
CREATE SEQUENCE IF NOT EXISTS public.owl_ids;

DROP VIEW IF EXISTS public.owl_verdicts;
DROP TABLE IF EXISTS public.owl, public.owl_entities, public.owl_proposals, public.owl_truth;

CREATE TABLE public.owl (
    owl_id      bigint PRIMARY KEY DEFAULT nextval('public.owl_ids'),
    raw_name    text NOT NULL,
    gloss       text NOT NULL,
    name        text,
    merged_into bigint,
    status      text NOT NULL DEFAULT 'pending' CHECK (status IN
                ('pending', 'lucy_passed', 'alma_passed', 'merged', '_needs_review', 'resolved', 'classified'))
);

COMMENT ON TABLE public.owl IS 'Raw terms on their way through the pipeline.';
COMMENT ON COLUMN public.owl.owl_id IS 'The subject id; smaller is earlier in the list.';
COMMENT ON COLUMN public.owl.raw_name IS 'The term as it came.';
COMMENT ON COLUMN public.owl.gloss IS 'Its definition.';
COMMENT ON COLUMN public.owl.name IS 'The term as lucy writes it.';
COMMENT ON COLUMN public.owl.merged_into IS 'The earlier term that it repeats.';
COMMENT ON COLUMN public.owl.status IS 'Where it stands: one task type''s outbox is the next one''s inbox.';

-- every inbox below is a range of this index
CREATE INDEX owl_inbox ON public.owl (status, owl_id);

CREATE TABLE public.owl_entities (
    owl_id   bigint PRIMARY KEY,
    name     text NOT NULL,
    category text
);

COMMENT ON TABLE public.owl_entities IS 'What carl creates and commit classifies.';
COMMENT ON COLUMN public.owl_entities.owl_id IS 'The term that it stands for.';
COMMENT ON COLUMN public.owl_entities.name IS 'Its name.';
COMMENT ON COLUMN public.owl_entities.category IS 'Its category, one of WordNet''s 26 noun files; null until committed.';

CREATE TABLE public.owl_proposals (
    owl_id     bigint NOT NULL,
    actor      text NOT NULL CHECK (actor IN ('clara_a', 'clara_b', 'arbitrator')),
    category   text NOT NULL,
    confidence real,
    shortlist  jsonb,
    PRIMARY KEY (owl_id, actor)
);

COMMENT ON TABLE public.owl_proposals IS 'One row per term and actor.';
COMMENT ON COLUMN public.owl_proposals.owl_id IS 'The term.';
COMMENT ON COLUMN public.owl_proposals.actor IS 'Who proposes.';
COMMENT ON COLUMN public.owl_proposals.category IS 'The category proposed.';
COMMENT ON COLUMN public.owl_proposals.confidence IS 'How sure the actor is, 0 to 1; null: it had the last word.';
COMMENT ON COLUMN public.owl_proposals.shortlist IS 'Its likeliest categories with their probabilities.';

CREATE TABLE public.owl_truth (
    owl_id       bigint PRIMARY KEY,
    category     text NOT NULL,
    duplicate_of bigint
);

COMMENT ON TABLE public.owl_truth IS 'What WordNet says. The report reads it; no script does.';
COMMENT ON COLUMN public.owl_truth.owl_id IS 'The term.';
COMMENT ON COLUMN public.owl_truth.category IS 'The noun file that it stands in.';
COMMENT ON COLUMN public.owl_truth.duplicate_of IS 'The first term of the list that means the same entity; null: this is it.';

-- Two proposals agree if they name the same category, or if one is so much surer that the other gives way. They
-- disagree if they name different ones and neither is an eighth surer than the other: a case for the arbitrator.
CREATE VIEW public.owl_verdicts AS
SELECT a.owl_id,
       a.category = b.category OR greatest(a.confidence, b.confidence) >= 1.125 * least(a.confidence, b.confidence)
           AS agreed,
       coalesce(resolved.category, CASE WHEN a.confidence >= b.confidence THEN a.category ELSE b.category END)
           AS category,
       a.shortlist AS by_gloss,
       b.shortlist AS by_name
  FROM public.owl_proposals a
  JOIN public.owl_proposals b ON b.owl_id = a.owl_id AND b.actor = 'clara_b'
  LEFT JOIN public.owl_proposals resolved ON resolved.owl_id = a.owl_id AND resolved.actor = 'arbitrator'
 WHERE a.actor = 'clara_a';

COMMENT ON VIEW public.owl_verdicts IS 'What the two proposals of a term come to.';

-- --------------------------------------------------------------------- models

INSERT INTO models (model_name, slots, memory_mb) VALUES
    ('mistral-nemo:12b', 1, 7500),
    ('qwen2.5-coder:7b', 1, 4700),
    ('gemma2',           1, 5500)
ON CONFLICT (model_name) DO UPDATE SET slots = excluded.slots, memory_mb = excluded.memory_mb;

-- ----------------------------------------------------------------- task types

DELETE FROM task_types WHERE pipeline = 'owl';

-- lucy, alma, carl and the arbitrator leave the status to the runtime: outbox_status moves with the ticket.

INSERT INTO task_types (task_type_id, task_type_name, pipeline, description, work_query,
                        subject_table, subject_key, status_column, inbox_status, outbox_status,
                        script_path, execution_type, database_access, batch_size)
VALUES (9388, 'lucy', 'owl', 'Writes every raw term the same way.',
        'SELECT owl_id, raw_name FROM owl WHERE status = ''pending'' ORDER BY owl_id',
        'owl', 'owl_id', 'status', 'pending', 'lucy_passed',
        'actors/owl__validate_U__lucy.py', 'bulk', true, 500);

INSERT INTO task_types (task_type_id, task_type_name, pipeline, description, work_query,
                        subject_table, subject_key, status_column, inbox_status, outbox_status,
                        script_path, execution_type, database_access, requires_model)
VALUES (9389, 'alma', 'owl', 'Merges fuzzy duplicates.',
        'SELECT owl_id FROM owl WHERE status = ''lucy_passed'' ORDER BY owl_id',
        'owl', 'owl_id', 'status', 'lucy_passed', 'alma_passed,merged',
        'actors/owl__merge_U__alma.py', 'worker', true, 'mistral-nemo:12b');

-- carl has no work_query: the declared inbox says it all
INSERT INTO task_types (task_type_id, task_type_name, pipeline, description,
                        subject_table, subject_key, status_column, inbox_status, outbox_status, writes,
                        script_path, execution_type)
VALUES (9390, 'carl', 'owl', 'Creates the entity.',
        'owl', 'owl_id', 'status', 'alma_passed', '_needs_review', '{owl_entities}',
        'actors/owl_entities__create_C__carl.py', 'thick');

-- clara_a and clara_b read the same rows; each one's own proposal takes the row out of its own inbox.

INSERT INTO task_types (task_type_id, task_type_name, pipeline, description, work_query, writes,
                        script_path, execution_type, requires_model)
VALUES (9364, 'clara_a', 'owl', 'Proposes a category from the words of the definition.',
        'SELECT owl_id, gloss FROM owl WHERE status = ''_needs_review'' AND NOT EXISTS (
             SELECT FROM owl_proposals p WHERE p.owl_id = owl.owl_id AND p.actor = ''clara_a'')',
        '{owl_proposals}', 'actors/owl__classify_U__clara_a.py', 'thick', 'mistral-nemo:12b');

INSERT INTO task_types (task_type_id, task_type_name, pipeline, description, work_query, writes,
                        script_path, execution_type, database_access, requires_model)
VALUES (9365, 'clara_b', 'owl', 'Proposes a category from the letters of the name.',
        'SELECT owl_id, name FROM owl WHERE status = ''_needs_review'' AND NOT EXISTS (
             SELECT FROM owl_proposals p WHERE p.owl_id = owl.owl_id AND p.actor = ''clara_b'')',
        '{owl_proposals}', 'actors/owl__classify_U__clara_b.py', 'worker', true, 'qwen2.5-coder:7b');

INSERT INTO task_types (task_type_id, task_type_name, pipeline, description, work_query,
                        subject_table, subject_key, status_column, inbox_status, outbox_status, writes,
                        script_path, execution_type, database_access, requires_model)
VALUES (9397, 'arbitrator', 'owl', 'Decides where the proposals disagree.',
        'SELECT owl_id, gloss, by_gloss, by_name FROM owl JOIN owl_verdicts USING (owl_id)
          WHERE status = ''_needs_review'' AND NOT agreed',
        'owl', 'owl_id', 'status', '_needs_review', 'resolved', '{owl_proposals}',
        'actors/owl_proposals__arbitrate_C__arbitrator.py', 'script', true, 'gemma2');

-- commit has two inbox statuses, so it moves the status itself, under turing.hold
INSERT INTO task_types (task_type_id, task_type_name, pipeline, description, work_query, writes,
                        script_path, execution_type)
VALUES (9398, 'commit', 'owl', 'Writes the category that was agreed on or resolved.',
        'SELECT owl_id, status, category FROM owl JOIN owl_verdicts USING (owl_id)
          WHERE status = ''resolved'' OR status = ''_needs_review'' AND agreed',
        '{owl,owl_entities}', 'actors/owl__commit_U__commit.py', 'thick');
