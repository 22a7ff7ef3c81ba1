"""Which actions of IAM a deployment takes: each request of Terraform, by the models of botocore."""

import json
import os
import re
import threading
from functools import lru_cache
from urllib.parse import parse_qs

# What the services' models call otherwise than IAM does.
SERVICES = {"monitoring": "cloudwatch", "email": "ses"}
# Of a bucket's objects, by method.
OBJECTS = {"GET": "s3:GetObject", "HEAD": "s3:GetObject", "PUT": "s3:PutObject", "DELETE": "s3:DeleteObject"}


@lru_cache(maxsize=None)
def _operations(service):
    """Method, pattern of the path and name of each operation; more literal paths first."""
    from botocore.session import get_session

    model = get_session().get_service_model(service)
    found = []
    for name in model.operation_names:
        http = model.operation_model(name).http
        path = http["requestUri"].partition("?")[0].rstrip("/") or "/"
        pattern = re.sub(r"\\\{[^}]*\\\+\\\}", ".+", re.escape(path))
        pattern = re.sub(r"\\\{[^}]*\\\}", "[^/]+", pattern)
        found.append((http["method"], re.compile(f"^{pattern}/?$"), name, path.count("{")))
    return sorted(found, key=lambda one: one[3])


def _action(service, method, path, target, body):
    if target:
        return f"{SERVICES.get(service, service)}:{target.rpartition('.')[2]}"
    form = parse_qs(body.decode("utf-8", "replace")) if body[:7] == b"Action=" or b"&Action=" in body else {}
    if "Action" in form:
        return f"{SERVICES.get(service, service)}:{form['Action'][0]}"
    if service == "apigateway":
        # IAM tells these apart by method only.
        return f"apigateway:{method}"
    if service == "s3":
        return OBJECTS[method] if "/" in path.strip("/") else "s3:ListBucket"
    for verb, pattern, name, _ in _operations(service):
        if verb == method and pattern.match(path):
            return f"{service}:{name}"
    return f"{service}:{method} {path}"


class Recorder:
    """Writes each action once, as a line."""

    def __init__(self, folder):
        self.out = open(os.path.join(folder, "deployer.jsonl"), "a", buffering=1)
        self.seen = set()
        self.lock = threading.Lock()

    def record(self, environ, target, body):
        method, path = environ["REQUEST_METHOD"], environ["PATH_INFO"]
        authorization = environ.get("HTTP_AUTHORIZATION", "")
        scope = authorization.partition("Credential=")[2].partition(",")[0].split("/")
        if len(scope) < 4:
            return
        action = _action(scope[3], method, path, target, body)
        with self.lock:
            if action not in self.seen:
                self.seen.add(action)
                self.out.write(json.dumps(action) + "\n")
