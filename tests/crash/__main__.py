"""`python -m tests.crash`: the long crash test. Prints its counts, and exits with 1 if anything was lost."""

import argparse
import asyncio
import sys
import tempfile
from pathlib import Path

from tests.crash.storm import Storm


def say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.crash", description=__doc__)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--seed", type=int, default=20_261_124)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        storm = Storm(Path(folder), seed=options.seed, kills=options.kills, rooms=12, grace=20, longest=20.0, say=say)
        report = asyncio.run(storm.run())
    print(*report.lines(), sep="\n")
    sys.exit(bool(report.faults))


if __name__ == "__main__":
    main()
