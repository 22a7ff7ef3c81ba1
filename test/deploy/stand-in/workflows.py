"""Step Functions: moto runs state machines; what the Terraform provider asks about them, and synchronous executions,
are added here."""

import copy
import datetime
import sys
import threading
import uuid

import machine_logs


def _timestamp(text):
    """A time of RFC 3339, with a fraction and an offset too; moto's own takes neither, though its machines write both."""
    try:
        return datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))
    except (AttributeError, ValueError):
        return None


def _backend():
    from moto.stepfunctions.parser.models import stepfunctions_parser_backends

    return stepfunctions_parser_backends


def start(arn, text, name=None):
    """Starts an execution of the machine with that ARN."""
    _, _, _, region, account, *_ = arn.split(":")
    return _backend()[account][region].start_execution(arn, name or str(uuid.uuid4()), text)


def install():
    from moto.core.config import default_user_config
    from moto.core.responses import ActionResult
    from moto.stepfunctions.models import StateMachine
    from moto.stepfunctions.parser.asl.component.state.choice.comparison.operator.implementations.is_operator import (
        IsTimestamp,
    )
    from moto.stepfunctions.parser.asl.utils.encoding import to_json_str
    from moto.stepfunctions.parser.backend.execution import BaseExecutionWorkerCommunication, Execution
    from moto.stepfunctions.responses import StepFunctionResponse

    default_user_config["stepfunctions"] = {"execute_state_machine": True}

    IsTimestamp.string_to_timestamp = staticmethod(_timestamp)

    # An execution takes a copy of its machine, whose executions hold locks, which can't be copied.
    StateMachine.__deepcopy__ = lambda self, _: copy.copy(self)

    made, ended = Execution.__init__, BaseExecutionWorkerCommunication.terminated

    def initialize(self, *args, **kwargs):
        self.ended = threading.Event()
        made(self, *args, **kwargs)

    def terminated(self):
        ended(self)
        try:
            machine_logs.write(self.execution)
        except Exception as error:
            print("an execution was not logged:", repr(error), file=sys.stderr)
        self.execution.ended.set()

    Execution.__init__ = initialize
    BaseExecutionWorkerCommunication.terminated = terminated

    def start_execution(self):
        execution = start(
            self._get_param("stateMachineArn"), self._get_param("input", if_none="{}"), self._get_param("name")
        )
        return ActionResult({"executionArn": execution.execution_arn, "startDate": execution.start_date})

    def start_sync_execution(self):
        arn, text = self._get_param("stateMachineArn"), self._get_param("input", if_none="{}")
        execution = start(arn, text, self._get_param("name"))
        execution.ended.wait()
        answer = {
            "executionArn": execution.execution_arn.replace(":execution:", ":express:"),
            "stateMachineArn": arn,
            "name": execution.name,
            "startDate": execution.start_date,
            "stopDate": execution.stop_date,
            "status": execution.status,
        }
        if execution.status == "SUCCEEDED":
            answer["output"] = to_json_str(execution.output)
        if execution.error is not None:
            answer["error"] = execution.error
        if execution.cause is not None:
            answer["cause"] = execution.cause
        return ActionResult(answer)

    def validate_state_machine_definition(self):
        return ActionResult({"result": "OK", "diagnostics": [], "truncated": False})

    def list_state_machine_versions(self):
        return ActionResult({"stateMachineVersions": []})

    create = StepFunctionResponse.create_state_machine

    def create_state_machine(self):
        """Keeps the type, which moto takes for STANDARD."""
        answer, name = create(self), self._get_param("name")
        machine = next(m for m in self.stepfunction_backend.state_machines if m.name == name)
        machine.type = machine.sm_type = self._get_param("type") or "STANDARD"
        return answer

    StepFunctionResponse.create_state_machine = create_state_machine
    StepFunctionResponse.start_execution = start_execution
    StepFunctionResponse.start_sync_execution = start_sync_execution
    StepFunctionResponse.validate_state_machine_definition = validate_state_machine_definition
    StepFunctionResponse.list_state_machine_versions = list_state_machine_versions
