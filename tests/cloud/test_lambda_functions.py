from __future__ import annotations

from tests.cloud.world import TIMEOUT_S, World


def test_the_real_handler_runs_with_its_own_variables_and_context(world: World) -> None:
    name = world.function(GREETING="good morning")
    error, answer = world.invoke(name, {"do": "context"})
    assert error is None
    assert answer["variable"] == "good morning"
    assert answer["endpoint"] == world.cloud.endpoint_url
    assert answer["name"] == name
    assert answer["arn"].endswith(f":function:{name}")
    assert 0 < answer["remaining"] <= TIMEOUT_S * 1000


def test_a_second_invocation_finds_the_process_warm(world: World) -> None:
    name = world.function()
    processes = {world.invoke(name, {"do": "context"})[1]["process"] for _ in range(3)}
    assert len(processes) == 1


def test_changed_variables_reach_the_next_invocation(world: World) -> None:
    name = world.function(GREETING="old")
    world.invoke(name, {})
    variables = {"SCHEDULERX_HANDLER": "handlers.probe", "GREETING": "new"}
    world.client("lambda").update_function_configuration(
        FunctionName=name, Environment={"Variables": variables}
    )
    assert world.invoke(name, {"do": "context"})[1]["variable"] == "new"


def test_an_exception_comes_back_as_lambda_shapes_it(world: World) -> None:
    error, payload = world.invoke(world.function(), {"do": "raise", "message": "slow down"})
    assert error == "Unhandled"
    assert payload["errorType"] == "ThrottledByPlatform"
    assert payload["errorMessage"] == "slow down"
    assert any("probe.py" in line for line in payload["stackTrace"])


def test_the_timeout_ends_the_process_and_the_next_invocation_works(world: World) -> None:
    name = world.function(timeout=3)
    error, payload = world.invoke(name, {"do": "sleep", "seconds": 3600})
    assert (error, payload["errorType"]) == ("Unhandled", "Sandbox.Timedout")
    assert world.invoke(name, {"ok": 1}) == (None, {"echo": {"ok": 1}})


def test_a_process_that_exits_is_a_runtime_exit_error(world: World) -> None:
    _, payload = world.invoke(world.function(), {"do": "exit"})
    assert payload["errorType"] == "Runtime.ExitError"
    assert "exit status 7" in payload["errorMessage"]


def test_an_answer_that_is_not_json_is_a_marshal_error(world: World) -> None:
    _, payload = world.invoke(world.function(), {"do": "unserialisable"})
    assert payload["errorType"] == "Runtime.MarshalError"


def test_a_missing_module_is_an_import_error(world: World) -> None:
    name = world.function()
    world.client("lambda").update_function_configuration(
        FunctionName=name, Environment={"Variables": {"SCHEDULERX_HANDLER": "handlers.missing"}}
    )
    assert world.invoke(name, {})[1]["errorType"] == "Runtime.ImportModuleError"


def test_what_the_handler_prints_is_in_the_function_s_log(world: World) -> None:
    name = world.function()
    world.invoke(name, {"do": "print", "text": "words for the log"})
    log = world.cloud.state / "logs" / "lambda" / f"{name}.log"
    assert "words for the log" in log.read_text()
