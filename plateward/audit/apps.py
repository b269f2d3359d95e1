from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "plateward.audit"
    label = "audit"

    def ready(self) -> None:
        from plateward.audit.continuity import require_whole
        from plateward.db.signals import database_opened

        def opened(**_: object) -> None:
            require_whole()

        database_opened.connect(opened, weak=False, dispatch_uid="audit.continuity")
