#!/usr/bin/env python3
"""A complete webhook receiver on Python's standard library. Start it with

    WEBHOOK_SECRET=whsec_... python3 receiver.py --port 8443 --cert cert.pem --key key.pem

and give https://<your host>:8443/ as the Webhook URL.
"""

import argparse
import base64
import collections
import hashlib
import hmac
import json
import os
import queue
import ssl
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

MAX_BODY_BYTES = 1024 * 1024
REMEMBERED_DELIVERIES = 100_000


def is_signature_valid(body: bytes, secret: str, header: str) -> bool:
    """X-Hyperleap-Signature: 'sha256=' and the HMAC-SHA256 of exactly these bytes, in hex."""
    expected = "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    return is_same_text(expected, header)


def is_freshly_signed(body: bytes, secret: str, headers, now_seconds: float, tolerance_seconds: int = 300) -> bool:
    """webhook-signature (Standard Webhooks 1.0): covers the id and the time of sending as well, so that a
    recorded request cannot be played again later. During an overlap of two secrets it holds one signature
    for each; one that fits is enough."""
    message_id = headers.get("webhook-id", "")
    timestamp = headers.get("webhook-timestamp", "")
    if not message_id or not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 12):
        return False
    if abs(now_seconds - int(timestamp)) > tolerance_seconds:
        return False
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f"{message_id}.{timestamp}.".encode() + body
    expected = "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    candidates = headers.get("webhook-signature", "").split(" ")
    return any([is_same_text(expected, candidate) for candidate in candidates])


def is_same_text(expected: str, given: str) -> bool:
    # Compared as bytes: compare_digest refuses text that is not ASCII.
    return hmac.compare_digest(expected.encode(), given.encode("utf-8", "replace"))


class Seen:
    """The deliveryIds of the last deliveries. A real system keeps them in its database."""

    def __init__(self) -> None:
        self._ids: "collections.OrderedDict[str, None]" = collections.OrderedDict()
        self._lock = threading.Lock()

    def is_new(self, delivery_id: str) -> bool:
        with self._lock:
            if delivery_id in self._ids:
                return False
            self._ids[delivery_id] = None
            if len(self._ids) > REMEMBERED_DELIVERIES:
                self._ids.popitem(last=False)
            return True


def make_handler(secret: str, header_prefix: str, is_replay_checked: bool, work: "queue.Queue[dict]"):
    seen = Seen()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout = 60

        def do_POST(self) -> None:
            # 1. The bytes as they arrived. A signature is over bytes: parsing comes after.
            length = self.headers.get("Content-Length", "")
            if not (length.isascii() and length.isdigit()):
                return self.answer(411, close=True)
            if int(length) > MAX_BODY_BYTES:
                return self.answer(413, close=True)
            body = self.rfile.read(int(length))

            # 2. Who says so? Without a valid signature nothing in the body means anything.
            is_verified = is_signature_valid(body, secret, self.headers.get(header_prefix + "-Signature", ""))
            if is_verified and is_replay_checked:
                is_verified = is_freshly_signed(body, secret, self.headers, time.time())
            if not is_verified:
                say("refused: the signature is missing, wrong or too old")
                return self.answer(401)

            # 3. Seen before? Retries and redeliveries carry the deliveryId of the first request.
            event = json.loads(body)
            if not seen.is_new(event["deliveryId"]):
                say("duplicate: acknowledged, not handled again")
                return self.answer(204)

            # 4. Answer at once, work in another thread: the sender waits 10 seconds and no longer.
            work.put(event)
            self.answer(204)

        def answer(self, status: int, close: bool = False) -> None:
            self.send_response(status)
            self.send_header("Content-Length", "0")
            if close:
                self.send_header("Connection", "close")
                self.close_connection = True
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            pass

    return Handler


class TlsServer(ThreadingHTTPServer):
    """Shakes hands in the connection's own thread: a silent client must not hold the others up."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, address, handler, context: ssl.SSLContext) -> None:
        super().__init__(address, handler)
        self._context = context

    def finish_request(self, request, client_address) -> None:
        request.settimeout(10)
        try:
            wrapped = self._context.wrap_socket(request, server_side=True)
        except OSError:
            return
        with wrapped:
            super().finish_request(wrapped, client_address)

    def handle_error(self, request, client_address) -> None:
        pass


def say(line: str) -> None:
    print(line, flush=True)


def handle_events(work: "queue.Queue[dict]") -> None:
    while True:
        say("event: " + json.dumps(work.get(), ensure_ascii=False))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--port", type=int, default=int(os.environ.get("PORT", "8443")))
    parser.add_argument("--host", default=os.environ.get("HOST", "127.0.0.1"))
    parser.add_argument("--cert", default=os.environ.get("TLS_CERT_FILE"))
    parser.add_argument("--key", default=os.environ.get("TLS_KEY_FILE"))
    parser.add_argument("--header-prefix", default=os.environ.get("WEBHOOK_HEADER_PREFIX", "X-Hyperleap"))
    parser.add_argument("--no-replay-check", action="store_true")
    options = parser.parse_args()
    # Not a flag: what stands on a command line, everybody on the machine can read.
    secret = os.environ.get("WEBHOOK_SECRET")
    if not secret or not options.cert or not options.key:
        sys.exit("Set WEBHOOK_SECRET, and --cert and --key (or TLS_CERT_FILE and TLS_KEY_FILE).")

    sys.stdout.reconfigure(encoding="utf-8", errors="backslashreplace")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_cert_chain(options.cert, options.key)
    work: "queue.Queue[dict]" = queue.Queue()
    threading.Thread(target=handle_events, args=(work,), daemon=True).start()
    handler = make_handler(secret, options.header_prefix, not options.no_replay_check, work)
    server = TlsServer((options.host, options.port), handler, context)
    say(f"listening on https://{options.host}:{server.server_address[1]}/")
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        pass


if __name__ == "__main__":
    main()
