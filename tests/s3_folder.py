"""A folder of this machine behind the few calls of S3 that reading takes: heads, bytes and lists of objects."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import parse_qs, unquote, urlsplit
from xml.sax.saxutils import escape


class _Objects(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def __init__(self, root: Path, reads: list[int], *arguments: object) -> None:
        self.root = root
        self.reads = reads
        super().__init__(*arguments)  # type: ignore[arg-type]

    def do_HEAD(self) -> None:
        self._object(body=False)

    def do_GET(self) -> None:
        asked = urlsplit(self.path)
        if "list-type" in asked.query:
            self._list(self.root / unquote(asked.path).strip("/"), parse_qs(asked.query))
        else:
            self._object(body=True)

    def _object(self, *, body: bool) -> None:
        path = self.root / unquote(urlsplit(self.path).path).strip("/")
        if not path.is_file():
            self._answer(404, b"")
            return
        whole = path.read_bytes()
        first, _, last = self.headers.get("Range", "bytes=0-").removeprefix("bytes=").partition("-")
        end = int(last) + 1 if last else len(whole)
        piece = whole[int(first) : end]
        if body:
            self.reads.append(len(piece))
        span = f"bytes {first}-{min(end, len(whole)) - 1}/{len(whole)}"
        self._answer(206 if "Range" in self.headers else 200, piece, body=body, **{"Content-Range": span})

    def _list(self, bucket: Path, asked: dict[str, list[str]]) -> None:
        prefix = asked.get("prefix", [""])[0]
        found = [path for path in sorted(bucket.rglob("*")) if path.is_file()]
        keys = [(path.relative_to(bucket).as_posix(), path.stat().st_size) for path in found]
        listed = "".join(
            f"<Contents><Key>{escape(key)}</Key><Size>{size}</Size>"
            "<LastModified>2026-07-01T00:00:00.000Z</LastModified></Contents>"
            for key, size in keys
            if key.startswith(prefix) and "/" not in key[len(prefix) :]
        )
        below = {prefix + key[len(prefix) :].partition("/")[0] + "/" for key, _ in keys
                 if key.startswith(prefix) and "/" in key[len(prefix) :]}  # fmt: skip
        folders = "".join(f"<CommonPrefixes><Prefix>{escape(one)}</Prefix></CommonPrefixes>" for one in sorted(below))
        count = listed.count("<Key>") + len(below)
        head = f"<IsTruncated>false</IsTruncated><KeyCount>{count}</KeyCount><Prefix>{escape(prefix)}</Prefix>"
        self._answer(200, f"<ListBucketResult>{head}{listed}{folders}</ListBucketResult>".encode())

    def _answer(self, code: int, content: bytes, *, body: bool = True, **headers: str) -> None:
        self.send_response(code)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if body and self.command != "HEAD":
            self.wfile.write(content)

    def log_message(self, *_words: object) -> None:
        pass


@contextmanager
def served(root: Path) -> Iterator[tuple[str, list[int]]]:
    """The address of a server of the buckets, which are the folders in `root`, and the sizes of all that it gave."""
    reads: list[int] = []
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(_Objects, root, reads)) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}", reads
        server.shutdown()
        thread.join()
