from plateward.core import rooms


class Decisions(rooms.Floor):
    name = "plateward.core.decisions"
