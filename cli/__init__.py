"""The command line: one module for each kind of work, thin over the rooms; `options` is what they share.

reading    ingest, extract, suggest, search, vectors
matching   match, replay, checklist, calendar, batch, check
ledger     register, people, contacts, uptake import, outreach, audit
tables     import offices, assignments, needs, visits, promises, receipts, accounts
keeping    export, backup, restore
serving    serve, admin, demo
"""

import click

from cli.keeping import backup, export, restore
from cli.ledger import audit, contacts, outreach, people, register, uptake
from cli.matching import batch, calendar, check, checklist, match, replay
from cli.options import Commands
from cli.reading import extract, ingest, search, suggest, vectors
from cli.serving import admin, demo, serve
from cli.tables import taken_in

COMMANDS = (
    *(ingest, extract, suggest, search, vectors),
    *(match, replay, checklist, calendar, batch, check),
    *(register, people, contacts, uptake, taken_in, outreach, audit),
    *(export, backup, restore),
    *(serve, admin, demo),
)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
def cli() -> None:
    """惠企政策检索与匹配引擎：让政策找到企业。"""


for command in COMMANDS:
    cli.add_command(command)
