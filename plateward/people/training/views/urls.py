from django.urls import path

from plateward.people.training.views import courses, duties, records

app_name = "training"
urlpatterns = [
    path("", records.index, name="index"),
    path("people/<str:username>/", records.person, name="person"),
    path("records/add/", records.add, name="add"),
    path("records/<int:pk>/withdraw/", records.withdraw, name="withdraw"),
    path("records/import/", records.load, name="import"),
    path("courses/", courses.index, name="courses"),
    path("courses/add/", courses.add, name="course_add"),
    path("course/<slug:code>/", courses.course, name="course"),
    path("course/<slug:code>/edit/", courses.edit, name="course_edit"),
    path("course/<slug:code>/requirements/", courses.require, name="require"),
    path("course/<slug:code>/material/", courses.material, name="material"),
    path("materials/<int:pk>/release/", courses.release, name="release"),
    path("versions/<int:pk>/", courses.version, name="version"),
    path("versions/<int:pk>/file/", courses.download, name="download"),
    path("versions/<int:pk>/acknowledge/", courses.acknowledge, name="acknowledge"),
    path("versions/<int:pk>/readers/", courses.readers, name="readers"),
    path("duties/", duties.index, name="duties"),
    path("duties/add/", duties.add, name="duty_add"),
    path("duties/<int:pk>/", duties.duty, name="duty"),
    path("duties/<int:pk>/except/", duties.exempt, name="exempt"),
    path("duties/<int:pk>/owner/", duties.hand_over, name="hand_over"),
    path("duties/<int:pk>/close/", duties.close, name="close"),
]
