"""Sovereign and exactly once: effect, tallies and status stand or fall with hold().

Nothing here guards itself: a second run that hold() let pass would be counted twice, everywhere.
"""

from core.database import connection

from ledger import effect, work


class Deed:
    def __init__(self, db_conn=None):
        self.input_data = None

    def process(self):
        task = self.input_data
        work(task, 5, 40)
        with connection().transaction() as database:
            database.query("SELECT turing.hold($1, $2)", task["ticket_id"], task["fence"])
            effect(database, task)
            work(task, 5, 40)
            for tally in (1, 2):
                database.query("UPDATE work.tallies SET deeds = deeds + 1 WHERE tally_id = $1", tally)
            database.query("UPDATE work.deeds SET status = 'sealed' WHERE deed_id = $1", task["subject_id"])
        return {"success": True}
