"""Footage for the demo, drawn by the project: invented vehicles with invented plates on a New Mexico road."""

from plateward.demo.footage.render import frames, render
from plateward.demo.footage.scene import DrawnVehicle, Scene

__all__ = ["DrawnVehicle", "Scene", "frames", "render"]
