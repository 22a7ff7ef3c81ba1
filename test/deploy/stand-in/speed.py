"""moto makes some things anew for each state of each execution that it could keep: they are most of its time."""

import copy
import functools
import threading


def _once_for_each(make):
    """Keeps what a function made for its arguments; one caller at a time makes it."""
    lock, kept = threading.Lock(), functools.lru_cache(maxsize=None)(make)

    @functools.wraps(make)
    def get(*args, **kwargs):
        with lock:
            return kept(*args, **kwargs)

    return get


def _keep_clients():
    """Clients of services serve many threads; making one reads the whole model of its service."""
    from moto.stepfunctions.parser.asl.component.state.exec.state_task import lambda_eval_utils
    from moto.stepfunctions.parser.asl.component.state.exec.state_task.service import state_task_service_aws_sdk
    from moto.stepfunctions.parser.asl.utils import boto_client

    kept = _once_for_each(lambda region, service: boto_client.boto_client_for(region, service))

    def client_for(region, service, state_credentials=None):
        return kept(region, service)

    for user in (lambda_eval_utils, state_task_service_aws_sdk):
        user.boto_client_for = client_for


def _keep_paths():
    """A parsed path is only read."""
    from moto.stepfunctions.parser.asl.component.common.path import result_path
    from moto.stepfunctions.parser.asl.utils import json_path

    for user in (json_path, result_path):
        user.parse = _once_for_each(user.parse)


def _keep_items():
    """
    A transaction takes a copy of the table, to put back when it fails. Only which items there are has to be copied:
    transactions here put whole items, and change none in its place.
    """
    from moto.dynamodb.models.table import Table

    def copied(self, _):
        twin = copy.copy(self)
        twin.items = copy.copy(self.items)
        for key, of_product in self.items.items():
            twin.items[key] = dict(of_product)
        return twin

    Table.__deepcopy__ = copied


def install():
    _keep_clients()
    _keep_paths()
    _keep_items()
