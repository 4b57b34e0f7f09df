"""What `st2tests` and `st2reactor` give to the tests of a pack."""

import asyncio
from pathlib import Path

from chatops_cli.pack_tests.run import Wanted, run_suite
from chatops_cli.pack_tests.suite import Suite
from chatops_cli.pack_tests.verdict import Ending
from tests.support.pack_suites import write_suite

SENSORS = """
from st2reactor.sensor.base import PollingSensor, Sensor

class Clock(PollingSensor):
    def setup(self):
        self.sensor_service.get_logger(__name__).info("set up")
    def poll(self):
        self.sensor_service.set_value("polls", 1, ttl=60)
        self.sensor_service.dispatch("demo.tick", {"n": self.config.get("n", 0)}, trace_tag="t")
    def cleanup(self): ...
    def add_trigger(self, trigger): ...
    def update_trigger(self, trigger): ...
    def remove_trigger(self, trigger): ...
"""
TESTS = """
import os
import pytest
from clock import Clock, Sensor
from half import Half
from st2tests import config
from st2tests.base import (
    BaseActionTestCase, BaseSensorTestCase, BaseTestCase, CleanFilesTestCase, FakeResponse
)

class ClockTestCase(BaseSensorTestCase):
    sensor_cls = Clock

    def test_poll(self):
        sensor = self.get_sensor_instance(config={"n": 3}, poll_interval=7)
        assert (sensor.get_poll_interval(), sensor._config) == (7, {"n": 3})
        sensor.set_poll_interval(8)
        assert sensor.get_poll_interval() == 8
        sensor.setup()
        self.sensor_service.get_logger("any").info.assert_called_once_with("set up")
        with pytest.raises(AssertionError, match="'demo.tick' was not .*; dispatched: none"):
            self.assertTriggerDispatched("demo.tick")
        sensor.poll()
        assert self.assertTriggerDispatched("demo.tick", {"n": 3})
        with pytest.raises(AssertionError, match="dispatched: demo.tick"):
            self.assertTriggerDispatched("demo.tick", payload={"n": 4})
        assert self.get_last_dispatched_trigger() == self.get_dispatched_triggers()[0]
        assert self.get_last_dispatched_trigger()["trace_context"].trace_tag == "t"
        assert self.sensor_service.get_value("polls") == 1
        assert self.sensor_service._logger.warning.called
        assert [item.name for item in self.sensor_service.list_values()] == [
            "tests.Clock:polls"
        ]
        assert self.sensor_service.delete_value("polls") is True
        assert self.sensor_service.delete_value("polls") is False

    def test_defaults(self):
        sensor = self.get_sensor_instance()
        assert (sensor.config, sensor.get_poll_interval()) == ({}, 5)
        with pytest.raises(TypeError):
            Sensor(sensor_service=None)

class HalfTestCase(BaseActionTestCase):
    action_cls = Half

    def test_datastore(self):
        self.get_action_instance().run(number=4)
        assert self.action_service.get_value("last") == "4"
        assert self.action_service.get_value("tests.Half:last", local=False) == "4"
        assert self.action_service.get_value("other") is None
        assert [item.value for item in self.action_service.list_values(prefix="la")] == ["4"]
        assert self.action_service.delete_value("last") is True
        assert self.action_service.get_user_info()["username"] == "admin"

    def test_fixture(self):
        assert self.get_fixture_content("a/text.txt") == "\u00fc"

    def test_configuration(self):
        action = self.get_action_instance(config={"a": 1})
        assert action.config["a"] == 1
        with pytest.raises(ValueError, match='Config for pack "tests" is missing key "b"'):
            action.config["b"]

class OldTestCase(BaseActionTestCase):
    class action_cls:
        def __init__(self, config):
            self.config = config

    def test_service_is_set_afterwards(self):
        assert self.get_action_instance(config=1).action_service is self.action_service

class FilesTestCase(CleanFilesTestCase):
    to_delete_files = ["made.txt"]
    to_delete_directories = ["made"]

    def test_files(self):
        assert not os.path.exists("made")
        os.mkdir("made")
        open("made.txt", "w").close()

def test_files_are_gone():
    assert not os.path.exists("made") and not os.path.exists("made.txt")

def test_others():
    config.parse_args()
    response = FakeResponse('{"a": 1}', 404, "gone")
    assert response.json() == {"a": 1}
    with pytest.raises(Exception, match="gone"):
        response.raise_for_status()
    with pytest.raises(ImportError, match="does not provide st2tests.base.CleanDbTestCase"):
        from st2tests.base import CleanDbTestCase
    with pytest.raises(ImportError, match="does not provide st2reactor.container"):
        import st2reactor.container

def test_packs():
    from st2common.content import utils
    here = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    assert utils.get_pack_base_path("demo") == here
    assert utils.get_pack_base_path("other") == "/srv/other"
    assert utils.get_packs_base_paths() == ["/srv", os.path.dirname(here)]
    assert not utils.check_pack_directory_exists("nope")

def test_no_datastore():
    from st2client.client import Client
    with pytest.raises(Exception, match="there is no datastore in tests"):
        Client().keys.get_by_name("x")

def test_script_arguments():
    from st2common.models.system.action import ShellScriptAction
    script = ShellScriptAction("", "", "/a b", {"--x": "1 2", "--y": True, "--n": None}, ["3"])
    assert script.get_full_command_string() == "'/a b' --x='1 2' --y 3"
"""


def test_test_cases_and_mocks(tmp_path: Path) -> None:
    files = {
        "sensors/clock.py": SENSORS,
        "tests/test_all.py": TESTS,
        "tests/fixtures/a/text.txt": "\u00fc",
    }
    folder = write_suite(tmp_path, "demo", files)
    chunks: list[bytes] = []
    verdict = asyncio.run(
        run_suite(
            Suite(ref="demo", folder=str(folder), virtualenvs=str(tmp_path / "none")),
            Wanted(folders={"other": "/srv/other"}),
            on_output=lambda _, chunk: chunks.append(chunk),
        )
    )
    assert verdict.ending is Ending.PASSED, b"".join(chunks).decode()
    assert verdict.counts["passed"] == 12
