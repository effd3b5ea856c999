"""An app of ours behind a real server, on a port of loopback."""

import threading
import time
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

import uvicorn
from fastapi import FastAPI


@contextmanager
def live(app: FastAPI, **more: Any) -> Generator[str]:
    """The base URL of a running app; ended in good order on leaving. `more` is uvicorn's."""
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="error", access_log=False, **more))
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        while not server.started:
            time.sleep(0.01)
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()
