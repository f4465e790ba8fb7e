"""The harness itself: what it tells you when something is missing, and what it does to a notebook."""

import nbformat.v4 as nb
import pytest

KERNEL = {"kernelspec": {"name": "python3", "display_name": "Python 3"}, "language_info": {"name": "python"}}


@pytest.fixture(scope="module")
def notebook(running_lab):
    """Open a notebook with a graded cell, a plain one and one that fails."""
    graded = nb.new_code_cell("answer = 6 * 7", id="a1", metadata={"nbgrader": {"grade_id": "answer"}})
    cells = [graded, nb.new_code_cell("print(answer)", id="show"), nb.new_code_cell("1 / 0", id="fail")]
    (running_lab.root / "harness.ipynb").write_text(nb.writes(nb.new_notebook(cells=cells, metadata=KERNEL)), "utf-8")
    running_lab.open("harness.ipynb")


def test_a_missing_browser_is_named(harness, monkeypatch, tmp_path):
    """Without Chromium the tests fail and say how to get it."""
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(FileNotFoundError, match=r"need Chromium.*apt-get install chromium"):
        harness.chromium()


def test_a_server_that_does_not_start_shows_its_log(harness, monkeypatch, tmp_path):
    """The reason stands in the error, not in a folder that is gone."""
    monkeypatch.setattr(harness, "chromium", lambda: "")

    with pytest.raises(RuntimeError, match="no-such-folder"), harness.open_lab(tmp_path / "no-such-folder", tmp_path):
        pass


@pytest.mark.browser
def test_cells_are_edited_run_and_saved(lab, notebook):
    """An edit under the graded name runs in the kernel, shows its output and stands in the saved file."""
    lab.set_source("answer", "answer = 7 * 7")
    lab.run_all()

    assert lab.outputs("show") == [{"output_type": "stream", "name": "stdout", "text": "49\n"}]
    assert [output["ename"] for output in lab.outputs("fail")] == ["ZeroDivisionError"]
    assert lab.save()["cells"][0]["source"] == ["answer = 7 * 7"]


@pytest.mark.browser
def test_an_unknown_cell_lists_the_known_ones(lab, notebook):
    """A misspelt name is an error that shows what could have been meant."""
    with pytest.raises(KeyError, match=r"'anwser'.*answer, show, fail"):
        lab.outputs("anwser")


@pytest.mark.browser
def test_a_page_that_never_answers_is_left(lab, notebook):
    """A call into the page ends after its time."""
    with pytest.raises(Exception, match=r"no result within 0\.2 s"):
        lab.evaluate("() => new Promise(() => {})", timeout=0.2)


@pytest.mark.browser
def test_other_hosts_are_noticed(lab, notebook):
    """A request outside the server is recorded, whatever comes of it."""
    address = "http://elsewhere.invalid/pixel.png"
    lab.evaluate("address => fetch(address).catch(() => {})", address)

    assert lab.other_hosts == {address}
    lab.other_hosts.clear()


@pytest.mark.browser
@pytest.mark.parametrize("theme", ["Light", "Dark"])
def test_both_themes_can_be_photographed(lab, notebook, theme, tmp_path):
    """The whole notebook, and one cell, in the theme that was asked for."""
    lab.theme(theme)

    lab.screenshot(tmp_path / "all.png")
    lab.screenshot(tmp_path / "cell.png", lab.element("answer"))

    background = lab.evaluate("() => getComputedStyle(document.querySelector('.jp-Notebook')).backgroundColor")
    assert (background == "rgb(255, 255, 255)") == (theme == "Light")
    assert (tmp_path / "all.png").stat().st_size > (tmp_path / "cell.png").stat().st_size > 500


@pytest.mark.browser
def test_a_question_from_jupyterlab_is_an_error(lab, notebook):
    """A notebook that doesn't name its kernel would leave the test waiting; instead, the question is shown."""
    (lab.root / "which kernel?.ipynb").write_text(nb.writes(nb.new_notebook(cells=[nb.new_code_cell("1")])), "utf-8")

    with pytest.raises(Exception, match=r"JupyterLab asks: Select Kernel"):
        lab.open("which kernel?.ipynb")
    lab.open("harness.ipynb")  # where the other tests expect to be
