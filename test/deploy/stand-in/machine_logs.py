"""The logs of state machines, which moto does not write: at level ERROR, without the data of executions. As the service
does, it writes error and cause whatever the level."""

import datetime
import json

# What Step Functions logs at level ERROR.
LOGGED = {
    "ExecutionAborted",
    "ExecutionFailed",
    "ExecutionTimedOut",
    "FailStateEntered",
    "LambdaFunctionFailed",
    "LambdaFunctionScheduleFailed",
    "LambdaFunctionTimedOut",
    "TaskFailed",
    "TaskTimedOut",
}
DATA = ("input", "inputDetails", "output", "outputDetails", "parameters")


def _details(event):
    named = next((event[key] for key in event if key.endswith("EventDetails")), {})
    return {key: value for key, value in named.items() if key not in DATA}


def _ending(execution):
    """How an execution ended, if its history does not tell."""
    kinds = {"ABORTED": "ExecutionAborted", "TIMED_OUT": "ExecutionTimedOut", "FAILED": "ExecutionFailed"}
    kind = kinds.get(execution.status)
    return {"type": kind, "executionEndedEventDetails": {"error": execution.error, "cause": execution.cause}}, kind


def _events(execution):
    history = list(execution.to_history_output()["events"])
    ending, kind = _ending(execution)
    if kind is not None and all(event["type"] != kind for event in history):
        history.append(ending)
    return [event for event in history if str(getattr(event["type"], "value", event["type"])) in LOGGED]


def write(execution):
    """Writes what is logged of an execution that has ended."""
    from moto.logs.models import logs_backends

    configuration = execution.state_machine.loggingConfiguration
    if configuration.get("level") not in ("ERROR", "ALL"):
        return
    arn = configuration["destinations"][0]["cloudWatchLogsLogGroup"]["logGroupArn"]
    _, _, _, region, account, _, group, *_ = arn.split(":")
    now = int(datetime.datetime.now().timestamp() * 1000)
    lines = [
        {
            "type": str(getattr(event["type"], "value", event["type"])),
            "details": _details(event),
            "execution_arn": execution.execution_arn,
        }
        for event in _events(execution)
    ]
    if not lines:
        return
    backend = logs_backends[account][region]
    stream = execution.name
    backend.create_log_stream(group, stream)
    backend.put_log_events(group, stream, [{"timestamp": now, "message": json.dumps(line)} for line in lines])
