"""The worker contract: a JSON line in, a JSON line out, one subject at a time, until the input ends."""

import json
import sys


def answer_lines(process):
    """Calls ``process(task)`` for every line on standard input and writes the dict that it returns.

    An exception fails that subject alone; the runtime tries it again later.
    """
    for line in sys.stdin:
        try:
            result = process(json.loads(line))
        except Exception as error:  # one subject's trouble must not end the worker
            result = {"success": False, "error": "%s: %s" % (type(error).__name__, error)}
        print(json.dumps(result), flush=True)
