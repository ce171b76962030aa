"""The command line. Each command stands in a file of its own."""

import typer

from pilothouse.cli import demo, doctor, evals, importing, migrate, people, prompts, up

app = typer.Typer(
    name="pilothouse",
    help="See, price, test and steer an LLM application in production.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command("up")(up.up)
app.command("demo")(demo.demo)
app.add_typer(importing.app, name="import")
app.add_typer(prompts.app, name="prompts")
app.add_typer(evals.app, name="eval")
app.command("doctor")(doctor.doctor)
app.command("migrate")(migrate.migrate)
app.command("password")(people.password)
app.command("link")(people.link)
