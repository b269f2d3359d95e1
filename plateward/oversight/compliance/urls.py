from django.urls import path

from plateward.oversight.compliance import views

app_name = "compliance"
urlpatterns = [
    path("", views.index, name="index"),
    path("export/<str:form>", views.export, name="export"),
]
