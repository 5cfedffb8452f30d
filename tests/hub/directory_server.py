"""A directory with a few people and groups: `python -m tests.hub.directory_server PORT CERT KEY`.

ldaptor's LDAP server, with StartTLS, which it leaves to others.
"""

import sys
from io import BytesIO
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
PEOPLE = {"ada": "ada's password", "bob": "bob's password", "eve": "eve's password"}
ENTRIES = """\
dn: dc=org
dc: org
objectClass: dcObject

dn: dc=example,dc=org
dc: example
objectClass: dcObject

dn: ou=people,dc=example,dc=org
ou: people
objectClass: organizationalUnit

dn: ou=groups,dc=example,dc=org
ou: groups
objectClass: organizationalUnit

dn: cn=hub,dc=example,dc=org
cn: hub
objectClass: person
userPassword: password of the hub

dn: cn=staff,ou=groups,dc=example,dc=org
cn: staff
objectClass: groupOfNames
member: uid=ada,ou=people,dc=example,dc=org
member: uid=bob,ou=people,dc=example,dc=org

dn: cn=science,ou=groups,dc=example,dc=org
cn: science
objectClass: posixGroup
memberUid: ada

dn: cn=platform,ou=groups,dc=example,dc=org
cn: platform
objectClass: groupOfUniqueNames
uniqueMember: uid=bob,ou=people,dc=example,dc=org

"""
PERSON = """\
dn: uid={name},ou=people,dc=example,dc=org
uid: {name}
objectClass: person
userPassword: {password}

"""


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

    def __init__(self, root: Any, context: Any) -> None:
        self.root = root
        self.context = context


def main(port: int, certificate: str, key: str) -> None:
    people = "".join(PERSON.format(name=name, password=word) for name, word in PEOPLE.items())
    registerAdapter(lambda factory: factory.root, Factory, IConnectedLDAPEntry)

    def serve(root: Any) -> None:
        context = ssl.DefaultOpenSSLContextFactory(key, certificate)
        reactor.listenTCP(port, Factory(root, context), interface="127.0.0.1")

    fromLDIFFile(BytesIO((ENTRIES + people).encode())).addCallback(serve)
    reactor.run()


if __name__ == "__main__":
    main(int(sys.argv[1]), *sys.argv[2:])
