from django.urls import path

from plateward.dispatch import finding, views

app_name = "dispatch"
urlpatterns = [
    path("", views.show, name="console"),
    path("board", views.board, name="board"),
    path("calls/<int:pk>/", views.call, name="call"),
    path("calls/<int:pk>/again", views.again, name="again"),
    path("find", finding.find_for, name="find_for"),
    path("alerts/<int:pk>/", views.panel, name="panel"),
    path("alerts/<int:pk>/find", finding.find, name="find"),
    path("alerts/<int:pk>/tell", views.tell, name="tell"),
]
