"""Properties of conditions and limits, whatever a programme asks and a person types."""

from hypothesis import given
from hypothesis import strategies as st

from tremplin.applications.rules.answers import Answers, clean, problems
from tremplin.applications.rules.form import all_problems, frozen, progress, shown
from tremplin.core.text import count_characters, count_words
from tremplin.programmes.schema import ApplicationForm, Question, Section
from tremplin.programmes.schema.application import ShowIf

LABEL = {"en": "Question"}


@st.composite
def forms(draw: st.DrawFn) -> ApplicationForm:
    """Questions that open each other, in chains and fans."""
    questions: list[Question] = []
    for number in range(draw(st.integers(1, 9))):
        openers = [question for question in questions if question.kind == "yes_no"]
        show_if = None
        if openers and draw(st.booleans()):
            opener = draw(st.sampled_from(openers))
            show_if = ShowIf(question=opener.code, answers=[draw(st.sampled_from(["yes", "no"]))])
        questions.append(
            Question(
                code=f"q{number}",
                kind=draw(st.sampled_from(["yes_no", "short"])),
                label=LABEL,
                required=draw(st.booleans()),
                show_if=show_if,
            )
        )
    cut = draw(st.integers(1, len(questions)))
    pages = [part for part in (questions[:cut], questions[cut:]) if part]
    sections = [Section(code=f"s{number}", title=LABEL, questions=part) for number, part in enumerate(pages)]
    return ApplicationForm(looks_for=LABEL, sections=sections)


answers = st.dictionaries(
    st.sampled_from([f"q{number}" for number in range(9)]), st.sampled_from(["yes", "no", "", "text"])
)


@given(form=forms(), given_=answers)
def test_a_question_is_asked_when_all_that_lead_to_it_were_answered_so(
    form: ApplicationForm, given_: Answers
) -> None:
    asked = shown(form, given_)
    known = {question.code: question for question in form.questions()}
    for code, question in known.items():
        path, step, opened = [question], question, True
        while step.show_if:
            opened = opened and given_.get(step.show_if.question) in step.show_if.answers
            step = known[step.show_if.question]
            path.append(step)
        assert (code in asked) == opened
        assert not opened or all(each.code in asked for each in path)


@given(form=forms(), given_=answers, typed=st.sampled_from(["yes", "no", "text", ""]))
def test_what_is_hidden_opens_nothing_blocks_nothing_and_is_not_sent(
    form: ApplicationForm, given_: Answers, typed: str
) -> None:
    asked = shown(form, given_)
    hidden = {question.code for question in form.questions()} - asked
    tampered = {**given_, **dict.fromkeys(hidden, typed)}
    assert shown(form, tampered) == asked
    assert all_problems(form, tampered) == all_problems(form, given_)
    assert frozen(form, tampered) == frozen(form, given_)
    assert progress(form, tampered) == progress(form, given_)


@given(form=forms(), given_=answers)
def test_what_can_be_sent_is_complete(form: ApplicationForm, given_: Answers) -> None:
    assert (progress(form, given_) == 100) >= (not all_problems(form, given_))
    assert 0 <= progress(form, given_) <= 100


texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=120) | st.lists(
    st.sampled_from(
        [
            "a",
            "é",
            "e\u0301",
            "👩‍👩‍👧",
            "🇸🇳",
            "中",
            "\r\n",
            "\n",
            "\r",
            " ",
            "\u00a0",
            "\u2003",
            "\u200b",
            "\ufeff",
            "\x85",
        ]
    ),
    max_size=60,
).map("".join)


@given(text=texts, limit=st.integers(1, 80), words=st.booleans())
def test_a_limit_refuses_exactly_what_exceeds_it(text: str, limit: int, words: bool) -> None:
    limits = {"max_words": limit} if words else {"max_characters": limit}
    question = Question(code="q", kind="long", label=LABEL, required=False, **limits)
    stored = clean(question, text)
    assert isinstance(stored, str)
    count = count_words(stored) if words else count_characters(stored)
    assert bool(problems(question, stored)) == (count > limit)
    # Cleaning twice changes nothing, so saving again never makes a text too long that was not.
    assert clean(question, stored) == stored


@given(text=texts)
def test_line_ends_count_once_whichever_machine_made_them(text: str) -> None:
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    assert count_characters(plain.replace("\n", "\r\n")) == count_characters(plain)
    assert count_words(plain.replace("\n", "\r\n")) == count_words(plain)
