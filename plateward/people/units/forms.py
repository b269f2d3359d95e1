"""The names of a unit and a district."""

from django import forms

from plateward.people.models import District


class UnitForm(forms.Form):
    """A unit's name and district."""

    name = forms.CharField(label="Unit", max_length=40)
    district = forms.ModelChoiceField(District.objects, required=False, empty_label="None")


class DistrictForm(forms.Form):
    """A district's name."""

    name = forms.CharField(label="District", max_length=40)
