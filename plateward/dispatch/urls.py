from django.urls import path

from plateward.dispatch import views

app_name = "dispatch"
urlpatterns = [
    path("", views.show, name="console"),
    path("board", views.board, name="board"),
    path("calls/<int:pk>/", views.call, name="call"),
    path("calls/<int:pk>/again", views.again, name="again"),
    path("alerts/<int:pk>/tell", views.tell, name="tell"),
]
