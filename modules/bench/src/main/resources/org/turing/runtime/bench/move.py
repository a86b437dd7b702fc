"""Moves the status itself, durably, and leaves a row from which the time of its commit can be told."""

from core.database import connection


class Move:
    def __init__(self, db_conn=None):
        self.input_data = None

    def process(self):
        subject = self.input_data["subject_id"]
        table = self.input_data["subject_type"]
        with connection().transaction() as database:
            database.query("SET LOCAL synchronous_commit = on")
            database.query("UPDATE %s SET status = 'ready' WHERE id = $1" % table, subject)
            database.query("INSERT INTO %s_commits (id) VALUES ($1)" % table, subject)
        return {"success": True}
