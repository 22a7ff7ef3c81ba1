"""A stand-in AWS account: moto, and the few things that this project needs and moto 5.2 lacks.

    python3 account.py PORT FOLDER

Prints `ready` once it answers. Ends when its standard input does. FOLDER takes the code and logs of functions, and
`calls.jsonl`: each call that a function made, with the function's name.
"""

import io
import json
import os
import sys
import threading

import deployer
import functions
import speed
import workflows

PORT, FOLDER = int(sys.argv[1]), sys.argv[2]
ENDPOINT = f"http://127.0.0.1:{PORT}"

# Read by moto when it is imported: executions call services at this port.
os.environ["MOTO_PORT"] = str(PORT)


def one_dynamodb_call_at_a_time():
    """moto undoes a cancelled transaction by putting back a copy of the table, whatever was written meanwhile."""
    from moto.dynamodb.responses import DynamoHandler

    lock, call_action = threading.RLock(), DynamoHandler.call_action

    def locked(self):
        with lock:
            return call_action(self)

    DynamoHandler.call_action = locked


def whole_items_from_local_indexes():
    """A local index answers `Select: ALL_ATTRIBUTES` from the table; moto answers with what is projected."""
    from moto.dynamodb.models.table import LocalSecondaryIndex
    from moto.dynamodb.responses import DynamoHandler

    query, project = DynamoHandler.query, LocalSecondaryIndex.project
    asked = threading.local()

    def selecting(self):
        asked.whole = self.body.get("Select") == "ALL_ATTRIBUTES"
        try:
            return query(self)
        finally:
            asked.whole = False

    def projected(self, item):
        return item if getattr(asked, "whole", False) else project(self, item)

    DynamoHandler.query = selecting
    LocalSecondaryIndex.project = projected


def state_machines_as_targets():
    """An EventBridge rule starts executions."""
    from moto.core.utils import utcnow
    from moto.events.models import Rule

    send_to_targets = Rule.send_to_targets

    def send(self, original_event, transform_input=True):
        if self.event_pattern.matches_event(original_event):
            machines = [t["Arn"] for t in self.targets if ":stateMachine:" in t["Arn"]]
            event = {**original_event, "time": utcnow().strftime("%Y-%m-%dT%H:%M:%SZ")}
            for arn in machines:
                workflows.start(arn, json.dumps(event))
        others = [t for t in self.targets if ":stateMachine:" not in t["Arn"]]
        kept, self.targets = self.targets, others
        try:
            send_to_targets(self, original_event, transform_input)
        finally:
            self.targets = kept

    Rule.send_to_targets = send


def watched(app):
    """Functions sign with their name for an access key: what each of them calls is written down."""
    lock = threading.Lock()
    out = open(os.path.join(FOLDER, "calls.jsonl"), "a", buffering=1)
    recorder = deployer.Recorder(FOLDER)

    def wrapped(environ, start_response):
        if environ["PATH_INFO"] == "/stand-in/cool":
            functions.cool()
            start_response("204 No Content", [])
            return []
        if environ["PATH_INFO"] == "/stand-in/functions-at-once":
            most = environ["QUERY_STRING"]
            functions.limit(int(most) if most else None)
            start_response("204 No Content", [])
            return []
        authorization = environ.get("HTTP_AUTHORIZATION", "")
        key = authorization.partition("Credential=")[2].partition("/")[0]
        target = environ.get("HTTP_X_AMZ_TARGET", "")
        if "Terraform" in environ.get("HTTP_USER_AGENT", "") and not environ.get("HTTP_TRANSFER_ENCODING"):
            body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
            environ["wsgi.input"] = io.BytesIO(body)
            recorder.record(environ, target, body)
        if key.startswith(functions.KEY_PREFIX) and target:
            length = int(environ.get("CONTENT_LENGTH") or 0)
            body = environ["wsgi.input"].read(length)
            environ["wsgi.input"] = io.BytesIO(body)
            call = {"function": key[len(functions.KEY_PREFIX) :], "target": target, "body": json.loads(body or b"{}")}
            with lock:
                out.write(json.dumps(call) + "\n")
        return app(environ, start_response)

    return wrapped


def main():
    workflows.install()
    speed.install()
    functions.install(ENDPOINT, FOLDER)
    one_dynamodb_call_at_a_time()
    whole_items_from_local_indexes()
    state_machines_as_targets()

    from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
    from werkzeug.serving import WSGIRequestHandler, make_server

    WSGIRequestHandler.log_request = lambda *_: None
    WSGIRequestHandler.protocol_version = "HTTP/1.1"
    app = watched(DomainDispatcherApplication(create_backend_app))
    server = make_server("127.0.0.1", PORT, app, threaded=True, request_handler=WSGIRequestHandler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print("ready", flush=True)
    sys.stdin.read()
    functions.stop()
    os._exit(0)


main()
