# Run them with: chatops test examples
#
# An action's own folder is on the path, so its file is imported by its name.
from even import EvenAction
from st2tests.base import BaseActionTestCase
from welcome import WelcomeAction


class EvenTestCase(BaseActionTestCase):
    action_cls = EvenAction

    def test_an_even_number_succeeds(self):
        # The action is made as it is made when it runs; run() gives what it gives there.
        status, result = self.get_action_instance().run(number=8)
        self.assertTrue(status)
        self.assertEqual(result, {"number": 8, "half": 4})

    def test_an_odd_number_fails(self):
        status, _ = self.get_action_instance().run(number=7)
        self.assertFalse(status)


class WelcomeTestCase(BaseActionTestCase):
    action_cls = WelcomeAction

    def test_the_greeting_comes_from_the_configuration(self):
        # No file is read: a test says what stands in the configuration.
        action = self.get_action_instance(config={"greeting": "Hi"})
        self.assertEqual(action.run(name="Ada"), {"greeting": "Hi", "name": "Ada"})

    def test_without_configuration_there_is_a_greeting_too(self):
        self.assertEqual(self.get_action_instance().run(name="Ada")["greeting"], "Welcome")
