"""How the weights in recognition/weights are made: plates rendered, photographed by rule, and learned from."""
