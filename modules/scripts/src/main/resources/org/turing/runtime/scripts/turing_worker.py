"""Runs one actor file in a warm worker: a JSON line in, a call of process(), a JSON line out.

Started by the runtime as `python turing_worker.py FILE`. The actor is the most derived class with process() that FILE
defines; every subject gets a new instance, all of them share one database connection. What the actor prints goes to
standard error, so that it can't corrupt the answers; a mark on standard error ends what belongs to one subject.
"""

import datetime
import decimal
import enum
import errno
import importlib.util
import inspect
import json
import math
import os
import re
import resource
import socket
import sys
import traceback
import uuid

INTEGER = re.compile(r"(0|-?[1-9][0-9]*)\Z", re.ASCII)
MOST_NESTED = 200
MOST_DIGITS = 640  # the lowest limit that Python can be given
MOST_CAUSES = 50
LONGEST_NAME = 63  # of a session, in bytes; PostgreSQL cuts the rest off
LACKING = ("42883", "42P01", "42501")  # undefined_function, undefined_table, insufficient_privilege
CONNECTION_LOST = ("08", "57P")  # connection exceptions; the server shuts down, has crashed, or starts
NOT_NOW = ("25006", "53100", "53300")  # read_only_sql_transaction, disk_full, too_many_connections
UNREACHABLE = (errno.EHOSTUNREACH, errno.ENETUNREACH, errno.EHOSTDOWN, errno.ENETDOWN)
MISSING_PSYCOPG2 = (
    "psycopg2 is not installed for %s, and this actor uses db_conn. "
    "Fix: %s -m pip install psycopg2-binary, or set turing.scripts.python to an interpreter that has it"
) % (sys.executable, sys.executable)


class Missing(RuntimeError):
    """psycopg2 is not installed."""


class MissingDatabase:
    """Stands in for db_conn where psycopg2 is not installed: an actor that never uses it is not disturbed."""

    asked = False

    def __getattr__(self, name):
        self.asked = True  # an actor may catch what is raised, and call it a failure
        raise Missing(MISSING_PSYCOPG2)


class Unreachable(Exception):
    """The database can't be reached: nothing was learned about the subject."""


class Database:
    """The worker's connection: opened for the first subject, checked and named before each."""

    def __init__(self, wanted):
        self.wanted = wanted
        self.connection = None
        self.missing = None

    def ready_for(self, ticket):
        if not self.wanted:
            return None
        # Looked for again where it is missing: whoever installs it need not restart anything. That takes some 40 us.
        try:
            import psycopg2
            import psycopg2.extras
        except ImportError:
            self.missing = MissingDatabase()
            return self.missing
        self.missing = None
        for _ in range(2):
            try:
                if self.connection is None or self.connection.closed:
                    self.connection = psycopg2.connect("", cursor_factory=psycopg2.extras.RealDictCursor)
                self.connection.rollback()
                self.connection.autocommit = True
                self.name("turing ticket %s" % ticket["ticket_id"])
                self.connection.autocommit = False
                return self.connection
            except psycopg2.OperationalError as problem:
                self.drop()
                last = problem
        raise Unreachable("the database can't be reached: %s" % str(last).strip())

    def name(self, name):
        """Names the session, so that whoever rescues a ticket can end what still works on it."""
        with self.connection.cursor() as cursor:
            cursor.execute("SET application_name TO %s", (name[:LONGEST_NAME],))

    def rest(self, task_type):
        """The subject is done with, and its answer given."""
        if self.connection is None or self.connection.closed:
            return
        try:
            self.connection.rollback()
            self.connection.autocommit = True
            self.name("turing task %s" % task_type)
        except Exception:
            self.drop()

    def settle(self, success):
        """Commits what a success left open; undoes what anything else did."""
        if success and self.lost():
            raise Unreachable("the connection to the database was lost, and with it what this success left open")
        if self.connection is not None and not self.connection.closed:
            if success:
                self.connection.commit()
            else:
                self.connection.rollback()

    def lost(self):
        """Whether the server ended the connection, not the actor."""
        return self.connection is not None and self.connection.closed > 1

    def drop(self):
        try:
            if self.connection is not None:
                self.connection.close()
        except Exception:
            pass  # it is broken, which is why it is dropped
        self.connection = None


def load(path, root):
    """The actor class of a file."""
    sys.path[:] = [root, os.path.dirname(path)] + [p for p in sys.path if p != os.path.dirname(__file__)]
    name = "turing_actor_" + re.sub(r"\W", "_", os.path.splitext(os.path.basename(path))[0])
    spec = importlib.util.spec_from_file_location(name, path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    actors = [
        thing
        for thing in vars(module).values()
        if inspect.isclass(thing) and thing.__module__ == name and callable(getattr(thing, "process", None))
    ]
    derived = [a for a in actors if not inspect.isabstract(a) and not any(a is not b and issubclass(b, a) for b in actors)]
    if not derived:
        raise LookupError("%s defines no class with a process() method. Fix: define one, or set execution_type" % path)
    return derived[-1]


def instance_of(actor_class, connection):
    """A new actor; its constructor may take db_conn, by name or first, or nothing."""
    try:
        parameters = inspect.signature(actor_class).parameters.values()
    except (TypeError, ValueError):
        return actor_class()
    if any(p.name == "db_conn" or p.kind is p.VAR_KEYWORD for p in parameters if p.kind is not p.POSITIONAL_ONLY):
        return actor_class(db_conn=connection)
    if any(p.default is p.empty and p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD) for p in parameters):
        return actor_class(connection)
    return actor_class()


def ticket_of(line):
    """What a line says. Python converts no integers of many digits (4,300 by default): these are Decimals then."""
    try:
        return json.loads(line)
    except ValueError:
        return json.loads(line, parse_int=integer)


def integer(digits):
    return int(digits) if len(digits) < MOST_DIGITS else decimal.Decimal(digits)


def input_data(ticket):
    """What the actor finds in self.input_data: ids that look like integers are integers."""
    subject_id = ticket["subject_id"]
    if INTEGER.match(subject_id) and len(subject_id) < MOST_DIGITS:
        subject_id = int(subject_id)
    return dict(ticket, subject_id=subject_id, posting_id=subject_id)


def answer_to(actor_class, database, ticket):
    """What the runtime is told; never raises."""
    try:
        actor = instance_of(actor_class, database.ready_for(ticket))
        actor.input_data = input_data(ticket)
        result = actor.process()
        if not isinstance(result, dict):
            raise TypeError("process() returned %s, not a dict" % ("None" if result is None else type(result).__name__))
        answer = dict(result, success=not ("success" in result and result["success"] == False))  # noqa: E712 numpy's False too
        if not answer["success"] and database.missing is not None and database.missing.asked:
            answer.update(environment="script", error=MISSING_PSYCOPG2)
        elif not answer["success"] and database.lost():
            answer.update(environment="database")
        text = as_json(answer)
        database.settle(answer["success"] and not answer.get("skip_reason"))
        return text
    except Unreachable as problem:
        return json.dumps({"success": False, "environment": "database", "error": str(problem)})
    except BaseException as problem:  # SystemExit too: the worker goes on
        traceback.print_exc()
        part = to_blame(problem, ticket.get("model"), database.lost())
        undo(database)
        answer = {"success": False, "error": last_line(problem)}
        if isinstance(problem, MemoryError):
            answer["error"] = out_of_memory()
        return json.dumps(dict(answer, environment=part) if part else answer)


def to_blame(problem, model, database_lost):
    """What the actor needs and does not have, if that is why it raised; None if its subject may be the reason.

    Libraries are known by name, so that none of them is imported. A connection that was reset or a timeout blames
    nobody: this very subject may be what the server can't bear.
    """
    if database_lost:
        return "database"
    chain = causes(problem)
    if any(isinstance(cause, Missing) for cause in chain):
        return "script"
    if any(database_lacks(cause) for cause in chain):
        return "database"
    broken_off = any(isinstance(cause, (ConnectionResetError, BrokenPipeError)) for cause in chain)
    if model and not broken_off and any(unreachable(cause) or turned_away(cause) for cause in chain):
        return "model"
    return None


def causes(problem):
    """An exception with all that led to it."""
    found, waiting = [], [problem]
    while waiting and len(found) < MOST_CAUSES:
        cause = waiting.pop()
        if isinstance(cause, BaseException) and not any(cause is known for known in found):
            found.append(cause)
            waiting += [cause.__cause__, None if cause.__suppress_context__ else cause.__context__]
            waiting += [probe(cause, "reason"), *cause.args]
    return found


def probe(thing, name):
    """An attribute of somebody else's object, which may be a property that raises."""
    try:
        return getattr(thing, name, None)
    except Exception:
        return None


def is_a(problem, package, *names):
    """Whether an exception is one of a package's, or derived from it."""
    return any(kind.__module__.partition(".")[0] == package and kind.__name__ in names for kind in type(problem).__mro__)


def database_lacks(problem):
    """A function, a table or a right is missing, or the connection: psycopg2 and psycopg."""
    if not (is_a(problem, "psycopg2", "Error") or is_a(problem, "psycopg", "Error")):
        return False
    code = probe(problem, "pgcode") or probe(problem, "sqlstate")
    if code is None:
        return is_a(problem, "psycopg2", "OperationalError") or is_a(problem, "psycopg", "OperationalError")
    # 'operator does not exist' is an undefined function to PostgreSQL, but a matter of the values that are compared.
    operator = probe(probe(problem, "diag"), "source_function") == "op_error"
    return (code in LACKING and not operator) or code in NOT_NOW or code.startswith(CONNECTION_LOST)


def unreachable(problem):
    """Nobody listens where the model should be."""
    if isinstance(problem, (ConnectionRefusedError, socket.gaierror)):
        return True
    if isinstance(problem, OSError) and problem.errno in UNREACHABLE:
        return True
    return (
        (is_a(problem, "urllib", "URLError") and isinstance(probe(problem, "reason"), TimeoutError))
        or is_a(problem, "requests", "ConnectionError", "ConnectTimeout")
        or is_a(problem, "httpx", "ConnectError", "ConnectTimeout")
        or is_a(problem, "aiohttp", "ClientConnectorError")
    )


def turned_away(problem):
    """The model's server is there and says that it can't serve now (HTTP 503)."""
    if not isinstance(problem, Exception):
        return False
    said = [probe(answer, n) for answer in (problem, probe(problem, "response")) for n in ("code", "status", "status_code")]
    return any(isinstance(code, int) and code == 503 for code in said)


def out_of_memory():
    limit = resource.getrlimit(resource.RLIMIT_DATA)[0]
    if limit == resource.RLIM_INFINITY:
        return "MemoryError: the machine gives this worker no more memory"
    return "MemoryError: this subject needs more than the %d MiB of turing.scripts.limits.memory" % (limit >> 20)


def undo(database):
    try:
        database.settle(False)
    except Exception:
        database.drop()


def last_line(problem):
    """The line of a traceback that says what went wrong; what follows or precedes it is indented."""
    lines = "".join(traceback.format_exception_only(type(problem), problem)).splitlines()
    return next((line for line in lines if line and not line[0].isspace()), type(problem).__name__)


def as_json(answer):
    try:
        return json.dumps(answer, allow_nan=False)
    except (TypeError, ValueError, RecursionError):
        return json.dumps(plain(answer, 0), allow_nan=False)


def plain(value, depth):
    """The nearest thing that JSON can hold."""
    if depth > MOST_NESTED:
        raise ValueError("the result is nested more than %d deep or contains itself" % MOST_NESTED)
    if isinstance(value, enum.Enum):
        return plain(value.value, depth + 1)
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else None
    if isinstance(value, decimal.Decimal):
        return number(value)
    if isinstance(value, dict):
        return {key if isinstance(key, str) else str(key): plain(item, depth + 1) for key, item in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [plain(item, depth + 1) for item in value]
    if isinstance(value, (datetime.datetime, datetime.date, datetime.time)):
        return value.isoformat()
    if isinstance(value, datetime.timedelta):
        return value.total_seconds()
    if isinstance(value, (bytes, bytearray, memoryview)):
        return bytes(value).decode("utf-8", "replace")
    if isinstance(value, uuid.UUID):
        return str(value)
    for convert in ("tolist", "item"):  # numpy's arrays and scalars
        if callable(getattr(value, convert, None)):
            return plain(getattr(value, convert)(), depth + 1)
    return str(value)


def number(value):
    """A Decimal as a number where none of its digits gets lost, else as text."""
    if not value.is_finite():
        return None
    if value == value.to_integral_value() and value.adjusted() < 30:
        return int(value)
    return float(value) if decimal.Decimal(repr(float(value))) == value else str(value)


def take_streams():
    """Keeps the runtime's streams for itself: print() goes to standard error, input() finds nothing."""
    requests = os.fdopen(os.dup(0), "r", encoding="utf-8")
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8", newline="\n")
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    return requests, answers


def flush():
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (AttributeError, OSError, ValueError):
            pass  # the actor has replaced or closed it


def main():
    requests, answers = take_streams()
    mark = os.environ.pop("TURING_LOG_MARK")
    path, root = os.path.realpath(sys.argv[1]), os.getcwd()
    database = Database(os.environ.pop("TURING_DATABASE_ACCESS", "") == "on")
    sys.argv = [path]

    def say(text, ticket_id=None):
        flush()
        if ticket_id is not None:
            os.write(2, ("\x1e%s %s\n" % (mark, ticket_id)).encode())
        answers.write(text + "\n")
        answers.flush()

    try:
        actor_class = load(path, root)
    except BaseException as problem:
        traceback.print_exc()
        say(json.dumps({"unrunnable": "%s can't be loaded: %s" % (path, last_line(problem))}))
        return
    say(json.dumps({"ready": True}))
    for line in requests:
        ticket = ticket_of(line)
        os.chdir(root)
        say(answer_to(actor_class, database, ticket), ticket["ticket_id"])
        database.rest(ticket["task_type"])


if __name__ == "__main__":
    main()
