import django.db.models.deletion
from django.db import migrations, models

from plateward.core.db.row_triggers import keep_rows


class Migration(migrations.Migration):
    dependencies = [("evidence", "0002_kept"), ("retention", "0002_kept")]
    operations = [
        migrations.AddField(
            model_name="hold",
            name="duty",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="evidence.duty"
            ),
        ),
        migrations.AlterField(
            model_name="hold",
            name="kind",
            field=models.CharField(
                choices=[
                    ("alert", "An alert, with every sighting of it"),
                    ("plate", "Reads of a plate within a time"),
                    ("camera", "Reads of a camera within a time"),
                    ("place", "Reads around a place within a time"),
                    ("case", "A case: all its alerts, later ones too"),
                    ("export", "Leads that enter a case through DEMS"),
                ],
                max_length=6,
            ),
        ),
        keep_rows(
            "retention.Hold",
            refusal="What was decided on retention is kept; a decision is followed by another (OPR:50 6.h.i, 6.h.ii).",
            last=("lifted_at", "lifted_by", "lifted_reason"),
        ),
    ]
