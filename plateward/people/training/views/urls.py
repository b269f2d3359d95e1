from django.urls import path

from plateward.people.training.views import courses, duties, records

app_name = "training"
urlpatterns = [
    path("", records.index, name="index"),
    path("people/<str:username>/", records.person_page, name="person"),
    path("records/add/", records.add_record, name="add"),
    path("records/<int:pk>/withdraw/", records.withdraw_record, name="withdraw"),
    path("records/import/", records.preview_file, name="import"),
    path("courses/", courses.index, name="courses"),
    path("courses/add/", courses.edit_course, name="course_add"),
    path("course/<slug:code>/", courses.course_page, name="course"),
    path("course/<slug:code>/edit/", courses.edit_course, name="course_edit"),
    path("course/<slug:code>/requirements/", courses.change_requirements, name="require"),
    path("course/<slug:code>/material/", courses.add_material, name="material"),
    path("materials/<int:pk>/release/", courses.add_version, name="release"),
    path("versions/<int:pk>/", courses.version_page, name="version"),
    path("versions/<int:pk>/file/", courses.download_version, name="download"),
    path("versions/<int:pk>/acknowledge/", courses.acknowledge_version, name="acknowledge"),
    path("versions/<int:pk>/readers/", courses.acknowledgments, name="readers"),
    path("duties/", duties.index, name="duties"),
    path("duties/add/", duties.add_duty, name="duty_add"),
    path("duties/<int:pk>/", duties.duty_page, name="duty"),
    path("duties/<int:pk>/except/", duties.exempt, name="exempt"),
    path("duties/<int:pk>/owner/", duties.hand_over_duty, name="hand_over"),
    path("duties/<int:pk>/close/", duties.close_duty, name="close"),
]
