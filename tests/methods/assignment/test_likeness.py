import numpy as np
import pytest

from tremplin.methods.assignment import Application, Problem, ProblemFault, Reviewer, assign
from tremplin.methods.assignment.likeness import from_tags, from_texts, from_triples, words, words_in_common

ESSAYS = [
    "I train language models that translate Wolof and Bambara.",
    "Robots that learn to walk from a video; control theory and physics.",
    "Je traduis le wolof et le bambara avec des modèles de langue.",
]
MINDS = ["Translation of African languages, Wolof first of all", "Legged robots, physics, control", ""]


def test_who_knows_the_subject_is_closer_and_no_text_is_like_nobodys() -> None:
    scores = from_texts(ESSAYS, MINDS)
    assert scores.shape == (3, 3)
    assert scores[0].argmax() == 0
    assert scores[1].argmax() == 1
    assert scores[2].argmax() == 0
    assert not scores[:, 2].any()
    assert ((scores >= 0) & (scores <= 1)).all()
    assert from_texts(["same words here"], ["same words here"])[0, 0] == pytest.approx(1)


def test_the_cosine_is_that_of_the_formula() -> None:
    texts = ["apple apple pear", "apple plum", "pear fig fig fig"]
    vocabulary = ["apple", "fig", "pear", "plum"]
    counts = np.array([[text.split().count(word) for word in vocabulary] for text in texts], dtype=float)
    rare = np.log((1 + 3) / (1 + (counts > 0).sum(axis=0))) + 1
    table = np.where(counts > 0, 1 + np.log(np.where(counts > 0, counts, 1)), 0) * rare
    table /= np.linalg.norm(table, axis=1, keepdims=True)
    assert np.allclose(from_texts(texts[:1], texts[1:]), table[:1] @ table[1:].T)


def test_accents_and_case_make_no_difference() -> None:
    assert words("Modèles MODELES d’été 42 ab") == ["modeles", "modeles", "ete"]


def test_it_says_which_words_a_score_rests_on() -> None:
    assert words_in_common(ESSAYS[1], MINDS[1], ESSAYS)[:3] == ("control", "physics", "robots")


def test_tags_in_common_rare_ones_first() -> None:
    scores = from_tags(
        [{"nlp", "wolof"}, {"vision"}, set()], [{"nlp"}, {"wolof"}, {"nlp", "wolof", "vision"}, {"nlp"}]
    )
    assert scores[0, 2] == pytest.approx(1)
    assert scores[0, 1] > scores[0, 0] > 0
    assert scores[1].tolist() == [0, 0, 1, 0]
    assert not scores[2].any()


def test_triples_fill_a_table_that_can_be_assigned() -> None:
    scores = from_triples(["a", "b"], ["x", "y"], [("a", "y", 0.9), ("b", "x", 0.4)], otherwise=0.1)
    assert scores.tolist() == [[0.1, 0.9], [0.4, 0.1]]
    people = [Application("a", 1), Application("b", 1)], [Reviewer("x", 1), Reviewer("y", 1)]
    assert assign(Problem(*people, scores)).pairs == (("a", "y"), ("b", "x"))
    for wrong in ([("a", "z", 1.0)], [("a", "x", 1.0), ("a", "x", 0.5)]):
        with pytest.raises(ProblemFault):
            from_triples(["a"], ["x"], wrong)


def test_nobody_has_no_likeness() -> None:
    assert from_tags([], [{"a"}]).shape == (0, 1)
    assert from_texts([], []).shape == (0, 0)
    assert from_texts(["text"], []).shape == (1, 0)
