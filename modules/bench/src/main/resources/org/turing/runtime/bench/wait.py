"""Takes the time that its subject says, and no processor: a model that answers, or a script that works elsewhere."""

import time


class Wait:
    def __init__(self, db_conn=None):
        self.input_data = None

    def process(self):
        time.sleep(self.input_data["subject"]["seconds"])
        return {"success": True}
