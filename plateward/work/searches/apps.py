from plateward.core import rooms


class Searches(rooms.Floor):
    name = "plateward.work.searches"
