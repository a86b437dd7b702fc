"""Sovereign, a process per subject, without hold(): at least once."""

import json
import resource
import sys

from core.database import connection

from ledger import effect, work


def exhaust_memory():
    """Takes memory until there is none; within a limit of its own, so that the machine lives on."""
    resource.setrlimit(resource.RLIMIT_AS, (512 << 20, 512 << 20))
    hoard = []
    while True:
        hoard.append(bytearray(8 << 20))


task = json.load(sys.stdin)
database = connection()
if database.query("DELETE FROM work.mishaps WHERE mishap_id = (SELECT mishap_id FROM work.mishaps"
                  " LIMIT 1 FOR UPDATE SKIP LOCKED) RETURNING mishap_id"):
    exhaust_memory()
with database.transaction():
    effect(database, task)
    work(task, 5, 40)
    database.query("UPDATE work.parcels SET status = 'delivered' WHERE parcel_id = $1 AND status = 'posted'",
                   task["subject_id"])
print(json.dumps({"success": True}))
