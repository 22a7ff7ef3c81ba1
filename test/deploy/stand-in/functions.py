"""Lambda without Docker: each function's zip runs under node, one invocation at a time in each of its processes."""

import io
import json
import os
import queue
import select
import subprocess
import sys
import threading
import zipfile

# A function's access key is this and its name.
KEY_PREFIX = "function."
RUNNER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "runner.mjs")

# Lambda starts an instance for each invocation at a time; this machine has fewer processors. The others wait.
MOST_AT_ONCE = 4

_running = 0
_most = None
_instances = []
_pools = {}
_turns = {}
_lock = threading.Lock()


class Instance:
    """A process with the function loaded, as Lambda keeps them between invocations."""

    def __init__(self, function, folder, endpoint):
        self.timeout = function.timeout
        answers, answer = os.pipe()
        self.answers = os.fdopen(answers, "rb", buffering=0)
        self.buffer = b""
        environment = {
            "PATH": os.environ["PATH"],
            "AWS_REGION": function.region,
            "AWS_LAMBDA_FUNCTION_NAME": function.function_name,
            "AWS_ACCESS_KEY_ID": KEY_PREFIX + function.function_name,
            "AWS_SECRET_ACCESS_KEY": "stand-in",
            # What keeps the SDK within this account; in AWS neither is set.
            "AWS_ENDPOINT_URL": endpoint,
            "SFN_ENDPOINT": endpoint,
            "AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED": "true",
            **function.environment_vars,
        }
        log = open(os.path.join(folder, f"{function.function_name}.log"), "ab")
        self.process = subprocess.Popen(
            ["node", RUNNER, code_of(function, folder), str(answer)],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=log,
            pass_fds=[answer],
        )
        log.close()
        os.close(answer)
        _instances.append(self)

    def invoke(self, event):
        self.process.stdin.write(json.dumps({"event": event, "timeout": self.timeout}).encode() + b"\n")
        self.process.stdin.flush()
        while b"\n" not in self.buffer:
            if not select.select([self.answers], [], [], float(self.timeout))[0]:
                self.process.kill()
                return {"error": {"errorType": "Sandbox.Timedout", "errorMessage": "Task timed out"}}
            chunk = self.answers.read(65536)
            if not chunk:
                return {"error": {"errorType": "Runtime.ExitError", "errorMessage": "the process has ended"}}
            self.buffer += chunk
        line, _, self.buffer = self.buffer.partition(b"\n")
        return json.loads(line)

    @property
    def alive(self):
        return self.process.poll() is None


def code_of(function, folder):
    """Unpacks a version of the code once."""
    place = os.path.join(folder, "code", function.function_name, function.code_sha_256.replace("/", "_"))
    with _lock:
        if not os.path.isdir(place):
            with zipfile.ZipFile(io.BytesIO(function.code_bytes)) as archive:
                archive.extractall(place)
    module, _, _ = function.handler.partition(".")
    return os.path.join(place, f"{module}.js")


def invoke(function, event, folder, endpoint):
    # A new version of the code or of its settings starts in new processes.
    settings = json.dumps(function.environment_vars, sort_keys=True)
    key = (function.region, function.function_name, function.code_sha_256, settings)
    with _lock:
        pool = _pools.setdefault(key, queue.LifoQueue())
        turn = _turns.setdefault(key, threading.Semaphore(MOST_AT_ONCE))
    with turn:
        try:
            instance = pool.get_nowait()
        except queue.Empty:
            instance = Instance(function, folder, endpoint)
        answer = instance.invoke(event)
        if instance.alive:
            pool.put(instance)
        return answer


def limit(most):
    """How many functions the account runs at once; None: any number."""
    global _most
    _most = most


def _taken():
    """Takes one of the account's places for a function; False: there is none."""
    global _running
    with _lock:
        if _most is not None and _running >= _most:
            return False
        _running += 1
        return True


def _left():
    global _running
    with _lock:
        _running -= 1


def _too_many():
    from moto.core.exceptions import JsonRESTError

    error = JsonRESTError("TooManyRequestsException", "Rate Exceeded.")
    error.code = 429
    return error


def _follow_streams(backend_class):
    """Sends the records of a stream as Lambda does: after the write, and not within it."""
    deliver = backend_class.send_dynamodb_items
    waiting = queue.Queue()

    def send(self, function_arn, items, source):
        waiting.put((self, function_arn, list(items), source))
        return b"{}"

    def work():
        while True:
            backend, function_arn, items, source = waiting.get()
            try:
                deliver(backend, function_arn, items, source)
            except Exception as error:
                print("a batch of the stream was not delivered:", error, file=sys.stderr)

    backend_class.send_dynamodb_items = send
    threading.Thread(target=work, daemon=True).start()


def install(endpoint, folder):
    from moto.awslambda.models import LambdaBackend, LambdaFunction

    def invoke_function(self, body, request_headers, response_headers):
        event = json.loads(body) if body else {}
        if request_headers.get("x-amz-invocation-type") == "Event":
            threading.Thread(target=invoke, args=(self, event, folder, endpoint), daemon=True).start()
            return ""
        if not _taken():
            raise _too_many()
        try:
            answer = invoke(self, event, folder, endpoint)
        finally:
            _left()
        if "error" in answer:
            response_headers["x-amz-function-error"] = "Unhandled"
            return json.dumps(answer["error"]).encode()
        return json.dumps(answer.get("result")).encode()

    LambdaFunction.invoke = invoke_function
    _follow_streams(LambdaBackend)
    _remember_settings(LambdaFunction)


def _remember_settings(function_class):
    """moto takes these and forgets them; Terraform would then set them again with every plan."""
    kept = ("LoggingConfig", "DeadLetterConfig")
    made, update, describe = (
        function_class.__init__,
        function_class.update_configuration,
        function_class.get_configuration,
    )

    def remember(self, spec):
        self.settings = {**getattr(self, "settings", {}), **{key: spec[key] for key in kept if key in spec}}

    def initialize(self, account_id, spec, *args, **kwargs):
        remember(self, spec)
        made(self, account_id, spec, *args, **kwargs)

    def update_configuration(self, spec):
        remember(self, spec)
        return update(self, spec)

    def get_configuration(self, on_create=False):
        return {**describe(self, on_create), **self.settings}

    function_class.__init__ = initialize
    function_class.update_configuration = update_configuration
    function_class.get_configuration = get_configuration


def stop():
    for instance in _instances:
        instance.process.kill()


def cool():
    """Ends the instances that wait; as Lambda does after some minutes."""
    with _lock:
        pools = list(_pools.values())
    for pool in pools:
        while True:
            try:
                pool.get_nowait().process.kill()
            except queue.Empty:
                break
