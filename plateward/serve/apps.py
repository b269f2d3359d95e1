from plateward.core import rooms


class Serve(rooms.Floor):
    name = "plateward.serve"

    def ready(self) -> None:
        """What receives the rooms' signals: each room lists its own in `listening.py`, and an import connects them."""
        rooms.modules_of("listening")
