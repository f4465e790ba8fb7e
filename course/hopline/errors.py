"""What Hopline says when a name is wrong."""

from collections.abc import Iterable


class UnknownNameError(ValueError):
    """There is no data set, table or column of this name; the message lists those that exist."""

    def __init__(self, kind: str, name: str, known: Iterable[str]) -> None:
        """Name the nearest match too, so that a typing error is mended at a glance.

        Args:
            kind: what was looked up, in the singular: "data set", "table".
            name: what was asked for.
            known: the names that exist, in the order in which to list them.
        """
        from difflib import get_close_matches  # needed for this message only, and slow to import

        names = list(known)
        nearest = get_close_matches(name, names, n=1)
        guess = f" Did you mean {nearest[0]!r}?" if nearest else ""
        super().__init__(f"There is no {kind} {name!r}.{guess} These exist: {', '.join(names)}.")
        self.name = name
        self.known = names
