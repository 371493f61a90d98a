"""`python -m bot`: the command line, which runs the service, operates it and prints its documents. Its commands are in
`bot/cli`.
"""

from __future__ import annotations

import typer

from bot.cli import (
    backup,
    cards,
    corrections,
    directory,
    doctor,
    documents,
    exporting,
    inbox,
    migration,
    models,
    outbox,
    policy,
    public,
    rebuilding,
    serving,
    staff,
)
from bot.files.private import set_umask

app = typer.Typer(
    help="民声速递 · Minsheng Express", no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False
)


@app.callback()
def private_files() -> None:
    """民声速递 · Minsheng Express"""
    set_umask()


app.command("serve")(serving.run)
app.command("migrate")(migration.run)
app.command("rebuild")(rebuilding.run)
app.command("doctor")(doctor.run)
app.command("export")(exporting.run)
app.command("backup")(backup.run)
app.command("docs")(documents.run)
app.add_typer(staff.group, name="staff")
app.add_typer(outbox.group, name="outbox")
app.add_typer(inbox.group, name="inbox")
app.add_typer(corrections.group, name="corrections")
app.add_typer(directory.group, name="directory")
app.add_typer(policy.group, name="policy")
app.add_typer(models.group, name="model")
app.add_typer(cards.group, name="cards")
app.add_typer(public.group, name="public")


if __name__ == "__main__":
    app()
