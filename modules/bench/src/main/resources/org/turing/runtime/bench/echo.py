"""Gives back what it is given, in a warm worker."""


class Echo:
    def __init__(self, db_conn=None):
        self.input_data = None

    def process(self):
        return {"success": True, "output": self.input_data["subject"]}
