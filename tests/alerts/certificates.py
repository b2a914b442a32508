"""TLS contexts of a throwaway certificate authority, made anew for each run."""

import ssl
from pathlib import Path

import trustme


class Authority:
    """Signs certificates for servers of tests."""

    def __init__(self, folder: Path) -> None:
        self._authority = trustme.CA()
        self.file = folder / "authority.pem"
        self._authority.cert_pem.write_to_path(str(self.file))

    def server(self, name: str) -> ssl.SSLContext:
        """A server's context with a certificate for a name or address."""
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        self._authority.issue_cert(name).configure_cert(context)
        return context
