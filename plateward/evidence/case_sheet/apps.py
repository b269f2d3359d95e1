from django.apps import AppConfig


class CaseSheet(AppConfig):
    name = "plateward.evidence.case_sheet"
    label = "case_sheet"
