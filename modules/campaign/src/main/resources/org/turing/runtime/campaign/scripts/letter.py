"""A worker with a declared outbox: its effect is committed at once, its status is moved by the runtime."""

from core.database import connection
from core.lines import answer_lines

from ledger import effect, work


def process(task):
    work(task, 5, 40)
    effect(connection(), task)
    work(task, 5, 40)
    return {"success": True}


answer_lines(process)
