# turing: worker
"""A step that takes its time and no processor: how many of them end in a second is known before."""
import json
import sys
import time

for line in sys.stdin:
    ticket = json.loads(line)
    time.sleep(0.1)
    print(json.dumps({"success": True, "ticket_id": ticket["ticket_id"]}), flush=True)
