"""The command line, and the place where the packages are put together: it opens the store, calls them, prints.

    python run.py demo                      the main job on the bundled corpus, from nothing
    python run.py ingest 汇编.pdf            documents and structured files into the store
    python run.py match 企业.json            one enterprise against every measure

Exit codes: 0 done; 1 done, with items refused or failed; 2 wrong usage or input; 3 the store is broken or locked.
"""

import os
import sys

import click

from cli import cli
from corpus.errors import PolicyError, StoreError


def main() -> None:
    """Run a command; an error that is the input's is one line, and the exit code says whose fault it was."""
    try:
        cli(standalone_mode=True)
    except StoreError as error:
        click.echo(str(error), err=True)
        sys.exit(3)
    except PolicyError as error:
        click.echo(str(error), err=True)
        sys.exit(2)
    except BrokenPipeError:
        os._exit(0)


if __name__ == "__main__":
    main()
