"""Tells other servers of changes of prompts: signed, again and again until it was heard.

X-Pilothouse-Signature: t=<seconds since 1970>,v1=<hex of HMAC-SHA256 over "t.body">
"""

import hashlib
import hmac
import threading
import time

import httpx
import structlog

from pilothouse.domain.errors import PilothouseError, Unavailable
from pilothouse.outbound.transport import Outbound
from pilothouse.store.relational import prompt_webhooks as hooks
from pilothouse.store.relational.database import Database
from pilothouse.store.relational.prompt_webhooks import Delivery, Webhook
from pilothouse.store.sealing import Sealing

log = structlog.get_logger(__name__)

SIGNATURE = "X-Pilothouse-Signature"
_LOOK_EVERY = 2.0
_TIMEOUT = 10.0
_MOST_ERROR = 300
_TIDY_EVERY = 3600.0


def place(webhook_id: str) -> str:
    """Where a secret belongs, for sealing."""
    return f"prompt_webhook {webhook_id}"


def signature(secret: str, body: str, at: int) -> str:
    signed = hmac.new(secret.encode(), f"{at}.{body}".encode(), hashlib.sha256)
    return f"t={at},v1={signed.hexdigest()}"


class Webhooks:
    """The worker of this process."""

    def __init__(self, database: Database, sealing: Sealing, outbound: Outbound) -> None:
        self._database = database
        self.sealing = sealing
        self._outbound = outbound
        self._stopped = threading.Event()
        self._tidied = 0.0
        self._thread = threading.Thread(target=self._work, name="webhooks", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def close(self) -> None:
        self._stopped.set()
        if self._thread.is_alive():
            self._thread.join(_TIMEOUT + 1)

    def _work(self) -> None:
        while not self._stopped.wait(_LOOK_EVERY):
            try:
                while not self._stopped.is_set() and self._one():
                    pass
                self._tidy()
            except Unavailable:
                continue
            except Exception as error:
                log.error("webhooks cannot be sent", error=repr(error)[:300])

    def _one(self) -> bool:
        """Send what is due; False when nothing is."""
        with self._database.read() as db:
            if not hooks.is_due(db):
                return False
        with self._database.write() as db:
            claimed = hooks.claim(db)
        if claimed is None:
            return False
        delivery, webhook = claimed
        status, error = self._send(delivery, webhook)
        with self._database.write() as db:
            hooks.note(db, delivery, status, error)
        return True

    def _send(self, delivery: Delivery, webhook: Webhook) -> tuple[int, str]:
        """The status of the answer, or 0, and what went wrong, or nothing."""
        at = int(time.time())
        try:
            secret = self.sealing.open(webhook.secret, place(webhook.id))
            with self._outbound.blocking_client(_TIMEOUT) as client:
                answer = client.post(
                    webhook.url,
                    content=delivery.payload.encode(),
                    headers={
                        "content-type": "application/json",
                        "user-agent": "pilothouse-webhook",
                        SIGNATURE: signature(secret, delivery.payload, at),
                    },
                )
        except (httpx.HTTPError, httpx.InvalidURL, PilothouseError, OSError) as error:
            return 0, f"{type(error).__name__}: {error}"[:_MOST_ERROR]
        if answer.is_success:
            return answer.status_code, ""
        return answer.status_code, (answer.text or answer.reason_phrase or "refused")[:_MOST_ERROR]

    def _tidy(self) -> None:
        if time.monotonic() - self._tidied > _TIDY_EVERY:
            self._tidied = time.monotonic()
            with self._database.write() as db:
                hooks.forget_old(db)
