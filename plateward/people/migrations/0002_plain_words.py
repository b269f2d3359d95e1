"""Labels and messages in plain words; nothing in the database changes."""

import django.core.validators
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0001_initial"),
    ]

    operations = [
        migrations.AlterField(
            model_name="person",
            name="badge",
            field=models.CharField(
                error_messages={"unique": "This badge number belongs to another person."},
                max_length=20,
                unique=True,
            ),
        ),
        migrations.AlterField(
            model_name="person",
            name="username",
            field=models.CharField(
                error_messages={"unique": "This username is taken. Usernames are never reused."},
                max_length=32,
                unique=True,
                validators=[
                    django.core.validators.RegexValidator(
                        "^[a-z][a-z0-9._-]+\\Z",
                        "A username has 2 to 32 letters, digits, dots or dashes, and begins with a letter.",
                    )
                ],
            ),
        ),
        migrations.AlterField(
            model_name="terminal",
            name="name",
            field=models.CharField(
                error_messages={"unique": "A terminal with this name already exists."},
                max_length=40,
                unique=True,
            ),
        ),
        migrations.AlterConstraint(
            model_name="person",
            name="person_not_own_supervisor",
            constraint=models.CheckConstraint(
                condition=models.Q(("supervisor", models.F("id")), _negated=True),
                name="person_not_own_supervisor",
                violation_error_message="A person cannot be their own supervisor.",
            ),
        ),
    ]
