"""Gives back what it is given, line by line: what the floor pipes to."""
import json
import sys

for line in sys.stdin:
    print(json.dumps({"success": True, "output": json.loads(line)["subject"]}), flush=True)
