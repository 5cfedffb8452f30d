"""A directory: `python -m tests.hub.directory_server PORT CERT KEY LDIF`.

Who connects finds what LDIF holds at that moment. ldaptor's server knows no StartTLS; ours does.
"""

import sys
from io import BytesIO
from pathlib import Path
from typing import Any

from ldaptor.inmemory import fromLDIFFile
from ldaptor.interfaces import IConnectedLDAPEntry
from ldaptor.protocols import pureldap
from ldaptor.protocols.ldap import ldaperrors
from ldaptor.protocols.ldap.ldapserver import LDAPServer
from twisted.internet import reactor, ssl
from twisted.internet.protocol import ServerFactory
from twisted.python.components import registerAdapter

STARTTLS = b"1.3.6.1.4.1.1466.20037"


class Directory(LDAPServer):  # type: ignore[misc]
    """Takes a password only once the connection is encrypted."""

    encrypted = False

    def handle_LDAPExtendedRequest(self, request: Any, controls: Any, reply: Any) -> Any:
        if request.requestName != STARTTLS:
            return super().handle_LDAPExtendedRequest(request, controls, reply)
        reply(pureldap.LDAPExtendedResponse(resultCode=0, responseName=STARTTLS))
        self.transport.startTLS(self.factory.context)
        self.encrypted = True
        return None

    def handle_LDAPBindRequest(self, request: Any, controls: Any, reply: Any) -> Any:
        if not self.encrypted:
            raise ldaperrors.LDAPConfidentialityRequired()
        return super().handle_LDAPBindRequest(request, controls, reply)


class Factory(ServerFactory):  # type: ignore[misc]
    protocol = Directory

    def __init__(self, ldif: Path, context: Any) -> None:
        self.ldif = ldif
        self.context = context
        self.root: Any = None

    def buildProtocol(self, address: Any) -> Any:
        fromLDIFFile(BytesIO(self.ldif.read_bytes())).addCallback(self.take)
        return super().buildProtocol(address)

    def take(self, root: Any) -> None:
        self.root = root


def main(port: int, certificate: str, key: str, ldif: str) -> None:
    registerAdapter(lambda factory: factory.root, Factory, IConnectedLDAPEntry)
    context = ssl.DefaultOpenSSLContextFactory(key, certificate)
    reactor.listenTCP(port, Factory(Path(ldif), context), interface="127.0.0.1")
    reactor.run()


if __name__ == "__main__":
    main(int(sys.argv[1]), *sys.argv[2:])
