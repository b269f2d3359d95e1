"""Texts that people write about an override."""

WHY = "The driver shoots at cars on the interstate, and holds the child that was abducted."
FINDING = "Heard the radio traffic of that minute; the child was in the car."
