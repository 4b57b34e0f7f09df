"""``core.pause``: a wait of a given length, or of a random one up to it."""

import random as chance
import time

from st2common.runners.base_action import Action


class PauseAction(Action):
    def run(self, max_pause, random=False):
        seconds = chance.randint(min(1, max_pause), max_pause) if random else max_pause
        time.sleep(seconds)
        return seconds
