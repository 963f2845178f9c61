from django.apps import AppConfig


class SelectionReportConfig(AppConfig):
    name = "tremplin.selection_report"
    label = "selection_report"
