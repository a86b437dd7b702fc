"""The campaign's own ledger: a row for every effect, whatever the runtime makes of it."""

import os
import select


def effect(database, task):
    """Appends what this run did; belongs to the caller's transaction where one is open.

    The time comes from a question of its own: whoever heard its answer was alive then, however late the effect itself
    gets through to the server.
    """
    alive_at = database.query("SELECT CAST(clock_timestamp() AS text) AS now")[0]["now"]
    database.query("INSERT INTO work.effects (task_type, subject_id, ticket_id, attempt, process, alive_at)"
                   " VALUES ($1, $2, $3, $4, $5, CAST($6 AS timestamptz))",
                   task["task_type"], task["subject_id"], task["ticket_id"], task["attempt"],
                   os.environ.get("CAMPAIGN_PROCESS"), alive_at)


def work(task, least, spread):
    """Takes ``least`` to ``least + spread`` milliseconds, the same for the same subject."""
    # Not time.sleep, which fails under a library that makes the clock jump.
    select.select([], [], [], (least + int(task["subject_id"]) * 7919 % spread) / 1000)
