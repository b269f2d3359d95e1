from django.urls import path

from plateward.work.dispatch import views

app_name = "dispatch"
urlpatterns = [
    path("", views.console_page, name="console"),
    path("board", views.board, name="board"),
    path("calls/<int:pk>/", views.call, name="call"),
    path("calls/<int:pk>/again", views.send_again, name="again"),
    path("find", views.find_call_for_alert, name="find_for"),
    path("alerts/<int:pk>/", views.panel, name="panel"),
    path("alerts/<int:pk>/find", views.find_call, name="find"),
    path("alerts/<int:pk>/tell", views.notify, name="tell"),
]
