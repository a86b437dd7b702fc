"""Tests of the OWL scripts: ``python3 -m unittest`` in the folder above, with PGHOST etc. for those of the database."""
