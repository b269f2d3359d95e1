"""How the weights in plateward/recognition/weights are made: plates rendered, photographed by rule, and learned from.

A checkout has it; what a hub or a reader installs has not.
"""
