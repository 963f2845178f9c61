"""Decisions, the draw, offers, and the scholars who come of them."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from tremplin.applications.models import Application
from tremplin.core.models import Record
from tremplin.programmes.models import Cohort
from tremplin.selection.extra.models import ExtraHeldUp as ExtraHeldUp
from tremplin.selection.extra.models import ExtraRound as ExtraRound


class Band(models.TextChoices):
    """Where the scores put an application: above the line, too close to call, below it."""

    ADMIT = "admit"
    LOTTERY = "lottery"
    DECLINE = "decline"


class Outcome(models.TextChoices):
    OFFER = "offer"
    WAITLIST = "waitlist"
    DECLINE = "decline"
    UNDRAWN = "undrawn"
    """Before the draw: nobody can say yet."""


class ProposalState(models.TextChoices):
    PROPOSED = "proposed"
    SIGNED = "signed"
    CONFIRMED = "confirmed"


class OfferState(models.TextChoices):
    OPEN = "open"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"


class Heard(models.TextChoices):
    """How organisers learned an answer that was not given on its page."""

    TELEPHONE = "telephone"
    MAIL = "mail"
    IN_PERSON = "in-person"


class Reopened(models.TextChoices):
    """Why a declined offer was opened again."""

    NOT_SAID = "not-said"
    SLIP = "slip"
    NEWS = "news"


class Wanted(models.TextChoices):
    """What a change by hand asks for."""

    OFFER = "offer"
    WAITLIST = "waitlist"
    DECLINE = "decline"
    RULE = "rule"
    """What scores and draw say, as if nothing had been changed."""
    PLACE = "place"
    """One place more, so that a declined offer can be opened again."""


class OverrideState(models.TextChoices):
    WAITS = "waits"
    AGREED = "agreed"
    REFUSED = "refused"
    DROPPED = "dropped"


class ScholarState(models.TextChoices):
    ENROLLED = "enrolled"
    PAUSED = "paused"
    COMPLETED = "completed"
    LEFT = "left"


class Draw(Record):
    """A lottery that anybody can check. The commitment is public before the entries are known.

    `secret` stays sealed until the decisions are confirmed; `file` is the canonical JSON published then. `entries` is
    the list that is, or was, to be drawn from, as canonical JSON; its SHA-256, `listed`, is public at once. `source`
    names the public round of drand that was promised to decide as well, and comes at `source_at`; `value` is what an
    organiser copied from it then.
    """

    cohort = models.OneToOneField(Cohort, on_delete=models.PROTECT, related_name="draw")
    commitment = models.CharField(max_length=64)
    secret = models.CharField(max_length=200)
    committed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True
    )
    source = models.CharField(max_length=120, blank=True)
    source_at = models.DateTimeField(null=True)
    value = models.CharField(max_length=96, blank=True)
    entries = models.TextField(blank=True)
    listed = models.CharField(max_length=64, blank=True)
    listed_at = models.DateTimeField(null=True)
    file = models.TextField(blank=True)
    drawn_at = models.DateTimeField(null=True)
    opened_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(opened_at__isnull=True) | models.Q(drawn_at__isnull=False),
                name="drawn_before_opened",
            ),
            models.CheckConstraint(
                condition=models.Q(source="", source_at__isnull=True, value="")
                | (~models.Q(source="") & models.Q(source_at__isnull=False)),
                name="a_source_has_its_moment",
            ),
            models.CheckConstraint(
                condition=models.Q(file="") | models.Q(source="") | ~models.Q(value=""),
                name="drawn_with_its_source",
            ),
        ]


class Proposal(Record):
    """The decisions of a cohort as one thing, which one organiser signs and another confirms.

    `version` counts every change, so that nobody signs or confirms another list than the one they read. Until
    `drawn_at` everybody's chance stands, and only the sure places are given.
    """

    cohort = models.OneToOneField(Cohort, on_delete=models.PROTECT, related_name="proposal")
    state = models.CharField(max_length=12, choices=ProposalState.choices, default=ProposalState.PROPOSED)
    version = models.PositiveIntegerField(default=1)
    places = models.PositiveIntegerField()
    basis = models.CharField(max_length=64)
    figures = models.JSONField(default=dict)
    drawn_at = models.DateTimeField(null=True)
    share_comments = models.BooleanField(default=False)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True
    )
    signed_at = models.DateTimeField(null=True)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True
    )
    confirmed_at = models.DateTimeField(null=True)
    waitlist_closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(confirmed_by__isnull=True) | ~models.Q(confirmed_by=models.F("signed_by")),
                name="two_people_decide",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="confirmed")
                | models.Q(signed_by__isnull=False, confirmed_by__isnull=False, confirmed_at__isnull=False),
                name="confirmed_by_somebody",
            ),
            models.CheckConstraint(
                condition=models.Q(state="proposed") | models.Q(drawn_at__isnull=False),
                name="drawn_before_signed",
            ),
        ]


class Decision(Record):
    """What is decided of one application, with its evidence. Final once its proposal is confirmed.

    `rank` is the place by score, `priority` the place in the order in which places are given: the clear top, then
    the lottery as drawn, then the rest. `chance` is the one that the draw was made with, kept for good: effects of the
    programme are estimated by it. `left_at`: the person no longer waits for a place.
    """

    proposal = models.ForeignKey(Proposal, on_delete=models.CASCADE, related_name="decisions")
    application = models.OneToOneField(Application, on_delete=models.CASCADE, related_name="decision")
    band = models.CharField(max_length=12, choices=Band.choices)
    outcome = models.CharField(max_length=12, choices=Outcome.choices)
    position = models.PositiveIntegerField(null=True)
    priority = models.PositiveIntegerField()
    rank = models.PositiveIntegerField()
    estimate = models.FloatField()
    low = models.FloatField()
    high = models.FloatField()
    reads = models.PositiveIntegerField()
    chance = models.FloatField()
    draw_code = models.CharField(max_length=16)
    draw_rank = models.PositiveIntegerField(null=True)
    feedback = models.JSONField(default=dict)
    left_at = models.DateTimeField(null=True)
    overridden = models.CharField(max_length=12, choices=Outcome.choices, blank=True)
    override = models.ForeignKey("Override", on_delete=models.CASCADE, related_name="+", null=True)
    """The change by hand that two people stand by, where there is one."""

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["proposal", "outcome", "position"], name="decision_waitlist")
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["proposal", "draw_code"], name="one_draw_code"),
            models.UniqueConstraint(fields=["proposal", "priority"], name="one_priority"),
            models.UniqueConstraint(
                fields=["proposal", "position"],
                condition=models.Q(outcome="waitlist"),
                name="one_waitlist_position",
            ),
            models.CheckConstraint(
                condition=models.Q(outcome="waitlist", position__isnull=False)
                | (~models.Q(outcome="waitlist") & models.Q(position__isnull=True)),
                name="waitlist_has_a_position",
            ),
            models.CheckConstraint(
                condition=models.Q(overridden="", override__isnull=True)
                | (~models.Q(overridden="") & models.Q(override__isnull=False)),
                name="by_hand_is_agreed_to",
            ),
            models.CheckConstraint(
                condition=models.Q(chance__gte=0, chance__lte=1), name="chance_is_a_probability"
            ),
        ]


class Override(Record):
    """A change that people make by hand: proposed by one organiser, agreed to or refused by another.

    It hangs on the application, since decisions are written anew with each proposal. `code` says which kind of reason
    it is, `reason` which one; `answer` why it was refused. `terms` are those of an offer that would be opened again.
    """

    proposal = models.ForeignKey(Proposal, on_delete=models.CASCADE, related_name="overrides")
    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="overrides")
    wanted = models.CharField(max_length=12, choices=Wanted.choices)
    code = models.CharField(max_length=60)
    reason = models.TextField()
    terms = models.JSONField(default=dict)
    state = models.CharField(max_length=12, choices=OverrideState.choices, default=OverrideState.WAITS)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True
    )
    answered_at = models.DateTimeField(null=True)
    answer = models.TextField(blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["application"], condition=models.Q(state="waits"), name="one_change_waits"
            ),
            models.CheckConstraint(
                condition=models.Q(wanted__in=Wanted.values, state__in=OverrideState.values),
                name="known_change_by_hand",
            ),
            models.CheckConstraint(
                condition=models.Q(state="waits", answered_at__isnull=True, answered_by__isnull=True)
                | models.Q(state="dropped", answered_at__isnull=False)
                | (
                    models.Q(state__in=["agreed", "refused"], answered_at__isnull=False)
                    & models.Q(answered_by__isnull=False)
                    & ~models.Q(answered_by=models.F("proposed_by"))
                ),
                name="two_people_change_by_hand",
            ),
            models.CheckConstraint(condition=~models.Q(reason=""), name="change_has_a_reason"),
            models.CheckConstraint(
                condition=~models.Q(state="refused") | ~models.Q(answer=""),
                name="refused_change_has_a_reason",
            ),
        ]


class Offer(Record):
    """A place held for one person until they answer. `agreement` is the text that they were shown."""

    cohort = models.ForeignKey(Cohort, on_delete=models.PROTECT, related_name="offers")
    application = models.OneToOneField(Application, on_delete=models.PROTECT, related_name="offer")
    state = models.CharField(max_length=12, choices=OfferState.choices, default=OfferState.OPEN)
    promoted = models.BooleanField(default=False)
    answer_by = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    agreement = models.TextField(blank=True)
    agreement_hash = models.CharField(max_length=64, blank=True)
    heard = models.CharField(max_length=12, choices=Heard, blank=True)
    """How an organiser who recorded it learned that it is declined; empty for an answer on the page."""
    reopened = models.CharField(max_length=12, choices=Reopened, blank=True)
    reopened_at = models.DateTimeField(null=True)
    """When an organiser last opened it again after it had been declined, and why."""

    class Meta:
        indexes: ClassVar = [models.Index(fields=["cohort", "state", "answer_by"], name="offer_deadlines")]
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(state__in=OfferState.values), name="known_offer_state"),
            models.CheckConstraint(
                condition=models.Q(state="open") | models.Q(answered_at__isnull=False),
                name="answered_offer_has_a_time",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="accepted") | ~models.Q(agreement_hash=""),
                name="accepted_on_an_agreement",
            ),
            models.CheckConstraint(
                condition=models.Q(heard="") | models.Q(state="declined", heard__in=Heard.values),
                name="only_a_decline_is_heard",
            ),
            models.CheckConstraint(
                condition=models.Q(reopened="", reopened_at__isnull=True)
                | models.Q(reopened__in=Reopened.values, reopened_at__isnull=False),
                name="reopened_for_a_cause",
            ),
        ]


class Scholar(Record):
    """Someone who accepted an offer: the person that mentoring, stipends, training and projects are about."""

    cohort = models.ForeignKey(Cohort, on_delete=models.PROTECT, related_name="scholars")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="scholarships")
    application = models.OneToOneField(Application, on_delete=models.PROTECT, related_name="scholar")
    state = models.CharField(max_length=12, choices=ScholarState.choices, default=ScholarState.ENROLLED)
    extension_weeks = models.PositiveSmallIntegerField(default=0)
    agreed_at = models.DateTimeField()
    stopped_at = models.DateTimeField(null=True)
    """Since when they pause, or when they left."""
    pauses = models.JSONField(default=list)
    """Pauses that are over: pairs of moments. `own_time` moves dates by them."""

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["cohort", "user"], name="one_scholar_a_cohort"),
            models.CheckConstraint(
                condition=models.Q(state__in=["enrolled", "completed"], stopped_at__isnull=True)
                | models.Q(state="paused", stopped_at__isnull=False)
                | models.Q(state="left"),
                name="stopped_since_a_moment",
            ),
        ]
