"""nginx and HAProxy, set up as docs/operations.md says: its examples, with names and ports of this run in place of theirs."""
import os
import re
import shutil
import signal
import socket
import ssl
import subprocess
import time

from kit.server import ROOT, free_port

READY_WITHIN = 15
NGINX = """
{user}
daemon off;
pid {directory}/nginx.pid;
error_log {directory}/error.log;
events {{ worker_connections 2048; }}
http {{
    access_log off;
    client_body_temp_path {directory}/body;
    proxy_temp_path {directory}/proxy;
    fastcgi_temp_path {directory}/fastcgi;
    uwsgi_temp_path {directory}/uwsgi;
    scgi_temp_path {directory}/scgi;
{example}
}}
"""
HAPROXY = """
global
    stats socket {directory}/stats.sock mode 600
{example}
"""


def example(language):
    """The block of that language in the document's chapter."""
    with open(os.path.join(ROOT, "docs", "operations.md"), encoding="utf-8") as file:
        chapter = file.read().split("\n## Behind a proxy\n", 1)[1]
    return re.search(rf"```{language}\n(.*?)```", chapter, re.DOTALL).group(1)


def replaced(text, changes):
    for old, new in changes.items():
        assert old in text, f"the document's example no longer has {old!r}"
        text = text.replace(old, new)
    return text


def make_certificate(directory):
    key, certificate = os.path.join(directory, "key.pem"), os.path.join(directory, "crt.pem")
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                    "-days", "2", "-subj", "/CN=localhost", "-keyout", key, "-out", certificate],
                   check=True, capture_output=True, timeout=30)
    both = os.path.join(directory, "both.pem")
    with open(both, "w", encoding="utf-8") as out:
        for part in (certificate, key):
            with open(part, encoding="utf-8") as file:
                out.write(file.read())
    return key, certificate, both


class Proxy:
    """One of them, in front of the server on `server_port`. It listens on every loopback address."""

    def __init__(self, kind, directory, server_port):
        self.kind, self.directory, self.port = kind, str(directory), free_port()
        self.url = f"https://127.0.0.1:{self.port}"
        key, certificate, both = make_certificate(self.directory)
        ours = f"127.0.0.1:{server_port}"
        if kind == "nginx":
            text = replaced(example("nginx"), {
                "listen 443": f"listen {self.port}", "127.0.0.1:8080": ours,
                "/etc/ssl/chat.example.org.crt": certificate, "/etc/ssl/chat.example.org.key": key})
            text = NGINX.format(user="user root;" if os.geteuid() == 0 else "", directory=self.directory, example=text)
        else:
            text = replaced(example("haproxy"), {
                "bind :443": f"bind :{self.port}",
                "127.0.0.1:8080": ours, "/etc/ssl/chat.example.org.pem": both})
            text = HAPROXY.format(directory=self.directory, example=text)
        self.config = os.path.join(self.directory, f"{kind}.conf")
        with open(self.config, "w", encoding="utf-8") as file:
            file.write(text)
        self.process = None

    def start(self):
        program = shutil.which(self.kind) or shutil.which(self.kind, path="/usr/sbin")
        assert program, f"{self.kind} is not installed (scripts/packages-test.txt)"
        command = [program, "-c", self.config, "-e", os.path.join(self.directory, "start.log")] if self.kind == "nginx" \
            else [program, "-db", "-f", self.config]
        with open(os.path.join(self.directory, "output.log"), "wb") as log:
            self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        deadline = time.monotonic() + READY_WITHIN
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return self
            except OSError:
                assert self.process.poll() is None, self.output()
                assert time.monotonic() < deadline, f"{self.kind} does not listen: {self.output()}"
                time.sleep(0.02)

    def output(self):
        with open(os.path.join(self.directory, "output.log"), encoding="utf-8", errors="replace") as log:
            return log.read()[-3000:]

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(20)

    def server_states(self):
        """HAProxy's own word about the servers that it checks: status and the last check."""
        with socket.socket(socket.AF_UNIX) as control:
            control.settimeout(5)
            control.connect(os.path.join(self.directory, "stats.sock"))
            control.sendall(b"show stat\n")
            text = b""
            while piece := control.recv(65536):
                text += piece
        head, *rows = text.decode().strip().splitlines()
        names = head.lstrip("# ").split(",")
        rows = [dict(zip(names, row.split(","))) for row in rows]
        return [(row["status"], row["check_status"]) for row in rows if row["svname"] == "one"]


def tls_connection(port, source):
    """A TLS connection from one of the addresses of this machine."""
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    plain = socket.create_connection(("127.0.0.1", port), 30, source_address=(source, 0))
    return context.wrap_socket(plain, server_hostname="localhost")
