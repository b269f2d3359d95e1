import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import plateward.clock
import plateward.people.notices.kinds


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Notice",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            (
                                plateward.people.notices.kinds.Kind["ACCESS_DECIDE"],
                                plateward.people.notices.kinds.Kind["ACCESS_DECIDE"],
                            ),
                            (
                                plateward.people.notices.kinds.Kind["ACCESS_END"],
                                plateward.people.notices.kinds.Kind["ACCESS_END"],
                            ),
                            (
                                plateward.people.notices.kinds.Kind["ACCESS_INTERRUPT"],
                                plateward.people.notices.kinds.Kind["ACCESS_INTERRUPT"],
                            ),
                            (
                                plateward.people.notices.kinds.Kind["ACCESS_RESTORE"],
                                plateward.people.notices.kinds.Kind["ACCESS_RESTORE"],
                            ),
                            (
                                plateward.people.notices.kinds.Kind["ACCOUNT_LOCK"],
                                plateward.people.notices.kinds.Kind["ACCOUNT_LOCK"],
                            ),
                            (
                                plateward.people.notices.kinds.Kind["ALARM_WITHHOLD"],
                                plateward.people.notices.kinds.Kind["ALARM_WITHHOLD"],
                            ),
                            (
                                plateward.people.notices.kinds.Kind["ALERT_ACKNOWLEDGE"],
                                plateward.people.notices.kinds.Kind["ALERT_ACKNOWLEDGE"],
                            ),
                            (
                                plateward.people.notices.kinds.Kind["ALERT_DENY"],
                                plateward.people.notices.kinds.Kind["ALERT_DENY"],
                            ),
                            (
                                plateward.people.notices.kinds.Kind["ALERT_RECALL"],
                                plateward.people.notices.kinds.Kind["ALERT_RECALL"],
                            ),
                            (
                                plateward.people.notices.kinds.Kind["ALERT_SHARE"],
                                plateward.people.notices.kinds.Kind["ALERT_SHARE"],
                            ),
                            (
                                plateward.people.notices.kinds.Kind["ALERT_VEHICLE"],
                                plateward.people.notices.kinds.Kind["ALERT_VEHICLE"],
                            ),
                            (
                                plateward.people.notices.kinds.Kind["CALL_CLOSE"],
                                plateward.people.notices.kinds.Kind["CALL_CLOSE"],
                            ),
                            (
                                plateward.people.notices.kinds.Kind["CHECK_FAIL"],
                                plateward.people.notices.kinds.Kind["CHECK_FAIL"],
                            ),
                            (
                                plateward.people.notices.kinds.Kind["DISPOSITION_RETURN"],
                                plateward.people.notices.kinds.Kind["DISPOSITION_RETURN"],
                            ),
                            (
                                plateward.people.notices.kinds.Kind["DISPOSITION_REVIEW"],
                                plateward.people.notices.kinds.Kind["DISPOSITION_REVIEW"],
                            ),
                            (
                                plateward.people.notices.kinds.Kind["ENTRY_ANSWER"],
                                plateward.people.notices.kinds.Kind["ENTRY_ANSWER"],
                            ),
                            (
                                plateward.people.notices.kinds.Kind["ENTRY_CONFIRM"],
                                plateward.people.notices.kinds.Kind["ENTRY_CONFIRM"],
                            ),
                            (
                                plateward.people.notices.kinds.Kind["ENTRY_DOUBT"],
                                plateward.people.notices.kinds.Kind["ENTRY_DOUBT"],
                            ),
                            (
                                plateward.people.notices.kinds.Kind["EXPORT_OWE"],
                                plateward.people.notices.kinds.Kind["EXPORT_OWE"],
                            ),
                            (
                                plateward.people.notices.kinds.Kind["EXPORT_REMIND"],
                                plateward.people.notices.kinds.Kind["EXPORT_REMIND"],
                            ),
                            (
                                plateward.people.notices.kinds.Kind["FACTOR_CHANGE"],
                                plateward.people.notices.kinds.Kind["FACTOR_CHANGE"],
                            ),
                            (
                                plateward.people.notices.kinds.Kind["FACTOR_RESET"],
                                plateward.people.notices.kinds.Kind["FACTOR_RESET"],
                            ),
                            (
                                plateward.people.notices.kinds.Kind["FEED_FAIL"],
                                plateward.people.notices.kinds.Kind["FEED_FAIL"],
                            ),
                            (
                                plateward.people.notices.kinds.Kind["HIT_CONFIRM"],
                                plateward.people.notices.kinds.Kind["HIT_CONFIRM"],
                            ),
                            (
                                plateward.people.notices.kinds.Kind["LOAD_HOLD"],
                                plateward.people.notices.kinds.Kind["LOAD_HOLD"],
                            ),
                            (
                                plateward.people.notices.kinds.Kind["LOGIN_GUESS"],
                                plateward.people.notices.kinds.Kind["LOGIN_GUESS"],
                            ),
                            (
                                plateward.people.notices.kinds.Kind["MALFUNCTION_REPAIR"],
                                plateward.people.notices.kinds.Kind["MALFUNCTION_REPAIR"],
                            ),
                            (
                                plateward.people.notices.kinds.Kind["OFFENSE_RECORD"],
                                plateward.people.notices.kinds.Kind["OFFENSE_RECORD"],
                            ),
                            (
                                plateward.people.notices.kinds.Kind["OFFICE_CHANGE"],
                                plateward.people.notices.kinds.Kind["OFFICE_CHANGE"],
                            ),
                            (
                                plateward.people.notices.kinds.Kind["OVERRIDE_FIND"],
                                plateward.people.notices.kinds.Kind["OVERRIDE_FIND"],
                            ),
                            (
                                plateward.people.notices.kinds.Kind["OVERRIDE_REVIEW"],
                                plateward.people.notices.kinds.Kind["OVERRIDE_REVIEW"],
                            ),
                            (
                                plateward.people.notices.kinds.Kind["PERSON_ABSENT"],
                                plateward.people.notices.kinds.Kind["PERSON_ABSENT"],
                            ),
                            (
                                plateward.people.notices.kinds.Kind["PERSON_TRANSFER"],
                                plateward.people.notices.kinds.Kind["PERSON_TRANSFER"],
                            ),
                            (
                                plateward.people.notices.kinds.Kind["PROTECTED_ASK"],
                                plateward.people.notices.kinds.Kind["PROTECTED_ASK"],
                            ),
                            (
                                plateward.people.notices.kinds.Kind["READER_MISREAD"],
                                plateward.people.notices.kinds.Kind["READER_MISREAD"],
                            ),
                            (
                                plateward.people.notices.kinds.Kind["REPAIR_RECORD"],
                                plateward.people.notices.kinds.Kind["REPAIR_RECORD"],
                            ),
                            (
                                plateward.people.notices.kinds.Kind["REQUEST_ANSWER"],
                                plateward.people.notices.kinds.Kind["REQUEST_ANSWER"],
                            ),
                            (
                                plateward.people.notices.kinds.Kind["REQUEST_HANDLE"],
                                plateward.people.notices.kinds.Kind["REQUEST_HANDLE"],
                            ),
                            (
                                plateward.people.notices.kinds.Kind["RETURN_ANSWER"],
                                plateward.people.notices.kinds.Kind["RETURN_ANSWER"],
                            ),
                            (
                                plateward.people.notices.kinds.Kind["RETURN_DECIDE"],
                                plateward.people.notices.kinds.Kind["RETURN_DECIDE"],
                            ),
                            (
                                plateward.people.notices.kinds.Kind["REVIEW_CLOSE"],
                                plateward.people.notices.kinds.Kind["REVIEW_CLOSE"],
                            ),
                            (
                                plateward.people.notices.kinds.Kind["SESSION_COPY"],
                                plateward.people.notices.kinds.Kind["SESSION_COPY"],
                            ),
                            (
                                plateward.people.notices.kinds.Kind["TECHNICIAN_CHANGE"],
                                plateward.people.notices.kinds.Kind["TECHNICIAN_CHANGE"],
                            ),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "about",
                    models.CharField(
                        blank=True, default="", help_text="The thing: alerts.alert:7.", max_length=60
                    ),
                ),
                ("text", models.CharField(max_length=400)),
                (
                    "link",
                    models.CharField(
                        blank=True, default="", help_text="Where it is seen to.", max_length=200
                    ),
                ),
                ("told_at", models.DateTimeField(default=plateward.clock.now)),
                ("read_at", models.DateTimeField(blank=True, null=True)),
                (
                    "settled_at",
                    models.DateTimeField(
                        blank=True, help_text="Since when nothing is left to do about it.", null=True
                    ),
                ),
                (
                    "to",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="notices",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["-pk"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("read_at", None), ("settled_at", None)),
                        fields=["to"],
                        name="notice_new_to",
                    ),
                    models.Index(fields=["about"], name="notice_about"),
                ],
            },
        ),
    ]
