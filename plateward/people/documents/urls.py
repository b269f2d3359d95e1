from django.urls import path

from plateward.people.documents import views

app_name = "protocols"
urlpatterns = [
    path("", views.index, name="index"),
    path("all/", views.register, name="register"),
    path("as-of/", views.as_of, name="as_of"),
    path("new/", views.edit, name="new"),
    path("<int:pk>/revise/", views.edit, name="revise"),
    path("<int:pk>/withdraw/", views.withdraw, name="withdraw"),
    path("versions/<int:pk>/", views.show_version, name="version"),
    path("versions/<int:pk>/original/", views.download_original, name="original"),
    path("versions/<int:pk>/acknowledge/", views.acknowledge, name="acknowledge"),
    path("versions/<int:pk>/decide/", views.decide, name="decide"),
    path("versions/<int:pk>/review/", views.review, name="review"),
    path("versions/<int:pk>/acknowledgments/", views.list_acknowledgments, name="acknowledgments"),
    path(
        "versions/<int:pk>/acknowledgments.csv", views.download_acknowledgments, name="acknowledgments_file"
    ),
]
