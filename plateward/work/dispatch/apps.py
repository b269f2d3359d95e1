from plateward.core import rooms


class Dispatch(rooms.Floor):
    name = "plateward.work.dispatch"
