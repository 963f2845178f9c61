"""`tremplin labs connect`: which programme, asked with whose token. Tried at once, then kept."""

from __future__ import annotations

import argparse
import getpass
import os
import sys
from typing import Any

from tremplin.cli.scholar import server
from tremplin.cli.scholar.server import Connection, Refused, Unreachable
from tremplin.cli.scholar.words import Tongue
from tremplin.cli.sheets.faults import Wrong


def connect(args: argparse.Namespace) -> int:
    """Try the token, find the cohort of whose scholars its owner is one, and keep both."""
    tongue = Tongue(args.lang)
    site = server.address(args.site, tongue)
    token = _token(site, args.token_stdin, tongue)
    try:
        me = Connection(site, token).get("/me", tongue)
        cohorts = Connection(site, token).get("/cohorts", tongue)["items"]
    except Unreachable as error:
        raise tongue.wrong("unreachable", reason=error.reason) from None
    except Refused as error:
        if error.status == 401:
            raise tongue.wrong("refused-token", site=site) from None
        raise Wrong(tongue("said-no", detail=error.detail)) from None
    cohort = _cohort(cohorts, args.cohort.strip("/"), tongue)
    server.keep(Connection(site, token, cohort))
    print(tongue("connected", name=me["name"], cohort=cohort, site=site))
    if not me["token"].get("submits"):
        print(tongue("cannot-submit"))
    return 0


def _token(site: str, from_stdin: bool, tongue: Tongue) -> str:
    """From the standard input, the environment, or typed unseen: never from the command line, which others can see."""
    if from_stdin:
        token = sys.stdin.readline()
    elif given := os.environ.get("TREMPLIN_TOKEN"):
        token = given
    else:
        print(tongue("token-where", site=site))
        token = getpass.getpass(tongue("token"))
    token = token.strip()
    if not token or not token.isascii() or not token.isprintable() or " " in token:
        raise tongue.wrong("no-token")
    return token


def _cohort(cohorts: list[dict[str, Any]], wanted: str, tongue: Tongue) -> str:
    mine = [
        f"{row['institution']}/{row['programme']}/{row['cohort']}"
        for row in cohorts
        if "scholar" in row["roles"]
    ]
    if wanted:
        mine = [cohort for cohort in mine if cohort == wanted]
    if not mine:
        raise tongue.wrong("no-cohort")
    if len(mine) > 1:
        options = ", ".join(f"--cohort {cohort}" for cohort in mine)
        raise Wrong(tongue("which-cohort"), tongue("which-cohort-remedy", options=options))
    return mine[0]
