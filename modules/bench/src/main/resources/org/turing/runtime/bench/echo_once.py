"""Gives back what it is given, in a process of its own."""
import json
import sys

print(json.dumps({"success": True, "output": json.load(sys.stdin)["subject"]}))
