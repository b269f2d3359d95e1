from django.apps import AppConfig


class TrainingActions(AppConfig):
    name = "plateward.people.training.actions"
    label = "training_actions"
