"""The methods on an organiser's spreadsheet: read, confirmed, checked, worked on, written beside it.

Needs no installation, no database and no Django. A command is three things: the module of its name in `tremplin.cli`
(help and options), a module here (`drawing` for `draw`: what it reads, what it says, what it writes), and a method
below, which knows no files.
"""
