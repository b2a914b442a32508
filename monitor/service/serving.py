"""The page's server: binds the address first, so that a port in use is a clear error. Holds no page."""

import contextlib
import socket
from collections.abc import Iterator

import uvicorn

from monitor.config import Config, ConfigError
from monitor.service.assembly import Clock
from monitor.web.app import create_app


class PageServer(uvicorn.Server):
    """Serves the page of a configuration; signals are its owner's business."""

    def __init__(self, config: Config, clock: Clock) -> None:
        """Bind the address.

        Raises:
            ConfigError: the address cannot be had.
        """
        web = config.web
        try:
            self._socket = socket.create_server((web.host, web.port), family=_family(web.host))
        except OSError as error:
            raise ConfigError(
                f"{config.path}: key web.port: {web.host}:{web.port} cannot be had ({error.strerror}); "
                "name another port, or end what uses it"
            ) from error
        host = f"[{web.host}]" if ":" in web.host else web.host
        self.address = f"page at http://{host}:{self._socket.getsockname()[1]}/"
        self._app = create_app(config, clock)
        super().__init__(uvicorn.Config(self._app, log_config=None, lifespan="off", access_log=False))

    async def run_until_told(self) -> None:
        """Serve until `should_exit` is set."""
        await self.serve(sockets=[self._socket])

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End the open streams first, or they would hold the server up."""
        self._app.state.live.close()
        await super().shutdown(sockets)

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave SIGTERM and SIGINT alone."""
        yield


def _family(host: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in host else socket.AF_INET
