"""Drive a notebook in real JupyterLab, in Chromium.

Both run with settings of their own in a throw-away home, so that a test sees what a new learner sees. The tests get
this module through the fixtures in `conftest.py`.

Playwright's synchronous interface keeps an event loop running in this thread: while a `Lab` is open, `asyncio.run()`
fails. Close it first (the fixtures close theirs with the test module).
"""

from __future__ import annotations

import json
import os
import re
import secrets
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal
from urllib.parse import quote

import requests
from playwright.sync_api import BrowserContext, Locator, Page, Request, TimeoutError, WebSocket, sync_playwright

VIEWPORT_WIDTH, VIEWPORT_HEIGHT = 1280, 1000
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome")
CHROMIUM_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
# User settings: no news, no question about updates, every cell in the page (not only those in sight), no blank tail.
SETTINGS = {
    "apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False},
    "notebook-extension/tracker": {"windowingMode": "none", "scrollPastEnd": False},
}
COMPLETER = ".jp-Completer:not(.lm-mod-hidden)"

# `__lab` in the page: how the methods of `Lab` find the notebook and its cells. A question that JupyterLab asks first
# (which kernel? overwrite?) would stay unanswered, so it's an error.
PAGE_HELPERS = """async () => {
  const app = window.jupyterapp;
  const ready = async () => {
    await app.restored;
    const panel = app.shell.currentWidget;
    await panel.context.ready;
    await panel.sessionContext.ready;
    await panel.sessionContext.session.kernel.info;
    return panel;
  };
  let timer;
  const asked = new Promise((_, reject) => {
    timer = setInterval(() => {
      const dialog = document.querySelector(".jp-Dialog-content");
      if (dialog) reject(new Error(`JupyterLab asks: ${dialog.innerText}`));
    }, 100);
  });
  const panel = await Promise.race([ready(), asked]).finally(() => clearInterval(timer));
  const cells = () => panel.content.widgets;
  const name = ({ model }) => model.getMetadata("nbgrader")?.grade_id ?? model.id;
  const index = wanted => cells().findIndex(cell => wanted === name(cell) || wanted === cell.model.id);
  const cell = wanted => cells()[index(wanted)];
  window.__lab = { app, panel, cells, name, index, cell };
}"""


class Lab:
    """One browser page on one JupyterLab server.

    A cell is named by its nbgrader `grade_id` or by its cell id. Times are in seconds.

    Attributes:
        root: The folder that the server shows; notebooks are opened, and saved, under it.
        page: Playwright's page, for whatever has no method here.
        other_hosts: Every address that the page asked for outside the server. It must stay empty.
        errors: Every exception that no script in the page caught.
    """

    def __init__(self, context: BrowserContext, url: str, token: str, root: Path) -> None:
        self.root = root
        self.other_hosts: set[str] = set()
        self.errors: list[str] = []
        self._url, self._token = url, token
        self.page: Page = context.pages[0]
        context.on("request", self._note)
        self.page.on("websocket", self._note)
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))

    def _note(self, request: Request | WebSocket) -> None:
        ours = (self._url + "/", self._url.replace("http", "ws", 1) + "/", "data:", "blob:")
        if not request.url.startswith(ours):
            self.other_hosts.add(request.url)

    def evaluate(self, function: str, argument: object = None, *, timeout: float = 20) -> Any:
        """Call a JavaScript function in the page and wait for its result (Playwright itself would wait for ever)."""
        guarded = f"""([argument, seconds]) => {{
          let timer;
          const late = new Promise((_, reject) => {{
            timer = setTimeout(() => reject(new Error(`no result within ${{seconds}} s`)), 1000 * seconds);
          }});
          return Promise.race([({function})(argument), late]).finally(() => clearTimeout(timer));
        }}"""
        return self.page.evaluate(guarded, [argument, timeout])

    def wait_until(self, condition: str, argument: object = None, *, timeout: float = 10) -> None:
        """Wait until a JavaScript function, called again and again, returns something true."""
        self.page.wait_for_function(condition, arg=argument, timeout=1000 * timeout)

    def open(self, notebook: str, *, timeout: float = 60) -> None:
        """Open a notebook (a path under `root`) and wait until its kernel answers."""
        if not (self.root / notebook).is_file():
            raise FileNotFoundError(f"no notebook {notebook!r} in {self.root}")
        self.page.goto(f"{self._url}/doc/tree/{quote(notebook)}?token={self._token}", timeout=1000 * timeout)
        self.page.wait_for_selector(".jp-Notebook .jp-Cell", timeout=1000 * timeout)
        self.evaluate(PAGE_HELPERS, timeout=timeout)

    def run_all(self, *, timeout: float = 60) -> None:
        """Run all cells; like JupyterLab itself, stop at the first one that raises."""
        self.evaluate("() => __lab.app.commands.execute('notebook:run-all-cells').then(() => {})", timeout=timeout)

    def run(self, cell: str, *, timeout: float = 60) -> None:
        """Run one cell and wait until it is done."""
        run = """name => {
          __lab.panel.content.deselectAll();
          __lab.panel.content.activeCellIndex = __lab.index(name);
          return __lab.app.commands.execute("notebook:run-cell").then(() => {});
        }"""
        self.evaluate(run, self._known(cell), timeout=timeout)

    def source(self, cell: str) -> str:
        """The cell's text as it stands in the page."""
        return str(self.evaluate("name => __lab.cell(name).model.sharedModel.getSource()", self._known(cell)))

    def set_source(self, cell: str, text: str) -> None:
        """Replace the cell's text, as an edit (not by typing: no bracket closes itself)."""
        replace = "([name, text]) => __lab.cell(name).model.sharedModel.setSource(text)"
        self.evaluate(replace, [self._known(cell), text])

    def outputs(self, cell: str) -> list[dict[str, Any]]:
        """The cell's outputs in notebook format."""
        return list(self.evaluate("name => __lab.cell(name).model.outputs.toJSON()", self._known(cell)))

    def completions(self, cell: str, *, timeout: float = 20) -> list[str]:
        """Press Tab at the end of the cell and return the names offered (a sole one JupyterLab inserts at once)."""
        before = self.source(cell)
        self.element(cell).locator(".cm-content").click()
        self.page.keyboard.press("Control+End")
        self.page.keyboard.press("Tab")
        answered = """([name, before, offered]) =>
          document.querySelector(offered) || __lab.cell(name).model.sharedModel.getSource() !== before"""
        try:
            self.wait_until(answered, [cell, before, f"{COMPLETER} .jp-Completer-item"], timeout=timeout)
        except TimeoutError as error:
            raise AssertionError(f"Tab at the end of cell {cell!r} offered nothing within {timeout:g} s") from error
        after = self.source(cell)
        if after != before:
            return re.findall(r"\w+\Z", after)
        names = self.page.locator(f"{COMPLETER} .jp-Completer-match").all_inner_texts()
        self.page.keyboard.press("Escape")
        return names

    def save(self) -> dict[str, Any]:
        """Save the notebook and return what stands in the file now."""
        path = self.evaluate("() => __lab.panel.context.save().then(() => __lab.panel.context.path)")
        return dict(json.loads((self.root / path).read_text("utf-8")))

    def theme(self, name: Literal["Light", "Dark"]) -> None:
        """Switch to JupyterLab's light or dark theme."""
        full = f"JupyterLab {name}"
        self.evaluate("theme => __lab.app.commands.execute('apputils:change-theme', { theme })", full)
        shown = """theme => document.body.dataset.jpThemeName === theme
          && !document.getElementById("jupyterlab-splash")"""  # which covers the page while the styles load
        self.wait_until(shown, full)

    def element(self, cell: str) -> Locator:
        """The cell in the page: its input and its outputs."""
        index = self.evaluate("name => __lab.index(name)", self._known(cell))
        return self.page.locator(".jp-Notebook .jp-Cell").nth(index)

    def screenshot(self, path: Path, element: Locator | None = None) -> None:
        """Photograph an element, or the whole notebook from its first cell to its last."""
        path.parent.mkdir(parents=True, exist_ok=True)
        needed = """() => {
          const outer = document.querySelector(".jp-WindowedPanel-outer");
          const around = innerHeight - outer.clientHeight;  // menus above it, the status bar below
          const end = __lab.cells().at(-1).node.getBoundingClientRect().bottom;
          return Math.ceil(end - outer.getBoundingClientRect().top + outer.scrollTop + around) + 10;
        }"""
        self.page.set_viewport_size({"width": VIEWPORT_WIDTH, "height": self.evaluate(needed)})
        (element or self.page).screenshot(path=path)
        self.page.set_viewport_size({"width": VIEWPORT_WIDTH, "height": VIEWPORT_HEIGHT})

    def _known(self, cell: str) -> str:
        if self.evaluate("name => __lab.index(name)", cell) < 0:
            there = self.evaluate("() => __lab.cells().map(__lab.name)")
            raise KeyError(f"no cell {cell!r} in the notebook; there are {', '.join(there)}")
        return cell


def chromium() -> str:
    """Find the browser, or say how to get it."""
    found = next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)
    if found is None:
        raise FileNotFoundError(
            f"The browser tests need Chromium, and none of {', '.join(CHROMIUM_NAMES)} is on the PATH. "
            "Install it (Debian: apt-get install chromium), or leave these tests out with: pytest -m 'not browser'"
        )
    return found


@contextmanager
def open_lab(root: Path, home: Path, labextensions: Mapping[str, Path] | None = None) -> Iterator[Lab]:
    """Start JupyterLab and Chromium; stop both at the end.

    Args:
        root: The folder of notebooks to show. Saving writes into it, so give it a copy.
        home: An empty folder for settings, logs and the browser's profile.
        labextensions: Name and folder of each prebuilt extension to add to those that are installed.
    """
    executable = chromium()
    for name, folder in (labextensions or {}).items():
        shutil.copytree(folder, home / "data" / "labextensions" / name)
    with _serve(root, home) as (url, token), sync_playwright() as playwright:
        context = playwright.chromium.launch_persistent_context(
            home / "chromium",
            executable_path=executable,
            headless=True,
            args=CHROMIUM_FLAGS,
            viewport={"width": VIEWPORT_WIDTH, "height": VIEWPORT_HEIGHT},
        )
        try:
            yield Lab(context, url, token, root)
        finally:
            context.close()


@contextmanager
def _serve(root: Path, home: Path) -> Iterator[tuple[str, str]]:
    """Run a JupyterLab server and yield its address and its token."""
    for name, values in SETTINGS.items():
        file = home / "settings" / "@jupyterlab" / f"{name}.jupyterlab-settings"
        file.parent.mkdir(parents=True)
        file.write_text(json.dumps(values), "utf-8")
    port, token = _free_port(), secrets.token_hex(16)
    command = [
        *(sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root"),
        f"--ServerApp.root_dir={root}",
        "--ServerApp.ip=127.0.0.1",
        f"--ServerApp.port={port}",
        "--ServerApp.port_retries=0",
        f"--IdentityProvider.token={token}",
        "--LabApp.expose_app_in_browser=True",
        "--LabApp.news_url=None",
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
    ]
    folders = {
        "JUPYTER_CONFIG_DIR": "config",
        "JUPYTER_DATA_DIR": "data",
        "JUPYTER_RUNTIME_DIR": "runtime",
        "JUPYTERLAB_SETTINGS_DIR": "settings",
        "JUPYTERLAB_WORKSPACES_DIR": "workspaces",
        "IPYTHONDIR": "ipython",
    }
    environment = os.environ | {variable: str(home / folder) for variable, folder in folders.items()}
    environment["JUPYTER_PREFER_ENV_PATH"] = "0"  # else an installed extension hides the one in our data folder
    log = home / "jupyterlab.log"
    with log.open("wb") as out:
        server = subprocess.Popen(command, env=environment, stdout=out, stderr=subprocess.STDOUT)
    try:
        url = f"http://127.0.0.1:{port}"
        _wait_for_server(server, f"{url}/api/status?token={token}", log)
        yield url, token
    finally:
        server.terminate()  # the server stops its kernels, then itself
        try:
            server.wait(20)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for_server(server: subprocess.Popen[bytes], status: str, log: Path, timeout: float = 60) -> None:
    deadline = time.monotonic() + timeout
    while server.poll() is None and time.monotonic() < deadline:
        try:
            if requests.get(status, timeout=5).ok:
                return
        except requests.ConnectionError:
            time.sleep(0.1)
    raise RuntimeError(f"JupyterLab didn't start within {timeout:g} s. Its log:\n{log.read_text('utf-8')}")
