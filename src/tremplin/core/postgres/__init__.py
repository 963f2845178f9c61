"""Django's backend for PostgreSQL: statements stay ready, and whether a connection lives is seen without asking."""
