"""A small PostgreSQL client in plain Python, so that the example needs no pip.

Your own scripts would use psycopg2: ``execution_type = 'thick'`` hands them an open connection. This one speaks
just enough of PostgreSQL's protocol (version 3): trust and SCRAM-SHA-256 logins, parameters as $1, $2, …,
transactions and errors. It reads libpq's environment variables PGHOST, PGPORT, PGDATABASE, PGUSER and PGPASSWORD,
which the runtime sets for scripts with database access. No TLS, no COPY, text format only.

    from core.database import connection

    with connection().transaction() as database:
        database.query("SELECT turing.hold($1, $2)", ticket_id, fence)
        database.query("UPDATE owl SET status = 'classified' WHERE owl_id = $1", owl_id)
"""

import base64
import contextlib
import hashlib
import hmac
import json
import os
import socket
import struct

_INTEGERS = {20, 21, 23, 26}
_FLOATS = {700, 701, 1700}
_BOOLEAN = 16
_JSON = {114, 3802}


class DatabaseError(Exception):
    """PostgreSQL refused a statement or a login; ``sqlstate`` is its five-letter code."""

    def __init__(self, message, sqlstate="XX000"):
        super().__init__(message)
        self.sqlstate = sqlstate


class Connection:
    """One connection; for one thread."""

    def __init__(self, host, port, database, user, password=None):
        self._user, self._password = user, password
        self._statements = {}
        self._buffer = b""
        self._socket = _open_socket(host, port)
        try:
            options = {"user": user, "database": database, "client_encoding": "UTF8"}
            body = b"".join(_text(name) + _text(value) for name, value in options.items()) + b"\0"
            self._socket.sendall(struct.pack("!ii", len(body) + 8, 196608) + body)
            self._log_in()
        except BaseException:
            self.close()
            raise

    def query(self, sql, *parameters):
        """Runs one statement; returns its rows as a list of dicts, empty if it has none."""
        name = self._statements.get(sql)
        messages = b""
        if name is None:
            name = "s%d" % len(self._statements)
            messages += _message(b"P", _text(name) + _text(sql) + struct.pack("!h", 0))
        messages += _message(b"B", b"\0" + _text(name) + struct.pack("!hh", 0, len(parameters))
                             + b"".join(map(_parameter, parameters)) + struct.pack("!h", 0))
        messages += _message(b"D", b"P\0") + _message(b"E", b"\0" + struct.pack("!i", 0)) + _message(b"S", b"")
        self._send(messages)
        return self._results(parsed=lambda: self._statements.setdefault(sql, name))

    def script(self, sql):
        """Runs several statements without parameters, separated by semicolons, in one transaction."""
        self._send(_message(b"Q", _text(sql)))
        return self._results()

    @contextlib.contextmanager
    def transaction(self):
        """Commits at the end of the block, rolls back if it raises."""
        self.script("BEGIN")
        try:
            yield self
        except BaseException:
            if not self.closed:
                self.script("ROLLBACK")
            raise
        self.script("COMMIT")

    @property
    def closed(self):
        return self._socket is None

    def close(self):
        if self._socket is not None:
            with contextlib.suppress(OSError):
                self._socket.sendall(_message(b"X", b""))
            self._socket.close()
            self._socket = None

    # ------------------------------------------------------------------ protocol

    def _send(self, data):
        if self._socket is None:
            raise DatabaseError("the connection is closed", "08003")
        try:
            self._socket.sendall(data)
        except OSError as lost:
            self._lost(lost)

    def _receive(self):
        """The next message: its type and its body."""
        while len(self._buffer) < 5 or len(self._buffer) < 1 + struct.unpack_from("!i", self._buffer, 1)[0]:
            try:
                data = self._socket.recv(65536)
            except OSError as lost:
                self._lost(lost)
            if not data:
                self._lost("the server closed it")
            self._buffer += data
        end = 1 + struct.unpack_from("!i", self._buffer, 1)[0]
        kind, body = self._buffer[:1], self._buffer[5:end]
        self._buffer = self._buffer[end:]
        return kind, body

    def _lost(self, why):
        self._socket.close()
        self._socket = None
        raise DatabaseError("lost the connection to PostgreSQL: %s" % why, "08006")

    def _results(self, parsed=lambda: None):
        """Reads up to ReadyForQuery; raises what the server refused."""
        columns, rows, error = [], [], None
        while True:
            kind, body = self._receive()
            if kind == b"D":
                rows.append(_row(columns, body))
            elif kind == b"1":
                parsed()
            elif kind == b"T":
                columns, rows = _columns(body), []
            elif kind == b"E":
                error = error or _error(body)
            elif kind == b"Z":
                if error is not None:
                    raise error
                return rows

    def _log_in(self):
        scram = None
        while True:
            kind, body = self._receive()
            if kind == b"E":
                raise _error(body)
            if kind == b"Z":
                return
            if kind != b"R":
                continue
            request = struct.unpack_from("!i", body)[0]
            if request == 10:
                scram = _Scram(body[4:], self._user, self._password)
                first = scram.first()
                self._send(_message(b"p", _text("SCRAM-SHA-256") + struct.pack("!i", len(first)) + first))
            elif request == 11:
                self._send(_message(b"p", scram.final(body[4:])))
            elif request == 12:
                scram.verify(body[4:])
            elif request != 0:
                raise DatabaseError("the server asks for a login (kind %d) that this client does not speak; "
                                    "use SCRAM-SHA-256 or trust" % request, "28000")


class _Scram:
    """The client's side of SCRAM-SHA-256 (RFC 5802 and 7677), without channel binding."""

    def __init__(self, mechanisms, user, password):
        if b"SCRAM-SHA-256" not in mechanisms.split(b"\0"):
            raise DatabaseError("the server offers no SCRAM-SHA-256", "28000")
        if not password:
            raise DatabaseError("the server asks for the password of '%s'; set PGPASSWORD" % user, "28P01")
        self._password = password.encode()
        self._nonce = base64.b64encode(os.urandom(18)).decode()
        self._bare = "n=,r=" + self._nonce

    def first(self):
        return ("n,," + self._bare).encode()

    def final(self, challenge):
        challenge = challenge.decode()
        fields = dict(field.split("=", 1) for field in challenge.split(","))
        if not fields["r"].startswith(self._nonce):
            raise DatabaseError("the server's answer belongs to another login", "28000")
        salted = hashlib.pbkdf2_hmac("sha256", self._password, base64.b64decode(fields["s"]), int(fields["i"]))
        client_key = hmac.digest(salted, b"Client Key", "sha256")
        without_proof = "c=biws,r=" + fields["r"]
        signed = ",".join((self._bare, challenge, without_proof)).encode()
        signature = hmac.digest(hashlib.sha256(client_key).digest(), signed, "sha256")
        proof = bytes(a ^ b for a, b in zip(client_key, signature))
        self._server_signature = hmac.digest(hmac.digest(salted, b"Server Key", "sha256"), signed, "sha256")
        return (without_proof + ",p=" + base64.b64encode(proof).decode()).encode()

    def verify(self, answer):
        if not hmac.compare_digest(answer, b"v=" + base64.b64encode(self._server_signature)):
            raise DatabaseError("the server does not know the password itself", "28000")


# ---------------------------------------------------------------------- one connection per process

_shared = None


def connection():
    """This process's connection, opened when first asked for and again once it was lost."""
    global _shared
    if _shared is None or _shared.closed:
        _shared = connect()
    return _shared


def connect():
    """A new connection to the database that the environment names."""
    if os.environ.get("PGSSLMODE", "prefer") not in ("disable", "allow", "prefer"):
        raise DatabaseError("PGSSLMODE=%s: this client has no TLS" % os.environ["PGSSLMODE"], "08001")
    user = os.environ.get("PGUSER") or "postgres"
    return Connection(host=os.environ.get("PGHOST") or "localhost", port=int(os.environ.get("PGPORT") or 5432),
                      database=os.environ.get("PGDATABASE") or user, user=user,
                      password=os.environ.get("PGPASSWORD"))


def _open_socket(host, port):
    try:
        if host.startswith("/"):
            opened = socket.socket(socket.AF_UNIX)
            opened.connect("%s/.s.PGSQL.%d" % (host, port))
        else:
            opened = socket.create_connection((host, port), timeout=10)
            opened.settimeout(None)
            opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return opened
    except OSError as refused:
        raise DatabaseError("no PostgreSQL at %s:%d (PGHOST, PGPORT): %s" % (host, port, refused), "08001") from refused


# ---------------------------------------------------------------------- bytes

def _text(value):
    return value.encode() + b"\0"


def _message(kind, body):
    return kind + struct.pack("!i", len(body) + 4) + body


def _parameter(value):
    if value is None:
        return struct.pack("!i", -1)
    data = _literal(value).encode()
    return struct.pack("!i", len(data)) + data


def _literal(value):
    """A value as PostgreSQL's text format has it; lists are arrays, dicts are JSON."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return json.dumps(value)
    if isinstance(value, (list, tuple)):
        return "{" + ",".join("NULL" if item is None else _quoted(_literal(item)) for item in value) + "}"
    return str(value)


def _quoted(item):
    return '"' + item.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _columns(body):
    columns, at = [], 2
    for _ in range(struct.unpack_from("!h", body)[0]):
        end = body.index(b"\0", at)
        columns.append((body[at:end].decode(), struct.unpack_from("!i", body, end + 7)[0]))
        at = end + 19
    return columns


def _row(columns, body):
    row, at = {}, 2
    for name, oid in columns:
        length = struct.unpack_from("!i", body, at)[0]
        at += 4
        if length < 0:
            row[name] = None
        else:
            row[name] = _value(oid, body[at:at + length].decode())
            at += length
    return row


def _value(oid, text):
    if oid in _INTEGERS:
        return int(text)
    if oid in _FLOATS:
        return float(text)
    if oid == _BOOLEAN:
        return text == "t"
    return json.loads(text) if oid in _JSON else text


def _error(body):
    fields = {part[:1]: part[1:].decode() for part in body.split(b"\0") if part}
    message = fields.get(b"M", "unknown error")
    if b"D" in fields:
        message += " (" + fields[b"D"] + ")"
    return DatabaseError(message, fields.get(b"C", "XX000"))
