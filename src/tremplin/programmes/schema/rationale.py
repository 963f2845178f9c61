"""Why something is asked or judged: written by those who decide it, before anybody is judged by it."""

from pydantic import Field

from tremplin.programmes.schema.base import Part, Words


class Rationale(Part):
    """Why a criterion or a door is there. Everybody can read it on the call's page of reasons, with its date."""

    needed: Words = Field(description="Why the programme needs it")
    measures: Words = Field(description="What it measures, and by what")
    considered: Words = Field(description="What else was considered, and why not that")
    affected: Words = Field(description="Who is likely to be affected, and what is done about it")
