"""Notebooks are read as the Python they hold, and what is not Python is named."""

import json

import pytest

from tremplin.grader import grade, notebook, read_lab
from tremplin.grader.cli import SHIPPED
from tremplin.grader.notebook import BadNotebook


def made(*cells, nbformat=4, **more):
    """A notebook of code cells; a pair gives the kind of a cell as well."""
    pairs = [cell if isinstance(cell, tuple) else ("code", cell) for cell in cells]
    told = [{"cell_type": kind, "metadata": {}, "source": source} for kind, source in pairs]
    return json.dumps({"cells": told, "metadata": {}, "nbformat": nbformat, "nbformat_minor": 5, **more})


def test_the_code_of_all_cells_is_read_from_top_to_bottom():
    found = notebook.read(made("a = 1", ("markdown", "# Words"), ["b = 2\n", "c = 3"]))
    assert found.code == "# %% cell 1\na = 1\n# %% cell 3\nb = 2\nc = 3\n"
    assert found.left_out == ()


def test_a_line_is_told_by_its_cell():
    code = notebook.read(made("a = 1\n\n", ("markdown", "x"), "b = 2\nc = 3")).code
    assert notebook.place(code, 5) == (3, 2)
    assert notebook.place("a = 1\n", 1) is None


@pytest.mark.parametrize(
    "line", ["%matplotlib inline", "!pip install torch", "    %time f()", "?softmax", "np.exp?", "%%time"]
)
def test_a_line_for_the_notebook_is_left_out_and_named(line):
    found = notebook.read(made("x = 1", f"{line}\ny = 2"))
    assert "y = 2" in found.code
    assert f"pass  # {line.strip()}" in found.code
    (told,) = found.left_out
    assert told["en"].startswith("Cell 2, line 1")
    assert line.strip() in told["fr"]


def test_lines_keep_their_numbers_when_one_is_left_out():
    code = notebook.read(made("if True:\n    !ls\nfail(")).code
    assert code.split("\n")[3] == "fail("
    compile(code.replace("fail(", ""), "x", "exec")


@pytest.mark.parametrize("magic", ["%%bash\nrm -rf /", "\n%%writefile x.py\nx = 1", "%%html\n<b>"])
def test_a_cell_in_another_language_is_left_out_whole(magic):
    found = notebook.read(made("x = 1", magic))
    assert found.code == "# %% cell 1\nx = 1\n"
    assert "Cell 2" in found.left_out[0]["en"]


@pytest.mark.parametrize(
    "source",
    [
        "text = '''\n%matplotlib\n!ls\nwhat?\n'''",
        'text = f"""\n%s\n"""  # one',
        "x = (7\n% 3)",
        "x = 7 \\\n% 3",
        "y = x != 3",
        "s = '\\'%'; t = \"#\"\nz = 5 % 2",
        "d = [\n7\n% 2]",
        "q = 1  # really?",
    ],
)
def test_python_that_only_looks_like_magic_is_kept(source):
    found = notebook.read(made(source))
    assert found.code == f"# %% cell 1\n{source}\n"
    assert found.left_out == ()


def test_a_value_from_the_shell_is_refused_with_its_cell_and_line():
    with pytest.raises(BadNotebook, match="Cell 2, line 2"):
        notebook.read(made("x = 1", "y = 2\nfiles = !ls"))


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "not one"),
        (b"print(1)", "not one"),
        (b"[]", "not one"),
        (b'{"nbformat": "4"}', "not one"),
        (b"\xff\xfe{", "not one"),
        ("[" * 100_000, "not one"),
        (made("x", nbformat=3), "old form"),
        (made(("markdown", "words"), "  \n"), "no code"),
        (made(7), "Cell 1"),
        (made("x = '\ud800'"), "Cell 1"),
        (made("x = '\0'"), "Cell 1"),
        (json.dumps({"nbformat": 4, "cells": ["x"]}), "Cell 1"),
        (json.dumps({"nbformat": 4, "cells": {}}), "not one"),
        (made("x", metadata={"language_info": {"name": "R"}}), "written in R"),
        (b" " * (notebook.MOST_BYTES + 1), "larger than 8 MB"),
    ],
)
def test_what_cannot_be_read_is_refused_in_both_languages(content, says):
    with pytest.raises(BadNotebook, match=says) as refusal:
        notebook.read(content)
    assert set(refusal.value.text) == {"en", "fr"}
    assert "{" not in refusal.value.text["fr"]


@pytest.mark.parametrize(
    "lab", sorted(path.name for path in SHIPPED.iterdir() if (path / "lab.toml").is_file())
)
def test_every_lab_can_be_begun_as_a_notebook_and_read_back(lab):
    found = read_lab(SHIPPED / lab)
    back = notebook.read(notebook.write(found.solution))
    assert back.left_out == ()
    written = {line for line in found.solution.splitlines() if line and not line.startswith("#")}
    assert written <= set(back.code.splitlines())
    compile(notebook.read(notebook.write(found.stub)).code, lab, "exec")


def test_text_cells_stay_text():
    cells = json.loads(notebook.write("# %% [markdown]\n# # Title\n#\n# Words\n\n# %% task: f\nx = 1\n"))[
        "cells"
    ]
    assert [cell["cell_type"] for cell in cells] == ["markdown", "code"]
    assert "".join(cells[0]["source"]) == "# Title\n\nWords"
    assert "".join(cells[1]["source"]) == "# task: f\nx = 1"


def test_a_solution_from_a_notebook_passes():
    lab = read_lab(SHIPPED / "softmax")
    code = notebook.read(notebook.write("%matplotlib inline\n" + lab.solution)).code
    assert grade(lab, code, seed=1).passed
