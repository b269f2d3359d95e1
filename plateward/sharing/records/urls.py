from django.urls import path

from plateward.sharing.records import views

app_name = "records"
urlpatterns = [
    path("", views.index, name="index"),
    path("new/", views.take, name="take"),
    path("<int:pk>/", views.show_request, name="request"),
    path("<int:pk>/acknowledge/", views.acknowledge, name="acknowledge"),
    path("<int:pk>/extend/", views.extend, name="extend"),
    path("<int:pk>/attach/", views.attach, name="attach"),
    path("<int:pk>/pictures/", views.name_picture, name="name_picture"),
    path("pictures/<int:pk>/", views.attach_redacted, name="attach_redacted"),
    path("<int:pk>/propose/", views.propose, name="propose"),
    path("<int:pk>/decide/", views.decide, name="decide"),
    path("<int:pk>/send/", views.send, name="send"),
    path("letters/<int:pk>/", views.download_letter, name="letter"),
    path("files/<int:pk>/", views.download_file, name="file"),
    path("rules/", views.release_rules, name="rules"),
    path("rules/new/", views.propose_rule, name="rule_propose"),
    path("rules/<int:pk>/decide/", views.decide_rule, name="rule_decide"),
]
