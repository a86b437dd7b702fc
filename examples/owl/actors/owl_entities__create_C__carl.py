"""Carl creates the entity that a term stands for; the runtime then moves the term to _needs_review.

thick: a class with process(), one warm process for many subjects, as the predecessor's actors are written.
"""

from core.database import connection


class Carl:
    def __init__(self, db_conn=None):
        # the predecessor's connection needs psycopg2; this example does without
        self.input_data = None

    def process(self):
        owl_id = self.input_data["subject_id"]
        connection().query(
            """
            INSERT INTO owl_entities (owl_id, name) SELECT owl_id, name FROM owl WHERE owl_id = $1
            ON CONFLICT (owl_id) DO UPDATE SET name = excluded.name
            """,
            owl_id)
        return {"success": True}
