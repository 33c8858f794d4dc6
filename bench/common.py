"""What the benches share: a Lyceum of their own, nginx beside it, processor time of a process."""
import os
import pathlib
import re
import signal
import socket
import subprocess
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
PROGRAM = pathlib.Path(os.environ.get("LYCEUM", ROOT / "build/release/lyceum"))
TICK = os.sysconf("SC_CLK_TCK")


def cpu_seconds(pids):
    """User and system time of these processes so far."""
    total = 0
    for pid in pids:
        fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
        total += int(fields[11]) + int(fields[12])
    return total / TICK


def resident_mib(pid):
    status = pathlib.Path(f"/proc/{pid}/status").read_text()
    return int(re.search(r"VmRSS:\s+(\d+)", status)[1]) / 1024


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Lyceum:
    """`lyceum serve --demo` on a temporary folder; `ready_ms` from exec to the line that it is there."""

    def __init__(self, *settings, demo=True, data=None):
        self.folder = None if data else tempfile.TemporaryDirectory(prefix="lyceum-bench-")
        self.data = data or self.folder.name
        began = time.monotonic()
        words = [PROGRAM, "serve", "--data", self.data, "--listen", "127.0.0.1:0", "--server.log_level=warn", *settings]
        self.process = subprocess.Popen(words + (["--demo"] if demo else []), stdout=subprocess.PIPE,
                                        stderr=subprocess.DEVNULL, text=True)
        for line in self.process.stdout:
            if found := re.match(r"Lyceum is at (\S+)", line):
                self.url = found[1]
                break
        self.ready_ms = (time.monotonic() - began) * 1000
        self.pid = self.process.pid

    def command(self, *words):
        return subprocess.run([PROGRAM, *words, "--data", self.data], check=True, capture_output=True, text=True).stdout.strip()

    def stop(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        if self.folder:
            self.folder.cleanup()


class Nginx:
    """One worker that proxies to another nginx, which answers a fixed 200 with `body`."""

    def __init__(self, body):
        self.folder = tempfile.TemporaryDirectory(prefix="lyceum-bench-nginx-")
        self.port, fixed = free_port(), free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        body = body.replace("'", "")
        self.processes = [self._start("fixed", f"""
            server {{ listen 127.0.0.1:{fixed}; default_type application/json; location / {{ return 200 '{body}'; }} }}"""),
            self._start("proxy", f"""
            upstream fixed {{ server 127.0.0.1:{fixed}; keepalive 128; }}
            server {{ listen 127.0.0.1:{self.port}; location / {{ proxy_pass http://fixed; proxy_http_version 1.1;
                      proxy_set_header Connection ""; }} }}""")]
        time.sleep(0.5)
        self.pid = self.processes[1].pid

    def _start(self, name, http):
        conf = pathlib.Path(self.folder.name) / f"{name}.conf"
        conf.write_text(f"""daemon off; master_process off; pid {self.folder.name}/{name}.pid; error_log /dev/null;
            events {{ worker_connections 4096; }}
            http {{ access_log off; keepalive_requests 10000000; client_body_temp_path {self.folder.name}/b;
                    proxy_temp_path {self.folder.name}/p; fastcgi_temp_path {self.folder.name}/f;
                    uwsgi_temp_path {self.folder.name}/u; scgi_temp_path {self.folder.name}/s; {http} }}""")
        return subprocess.Popen(["/usr/sbin/nginx", "-c", conf, "-p", self.folder.name], stderr=subprocess.DEVNULL)

    def stop(self):
        for process in self.processes:
            process.terminate()
            process.wait()
        self.folder.cleanup()


def wrk(url, pids, token=None, seconds=6, connections=64):
    """Requests a second, µs of processor a request, p99 in ms."""
    words = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--latency", url]
    if token:
        words += ["-H", f"Authorization: Bearer {token}"]
    before = cpu_seconds(pids)
    out = subprocess.run(words, check=True, capture_output=True, text=True).stdout
    used = cpu_seconds(pids) - before
    requests = int(re.search(r"(\d+) requests in", out)[1])
    if bad := re.search(r"Non-2xx or 3xx responses: (\d+)", out):
        raise SystemExit(f"{url}: {bad[1]} answers were errors")
    number, unit = re.search(r"99%\s+([\d.]+)(us|ms|s)", out).groups()
    p99 = float(number) * {"us": 0.001, "ms": 1, "s": 1000}[unit]
    return requests / seconds, used / requests * 1e6, p99
