"""Django's backend for PostgreSQL, with statements that stay ready, and a cheaper look at whether a connection still lives."""
