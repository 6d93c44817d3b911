"""A storage that speaks S3's protocol on loopback, for tests: moto's server, which a test may tell to refuse."""

import json
import threading

from moto.server import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import WSGIRequestHandler, make_server

REFUSED = b"""<?xml version="1.0"?><Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>"""
SECRET = "secret-that-nobody-may-see"


class Quiet(WSGIRequestHandler):
    def log(self, *_):
        pass


class S3:
    """The server. `requests` are those that came: method and path. `refuses` says which of them it refuses."""

    def __init__(self):
        self.requests, self.refuses = [], lambda method, path: False
        self._moto = DomainDispatcherApplication(create_backend_app)
        self._server = make_server("127.0.0.1", 0, self._answer, threaded=True, request_handler=Quiet)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def _answer(self, environ, start_response):
        method, path = environ["REQUEST_METHOD"], environ["PATH_INFO"]
        self.requests.append((method, path))
        answer = self._refuse if self.refuses(method, path) else self._moto
        body = answer(environ, start_response)
        return body if method != "HEAD" else []  # a body of it would be taken for another answer

    def _refuse(self, environ, start_response):
        environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        start_response("403 Forbidden", [("Content-Type", "application/xml")])
        return [REFUSED]

    def connection(self):
        """A connection of Airflow to it, as JSON."""
        return json.dumps({"conn_type": "aws", "login": "key", "password": SECRET, "extra": {"endpoint_url": self.url}})

    def stop(self):
        self._server.shutdown()
        self._server.server_close()
