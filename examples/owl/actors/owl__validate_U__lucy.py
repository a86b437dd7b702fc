"""Lucy writes every raw term the same way: lower case, singular, American spelling, single spaces.

bulk: one process for a batch, a JSON line per subject on standard input, a JSON line per subject back. The names of
the whole batch are written in one statement; the runtime moves each status from pending to lucy_passed.
"""

import json
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))  # where core/ is

from core.database import connection
from core.words import normal_form


def main():
    tasks = [json.loads(line) for line in sys.stdin if line.strip()]
    names = {task["subject"]["owl_id"]: normal_form(task["subject"]["raw_name"]) for task in tasks}
    usable = {owl_id: name for owl_id, name in names.items() if name}
    connection().query(
        """
        UPDATE owl SET name = given.name
          FROM unnest($1::bigint[], $2::text[]) AS given (owl_id, name)
         WHERE owl.owl_id = given.owl_id AND owl.name IS DISTINCT FROM given.name
        """,
        list(usable), list(usable.values()))
    for task in tasks:
        name = names[task["subject"]["owl_id"]]
        # a term without a letter or digit is nobody's entity: declined by name, never dropped
        result = ({"success": True, "output": {"name": name}} if name
                  else {"success": False, "skip_reason": "NO_LETTERS_OR_DIGITS"})
        print(json.dumps({"ticket_id": task["ticket_id"], **result}))


if __name__ == "__main__":
    main()
