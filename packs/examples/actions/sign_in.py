from st2common.runners.base_action import Action


class SignInAction(Action):
    def run(self, user, password):
        # Even an action that gives its secret away does not get it into the room.
        return f"signed in as {user} with the password {password}"
