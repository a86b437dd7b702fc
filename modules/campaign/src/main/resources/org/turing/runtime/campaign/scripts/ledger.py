"""The campaign's own ledger: a row for every effect, whatever the runtime makes of it."""

import os
import select


def effect(database, task):
    """Appends what this run did; belongs to the caller's transaction where one is open."""
    database.query("INSERT INTO work.effects (task_type, subject_id, ticket_id, attempt, process)"
                   " VALUES ($1, $2, $3, $4, $5)",
                   task["task_type"], task["subject_id"], task["ticket_id"], task["attempt"],
                   os.environ.get("CAMPAIGN_PROCESS"))


def work(task, least, spread):
    """Takes ``least`` to ``least + spread`` milliseconds, the same for the same subject."""
    # Not time.sleep, which fails under a library that makes the clock jump.
    select.select([], [], [], (least + int(task["subject_id"]) * 7919 % spread) / 1000)
