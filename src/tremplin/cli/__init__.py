"""The command line. `main.py` is the entry point; each command is a module beside it."""
