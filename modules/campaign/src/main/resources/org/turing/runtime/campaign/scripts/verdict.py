"""As long as a model's answer takes, and with a choice between two statuses."""

from core.database import connection
from core.lines import answer_lines

from ledger import effect, work


def process(task):
    work(task, 50, 250)
    effect(connection(), task)
    return {"success": True, "status": "kept" if int(task["subject_id"]) % 2 else "burnt"}


answer_lines(process)
