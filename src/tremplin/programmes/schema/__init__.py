"""The programme file: what a programme is, as one readable, validated, frozen document."""

from tremplin.programmes.schema.application import (
    ApplicationForm,
    Choice,
    EligibilityQuestion,
    Question,
    Section,
)
from tremplin.programmes.schema.base import DATE_CODES, LANGUAGES, STAGES, Amount, Moment, Words
from tremplin.programmes.schema.plan import SCHEMA_VERSION, Plan
from tremplin.programmes.schema.programme import CohortPlan, JurisdictionPlan, MailText, ProgrammePlan
from tremplin.programmes.schema.second_pass import SecondPassPlan
from tremplin.programmes.schema.selection import Criterion, Level, OfferPlan, ReviewPlan, SelectionPlan
from tremplin.programmes.schema.training import (
    CheckIn,
    ChecklistItem,
    ImpactPlan,
    Instalment,
    MentoringPlan,
    Milestone,
    ProjectPlan,
    ShowcasePlan,
    StipendPlan,
    Survey,
    TrainingPlan,
)

__all__ = [
    "DATE_CODES",
    "LANGUAGES",
    "SCHEMA_VERSION",
    "STAGES",
    "Amount",
    "ApplicationForm",
    "CheckIn",
    "ChecklistItem",
    "Choice",
    "CohortPlan",
    "Criterion",
    "EligibilityQuestion",
    "ImpactPlan",
    "Instalment",
    "JurisdictionPlan",
    "Level",
    "MailText",
    "MentoringPlan",
    "Milestone",
    "Moment",
    "OfferPlan",
    "Plan",
    "ProgrammePlan",
    "ProjectPlan",
    "Question",
    "ReviewPlan",
    "SecondPassPlan",
    "Section",
    "SelectionPlan",
    "ShowcasePlan",
    "StipendPlan",
    "Survey",
    "TrainingPlan",
    "Words",
]
