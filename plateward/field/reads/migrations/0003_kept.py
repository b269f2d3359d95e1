"""What is never changed or removed, by what the database itself refuses."""

from django.db import migrations

from plateward.core.db.row_triggers import keep_rows


class Migration(migrations.Migration):
    dependencies = [("reads", "0002_read_store")]
    operations = [
        keep_rows(
            "reads.LossAcknowledgment",
            refusal="That a loss was acknowledged is kept (OPR:50 6.h.ii, 6.j.i).",
            last=("ended_at",),
        ),
    ]
