"""Alma finds fuzzy duplicates: a term that resembles one earlier in the list is merged into it.

worker: one warm process, a JSON line in, a JSON line out. The runtime moves the status to the one that the result
names: alma_passed or merged. A term counts as earlier if its owl_id is smaller, whether or not it has come by yet,
so that the same list always gives the same duplicates.
"""

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))  # where core/ is

from core.database import connection
from core.lines import answer_lines
from core.resemblance import EarlierTerms
from core.words import normal_form

terms = EarlierTerms()


def process(task):
    owl_id = task["subject"]["owl_id"]
    if owl_id > terms.last_id:
        read_terms()
    original = terms.original_of(owl_id)
    if original is None:
        return {"success": True, "status": "alma_passed"}
    connection().query("UPDATE owl SET merged_into = $2 WHERE owl_id = $1", owl_id, original)
    return {"success": True, "status": "merged", "output": {"merged_into": original}}


def read_terms():
    """Reads the list as it stands now: it has grown since the last look, or somebody has started a new one."""
    global terms
    terms = EarlierTerms()
    for row in connection().query("SELECT owl_id, raw_name, gloss FROM owl ORDER BY owl_id"):
        terms.add(row["owl_id"], normal_form(row["raw_name"]), row["gloss"])


if __name__ == "__main__":
    answer_lines(process)
