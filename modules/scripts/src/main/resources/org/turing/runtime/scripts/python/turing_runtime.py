"""For scripts that write to the database themselves.

    import turing_runtime

    turing_runtime.hold(connection, ticket)
    ...                                         # whatever the script writes in this transaction
    connection.commit()

The runtime puts this file on the PYTHONPATH of every script, behind everything else that stands there. It needs Python's
standard library alone, and works with any connection of the DB-API (psycopg2, psycopg, pg8000, ...).
"""

import os


class LostClaim(Exception):
    """The ticket is held by this run no longer: roll back and end, for another run has the subject or will have it."""


def hold(connection, ticket=None):
    """Locks the claim of a ticket until the transaction ends, so that what is written in it is written exactly once.

    connection: an open connection of the DB-API, within a transaction or with autocommit off, so that this begins one.
    ticket: what the runtime handed over (the JSON object, or an actor's input_data); None for execution type script,
        whose environment names it.

    Raises LostClaim if the claim is lost, whatever the driver raises if the database can't be reached, and ValueError
    if there is no ticket or no transaction. Blocks while somebody else locks the claim: a rescuer, for milliseconds.
    """
    statement = "SELECT %s.hold(%d, %d)" % ((_schema(),) + _claim(ticket))
    if getattr(connection, "autocommit", False) is True and not _in_transaction(connection):
        raise ValueError("hold() on a connection with autocommit would lock nothing. Fix: connection.autocommit = False")
    cursor = connection.cursor()
    try:
        cursor.execute(statement)
    except Exception as problem:
        if _sqlstate(problem) == "55000":
            raise LostClaim(str(problem).strip()) from problem
        raise
    finally:
        cursor.close()


def _claim(ticket):
    if ticket is None:
        values = os.environ.get("TURING_TICKET_ID"), os.environ.get("TURING_FENCE")
    else:
        values = ticket.get("ticket_id"), ticket.get("fence")
    if None in values:
        raise ValueError("no ticket_id and fence. Fix: pass the JSON object that the runtime has handed to this script")
    return tuple(int(value) for value in values)


def _schema():
    return '"%s"' % os.environ.get("TURING_SCHEMA", "turing").replace('"', '""')


def _in_transaction(connection):
    """Whether a transaction was begun by hand; psycopg2 and psycopg know."""
    return getattr(getattr(connection, "info", None), "transaction_status", 0) != 0


def _sqlstate(problem):
    """The SQLSTATE of an error: psycopg2, psycopg, pg8000."""
    for name in ("pgcode", "sqlstate"):
        if getattr(problem, name, None):
            return getattr(problem, name)
    fields = problem.args[0] if problem.args else None
    return fields.get("C") if isinstance(fields, dict) else None
