# turing: worker
"""A step that asks a model server which takes 0.2 s for a request: the step waits and uses no processor."""
import json
import sys
import time

REQUEST = 0.2

for line in sys.stdin:
    ticket = json.loads(line)
    time.sleep(REQUEST)
    print(json.dumps({"success": True, "ticket_id": ticket["ticket_id"]}), flush=True)
