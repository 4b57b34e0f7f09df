from st2common.runners.base_action import Action


class EvenAction(Action):
    def run(self, number):
        # A pair of a truth value and anything: the first is the status, the second the result.
        return number % 2 == 0, {"number": number, "half": number / 2}
