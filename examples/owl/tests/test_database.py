import os
import unittest

from core.database import Connection, DatabaseError, connect, connection

HAS_DATABASE = unittest.skipUnless(os.environ.get("PGHOST"), "PGHOST, PGPORT, PGDATABASE, PGUSER, PGPASSWORD name no database")


@HAS_DATABASE
class Queries(unittest.TestCase):
    def setUp(self):
        self.database = connect()
        self.addCleanup(self.database.close)
        self.database.script("CREATE TEMPORARY TABLE numbers (n integer PRIMARY KEY)")

    def numbers(self):
        return [row["n"] for row in self.database.query("SELECT n FROM numbers ORDER BY n")]

    def test_values_come_back_as_they_were_sent(self):
        row = self.database.query(
            "SELECT $1::bigint i, $2::text t, $3::boolean b, $4::float8 f, $5::jsonb j, $6::text n",
            -7, "Größe 'x' \\ \"y\"", True, 0.25, {"a": [1, None]}, None)[0]
        self.assertEqual({"i": -7, "t": "Größe 'x' \\ \"y\"", "b": True, "f": 0.25, "j": {"a": [1, None]}, "n": None}, row)

    def test_lists_are_arrays(self):
        texts = ['plain', 'with "quotes"', 'back\\slash', 'comma, {brace}', '', 'NULL', None]
        rows = self.database.query("SELECT t FROM unnest($1::text[]) WITH ORDINALITY AS u (t, at) ORDER BY at", texts)
        self.assertEqual(texts, [row["t"] for row in rows])

    def test_a_statement_is_prepared_once_and_used_again(self):
        for number in range(3):
            self.database.query("INSERT INTO numbers VALUES ($1)", number)
        prepared = self.database.query("SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE 'INSERT%'")
        self.assertEqual([0, 1, 2], self.numbers())
        self.assertEqual([{"count": 1}], prepared)

    def test_a_large_answer_arrives_whole(self):
        rows = self.database.query("SELECT n, repeat('x', 1000) AS text FROM generate_series(1, 3000) n")
        self.assertEqual(3000, len(rows))
        self.assertEqual({1000}, {len(row["text"]) for row in rows})

    def test_an_error_has_the_servers_message_and_the_connection_goes_on(self):
        with self.assertRaisesRegex(DatabaseError, 'relation "nothing" does not exist') as refused:
            self.database.query("SELECT * FROM nothing")
        self.assertEqual("42P01", refused.exception.sqlstate)
        self.assertEqual([], self.numbers())

    def test_a_transaction_commits_at_its_end(self):
        with self.database.transaction():
            self.database.query("INSERT INTO numbers VALUES (1)")
        self.assertEqual([1], self.numbers())

    def test_a_commit_waits_for_the_disk(self):
        # A runtime outlives a crash of PostgreSQL and records results that it kept: the rows must have survived as well.
        self.assertEqual(self.database.query("SHOW synchronous_commit"), [{"synchronous_commit": "on"}])

    def test_a_transaction_rolls_back_what_raised(self):
        with self.assertRaises(ZeroDivisionError):
            with self.database.transaction():
                self.database.query("INSERT INTO numbers VALUES (1)")
                raise ZeroDivisionError
        with self.assertRaises(DatabaseError):
            with self.database.transaction():
                self.database.query("INSERT INTO numbers VALUES (1)")
                self.database.query("INSERT INTO numbers VALUES (1)")
        self.assertEqual([], self.numbers())


@HAS_DATABASE
class Connecting(unittest.TestCase):
    def test_a_wrong_password_is_refused(self):
        with self.assertRaises(DatabaseError) as refused:
            Connection(os.environ["PGHOST"], int(os.environ["PGPORT"]), os.environ["PGDATABASE"], os.environ["PGUSER"],
                       "not " + os.environ["PGPASSWORD"])
        self.assertEqual("28P01", refused.exception.sqlstate)

    def test_the_shared_connection_is_opened_again_after_it_was_lost(self):
        shared = connection()
        self.assertIs(shared, connection())
        backend = shared.query("SELECT pg_backend_pid() AS pid")[0]["pid"]
        other = connect()
        self.addCleanup(other.close)
        other.query("SELECT pg_terminate_backend($1, 10000)", backend)
        with self.assertRaises(DatabaseError):
            shared.query("SELECT 1")
            shared.query("SELECT 1")  # the first may bring the server's farewell
        self.assertEqual([{"one": 1}], connection().query("SELECT 1 AS one"))

    def test_a_server_that_is_not_there_is_named(self):
        with self.assertRaisesRegex(DatabaseError, "no PostgreSQL at 127.0.0.1:1 "):
            Connection("127.0.0.1", 1, "none", "nobody")


if __name__ == "__main__":
    unittest.main()
