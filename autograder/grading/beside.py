"""Runs test cells inside the learner's process, as nbgrader does: for tests that don't work from outside.

What the learner's code can reach it can forge, this verdict included. What is done here only raises the price: Python's
own functions and modules are put back as they were before the learner's code ran, the setup cells' names mean what they
meant, helper modules are fresh, and nothing of IPython's touches the test's text. Results of these tests are marked.
"""

from __future__ import annotations

import builtins
import contextlib
import importlib
import sys
import threading
import types
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from autograder.grading.captured import Captured, captured
from autograder.grading.folder import unpack
from autograder.grading.judge import ending_with, shown_value
from autograder.grading.names import plain_python
from autograder.grading.namespace import run_cell
from autograder.grading.shell import Shell
from autograder.grading.verdict import Ending, ending_of

__all__ = ["Beside"]

_KEPT_CLASS_PARTS = frozenset({"__dict__", "__weakref__", "_abc_impl", "__abstractmethods__", "__doc__"})
_OWN = ("__main__", "sys", "autograder.grading.beside")  # what changes while we run


@dataclass
class _Module:
    """A module as it was."""

    module: types.ModuleType
    names: dict[str, Any]
    classes: list[tuple[type, dict[str, Any]]] = field(default_factory=list)
    functions: list[tuple[types.FunctionType, Any, Any]] = field(default_factory=list)


class Beside:
    """Everything as it was before the learner's code, and how to run a test near it.

    Args:
        shell: the learner's.
        names: what the author's solutions bind; these mean the learner's.
        files: messages of the assignment's files, see `folder.packed`.
        modules: what the author's cells import: loaded now, so that it can be put back later.
    """

    def __init__(
        self, shell: Shell, names: Collection[str], files: list[Mapping[str, Any]], modules: Collection[str] = ()
    ) -> None:
        self._shell, self._names, self._files = shell, frozenset(names), files
        self._setup: dict[str, Any] = {}
        self._helpers = {str(one["path"]).partition("/")[0].removesuffix(".py") for one in files}
        for name in modules:
            if name.partition(".")[0] not in self._helpers:
                with contextlib.suppress(Exception):
                    importlib.import_module(name)
        self._builtins = dict(vars(builtins))
        self._path, self._finders, self._hooks = list(sys.path), list(sys.meta_path), list(sys.path_hooks)
        self._modules = {
            name: _kept(found) for name, found in list(sys.modules.items()) if type(found) is types.ModuleType
        }

    def keep(self, before: Mapping[str, Any]) -> None:
        """Remember what a setup cell, or a test, has bound: new names, and others that mean something else now."""
        missing = object()
        for name, value in self._shell.user_ns.items():
            if before.get(name, missing) is not value and not name.startswith("_"):
                self._setup[name] = value

    def run(self, source: str, label: str, output: int) -> Ending:
        """Run a test cell's text; never raises for what it does."""
        self._restore()
        before = dict(self._shell.user_ns)
        with captured(output) as out:
            ending = self._run(source, label, out)
        self.keep(before)
        return ending

    def _run(self, source: str, label: str, out: Captured) -> Ending:
        try:
            if plain_python(source) != source:
                return self._by_ipython(source, out)
            value = run_cell(source, label, self._shell.user_ns)
            return ending_of(shown_value(value, source), out.loud)
        except SyntaxError:  # such as an await outside of a function
            return self._by_ipython(source, out)
        except BaseException as error:
            return ending_with(error, f"<{label}>", out.loud)

    def _by_ipython(self, source: str, out: Captured) -> Ending:
        """Run what only IPython understands."""
        result: Any = self._shell.run_cell(source, store_history=False)  # type: ignore[no-untyped-call]
        if error := result.error_before_exec or result.error_in_exec:
            return ending_with(error, "", out.loud)
        return ending_of(shown_value(result.result, source), out.loud)

    def _restore(self) -> None:
        sys.settrace(None)
        sys.setprofile(None)
        threading.settrace(None)
        _put_back(vars(builtins), self._builtins)
        sys.path[:], sys.meta_path[:], sys.path_hooks[:] = self._path, self._finders, self._hooks
        for name, kept in self._modules.items():
            sys.modules[name] = kept.module
            if name not in _OWN:
                _restore_module(kept)
        for name in [one for one in sys.modules if one.partition(".")[0] in self._helpers]:
            del sys.modules[name]
        for message in self._files:
            with contextlib.suppress(OSError):
                unpack(message)
        self._shell.user_ns.update({name: value for name, value in self._setup.items() if name not in self._names})


def _kept(module: types.ModuleType) -> _Module:
    """Note a module's names, and the insides of its own classes and functions."""
    names = dict(vars(module))
    kept = _Module(module, names)
    for value in names.values():
        if isinstance(value, type) and value.__module__ == module.__name__:
            parts = dict(vars(value))
            kept.classes.append((value, parts))
            kept.functions += [_code_of(part) for part in parts.values() if type(part) is types.FunctionType]
        elif type(value) is types.FunctionType:
            kept.functions.append(_code_of(value))
    return kept


def _code_of(function: types.FunctionType) -> tuple[types.FunctionType, Any, Any]:
    return function, function.__code__, function.__defaults__


def _restore_module(kept: _Module) -> None:
    there = vars(kept.module)
    for name, value in kept.names.items():
        if there.get(name) is not value and name != "__warningregistry__":
            there[name] = value
    for cls, parts in kept.classes:
        now = vars(cls)
        for name, value in parts.items():
            if now.get(name) is not value and name not in _KEPT_CLASS_PARTS:
                with contextlib.suppress(TypeError, AttributeError):
                    type.__setattr__(cls, name, value)
    for function, code, defaults in kept.functions:
        if function.__code__ is not code:
            function.__code__ = code
        if function.__defaults__ is not defaults:
            function.__defaults__ = defaults


def _put_back(there: dict[str, Any], kept: Mapping[str, Any]) -> None:
    for name in there.keys() - kept.keys():
        del there[name]
    there.update(kept)
