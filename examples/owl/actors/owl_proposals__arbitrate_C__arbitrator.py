"""The arbitrator decides where two proposals disagree: both shortlists, and what the definition itself says it is.

script: one process per subject, for the few that come this far. The id is the last argument, the subject is JSON on
standard input, the last line on standard output is the result. The runtime moves the status to resolved.
"""

import json
import math
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))  # where core/ is

from core.database import connection
from core.genus import kind_of

_WEIGHT_OF_LETTERS = 0.7
_WEIGHT_OF_KIND = 1.5
_LEAST = 0.01  # what a category counts that is not on a shortlist


def decide(by_gloss, by_name, kind):
    """The category with the most evidence; the name decides between equals, so that a second run agrees."""
    def evidence(category):
        return (math.log(max(by_gloss.get(category, 0), _LEAST))
                + _WEIGHT_OF_LETTERS * math.log(max(by_name.get(category, 0), _LEAST))
                + _WEIGHT_OF_KIND * (category == kind))

    return max(sorted({*by_gloss, *by_name}), key=evidence)


def main():
    task = json.load(sys.stdin)
    subject = task["subject"]
    category = decide(subject["by_gloss"], subject["by_name"], kind_of(subject["gloss"]))
    connection().query(
        """
        INSERT INTO owl_proposals (owl_id, actor, category) VALUES ($1, 'arbitrator', $2)
        ON CONFLICT (owl_id, actor) DO UPDATE SET category = excluded.category
        """,
        sys.argv[-1], category)
    print(json.dumps({"success": True, "output": {"category": category}}))


if __name__ == "__main__":
    main()
