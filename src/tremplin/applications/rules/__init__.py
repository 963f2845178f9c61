"""Decisions of the applications stage, without a database."""
