"""A real SMTP server (aiosmtpd) for smtp_test.cpp, that does what the recipient's name says.

smtp_server.py FOLDER [tls|starttls] [auth]

Prints its port. Mails become files in FOLDER: 0, 1, ... with lines "X-From", "X-To", "X-Connection" before what came.
reject@ 550, full@ 452 at RCPT; refuse@ 554, later@ 451 after DATA; hangup@ closes, slow@ never answers.
"""
import asyncio
import os
import ssl
import subprocess
import sys

from aiosmtpd.smtp import SMTP, AuthResult

FOLDER, OPTIONS = sys.argv[1], sys.argv[2:]


class Handler:
    def __init__(self):
        self.connections = self.mails = 0

    async def handle_EHLO(self, server, session, envelope, hostname, responses):
        if not hasattr(session, "number"):
            self.connections += 1
            session.number = self.connections
        session.host_name = hostname
        return responses

    async def handle_RCPT(self, server, session, envelope, address, options):
        name = address.split("@")[0]
        if name == "reject":
            return "550 5.1.1 no such mailbox"
        if name == "full":
            return "452 4.2.2 mailbox full"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 good"

    async def handle_DATA(self, server, session, envelope):
        name = envelope.rcpt_tos[0].split("@")[0]
        if name == "refuse":
            return "554 5.7.1 we do not like it"
        if name == "later":
            return "451 4.3.0 try later"
        if name == "hangup":
            server.transport.close()
            return ""
        if name == "slow":
            await asyncio.sleep(3600)
        path = os.path.join(FOLDER, str(self.mails))
        self.mails += 1
        with open(path + ".new", "wb") as file:
            file.write(f"X-From: {envelope.mail_from}\r\nX-To: {','.join(envelope.rcpt_tos)}\r\n"
                       f"X-Host: {session.host_name}\r\nX-Connection: {session.number}\r\n"
                       f"X-Tls: {server.transport.get_extra_info('sslcontext') is not None}\r\n".encode())
            file.write(envelope.original_content)
        os.rename(path + ".new", path)
        return "250 2.0.0 taken"


def authenticate(server, session, envelope, mechanism, data):
    good = data.login == b"school" and data.password == b"secret"
    return AuthResult(success=good, handled=good)


def certificate():
    cert, key = os.path.join(FOLDER, "cert.pem"), os.path.join(FOLDER, "key.pem")
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                    "-keyout", key, "-out", cert, "-days", "2", "-subj", "/CN=localhost",
                    "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"], check=True, stderr=subprocess.DEVNULL)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)
    return context


async def main():
    handler = Handler()
    context = certificate() if "tls" in OPTIONS or "starttls" in OPTIONS else None
    arguments = {"enable_SMTPUTF8": True}
    if "starttls" in OPTIONS:
        arguments.update(tls_context=context, require_starttls=True)
    if "auth" in OPTIONS:
        arguments.update(authenticator=authenticate, auth_required=True, auth_require_tls=context is not None)
    server = await asyncio.get_running_loop().create_server(
        lambda: SMTP(handler, **arguments), "127.0.0.1", 0, ssl=context if "tls" in OPTIONS else None)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


asyncio.run(main())
