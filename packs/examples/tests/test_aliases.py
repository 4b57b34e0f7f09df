# A test of an alias names it; its file is read anew for each test.
from st2tests.base import BaseActionAliasTestCase


class OrderTestCase(BaseActionAliasTestCase):
    action_alias_name = "order"

    def test_the_rest_of_the_message_is_the_item(self):
        (order,) = self.action_alias_db.get_format_strings()
        self.assertExtractedParametersMatch(order, "example order a chair", {"item": "a chair"})

    def test_pairs_at_the_end_are_parameters(self):
        (order,) = self.action_alias_db.get_format_strings()
        self.assertExtractedParametersMatch(
            order,
            "example order chair colour=red count=3",
            {"item": "chair", "colour": "red", "count": "3"},
        )


class RestartTestCase(BaseActionAliasTestCase):
    action_alias_name = "restart"

    def test_each_message_is_matched_by_one_of_the_formats(self):
        formats = self.action_alias_db.get_format_strings()
        for message in ("example bounce web", "example turn web off and on again"):
            self.assertCommandMatchesExactlyOneFormatString(formats, message)
