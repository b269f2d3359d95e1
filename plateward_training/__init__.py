"""How the weights in plateward/recognition/weights are made: from rendered and photographed plates, then training.

Part of a checkout, but not of what a hub or a reader installs.
"""
