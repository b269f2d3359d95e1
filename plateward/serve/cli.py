"""`plateward serve`: the hub."""

from typing import Annotated

import typer

app = typer.Typer(add_completion=False)


@app.command()
def serve(host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1") -> None:
    """Run the hub: listeners for people (8443) and for readers (8444), and background jobs.

    Example: PLATEWARD_HOSTS=alpr.example.gov plateward serve --host 0.0.0.0
    """
    from plateward.core.db.setup import setup
    from plateward.ground.policy.evidence import cryptographic_module
    from plateward.serve.address import require_address

    require_address(host)  # before anything is made
    setup(migrated=False, whole=False)  # `serve` itself migrates the database, and checks it
    from django.conf import settings

    from plateward.serve import hub

    def ready() -> None:
        name = settings.ALLOWED_HOSTS[0]
        typer.echo(f"People: https://{name}:{settings.PEOPLE_PORT}/")
        typer.echo(f"Readers: https://{name}:{settings.DEVICE_PORT}/ (client certificate required)")
        declared = settings.DISK_ENCRYPTION if settings.DATABASE_KIND == "PostgreSQL" else ""
        how = f"its disk declared as encrypted ({declared}), not verified" if declared else "encrypted"
        typer.echo(f"Database: {settings.DATABASE_KIND}, {how}. Keys: {settings.KEYS}")
        typer.echo(
            f"Cryptographic module: {cryptographic_module()} (validated for FIPS 140 only if the site built it so)"
        )
        for line in hub.warnings():
            typer.echo(line)

    hub.serve(host, ready)
