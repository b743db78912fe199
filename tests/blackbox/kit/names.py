"""Names that no other test uses, in this run or another against the same server."""
import itertools
import os

RUN = os.urandom(4).hex()
_count = itertools.count(1)


def unique(prefix="x"):
    return f"{prefix}.{RUN}.{next(_count)}"
