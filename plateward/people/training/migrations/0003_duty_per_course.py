"""One incident may ask for several courses: a duty for each. What SQLite's INSERT OR REPLACE would remove follows."""

from django.db import migrations, models

STATEMENTS = (
    "DROP TRIGGER training_duty_no_replace",
    """CREATE TRIGGER training_duty_no_replace BEFORE INSERT ON training_duty WHEN EXISTS (
      SELECT 1 FROM training_duty WHERE id = NEW.id
        OR reference <> '' AND kind = NEW.kind AND reference = NEW.reference AND course_id = NEW.course_id
    ) BEGIN SELECT RAISE(ABORT, 'Training records are kept; they end, or are withdrawn (OPR:50 6.b.i.4, CJIS AT-4).'); END""",
)


def keep(_apps, schema_editor):
    for statement in STATEMENTS if schema_editor.connection.vendor == "sqlite" else ():
        schema_editor.execute(statement, None)


class Migration(migrations.Migration):
    dependencies = [("training", "0002_kept")]
    operations = [
        migrations.RemoveConstraint("duty", "training_one_duty_a_reference"),
        migrations.AddConstraint(
            "duty",
            models.UniqueConstraint(
                condition=models.Q(("reference", ""), _negated=True),
                fields=("kind", "reference", "course"),
                name="training_one_duty_a_reference",
                violation_error_message="A duty for this course was opened for this reference already.",
            ),
        ),
        migrations.RunPython(keep),
    ]
