"""One process for a batch, with a declared outbox: a line in and a line out for each subject."""

import json
import sys

from core.database import connection

from ledger import effect, work

for line in sys.stdin:
    task = json.loads(line)
    work(task, 5, 30)
    effect(connection(), task)
    print(json.dumps({"ticket_id": task["ticket_id"], "subject_id": task["subject_id"], "success": True}), flush=True)
