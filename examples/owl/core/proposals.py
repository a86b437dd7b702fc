"""Writing a proposal: which category an actor would give to a term."""

from core.database import connection


def propose(actor, task, shortlist):
    """Writes the actor's own row for the subject, and only while the ticket is still its own.

    ``turing.hold`` locks the claim and raises if somebody else has taken it over: a late writer changes nothing.
    """
    category, confidence = max(shortlist.items(), key=lambda entry: entry[1])
    with connection().transaction() as database:
        database.query("SELECT turing.hold($1, $2)", task["ticket_id"], task["fence"])
        database.query(
            """
            INSERT INTO owl_proposals (owl_id, actor, category, confidence, shortlist) VALUES ($1, $2, $3, $4, $5)
            ON CONFLICT (owl_id, actor) DO UPDATE
                SET category = excluded.category, confidence = excluded.confidence, shortlist = excluded.shortlist
            """,
            task["subject"]["owl_id"], actor, category, confidence, shortlist)
    return {"success": True, "output": {"category": category, "confidence": confidence}}
