"""What entries name besides their object; also what pages of pictures named before there was such a table."""

from django.conf import settings
from django.db import migrations, models

from plateward.audit import leaf
from plateward.audit.mentions import thing_key
from plateward.audit.models import seal_context
from plateward.db.row_triggers import keep_rows
from plateward.vault.sealing import SealBroken, unseal


def index_pages_of_pictures(apps, _):
    """An entry that does not open is left to the integrity monitor."""
    entries = apps.get_model("audit", "AuditEntry").objects.filter(
        event="image.view", object__startswith="search:"
    )
    mentions = apps.get_model("audit", "Mention").objects
    for entry in entries.order_by().iterator():
        try:
            line = unseal(settings.RING.key("fields"), bytes(entry.sealed), seal_context(entry.sequence))
            reads = leaf.read_line(line).leaf.details.get("reads", [])
        except (SealBroken, ValueError):
            continue
        mentions.bulk_create(
            mentions.model(entry=entry.sequence, thing=thing_key(f"read:{read}"))
            for read in sorted(set(reads))
        )


class Migration(migrations.Migration):
    dependencies = [("audit", "0002_salted_leaves")]
    operations = [
        migrations.CreateModel(
            name="Mention",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("entry", models.PositiveBigIntegerField()),
                ("thing", models.BinaryField(max_length=16)),
            ],
            options={
                "indexes": [models.Index(fields=["thing", "entry"], name="audit_mention_by_thing")],
                "constraints": [
                    models.UniqueConstraint(fields=("entry", "thing"), name="audit_mention_once")
                ],
            },
        ),
        migrations.RunPython(index_pages_of_pictures),
        keep_rows("audit.Mention", refusal="The audit log is append-only (OPR:50 6.b.i.9)."),
    ]
