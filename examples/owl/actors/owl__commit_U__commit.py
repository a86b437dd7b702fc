"""Commit writes the category that was agreed on or resolved, and moves the term to classified.

thick and sovereign: its inbox has two statuses, so it moves the status itself. ``turing.hold`` in the same
transaction makes that exactly once: it raises if the ticket has been taken over.
"""

from core.database import connection


class Commit:
    def __init__(self, db_conn=None):
        self.input_data = None

    def process(self):
        subject = self.input_data["subject"]
        with connection().transaction() as database:
            database.query("SELECT turing.hold($1, $2)", self.input_data["ticket_id"], self.input_data["fence"])
            moved = database.query(
                "UPDATE owl SET status = 'classified' WHERE owl_id = $1 AND status = $2 RETURNING owl_id",
                subject["owl_id"], subject["status"])
            if moved:
                database.query("UPDATE owl_entities SET category = $2 WHERE owl_id = $1",
                               subject["owl_id"], subject["category"])
        return {"success": True, "output": {"category": subject["category"], "moved": bool(moved)}}
