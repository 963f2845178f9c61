"""Tremplin: run a scholars programme end to end."""

__version__ = "0.1.0"
