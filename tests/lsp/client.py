"""A client of the Language Server Protocol: starts `runbook lsp` and speaks JSON-RPC over its pipes."""

from __future__ import annotations

import json
import os
import queue
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

LONGEST = float(os.environ.get("LSP_LONGEST", "60"))
"""Seconds to wait for anything."""


class Failed(Exception):
    """The server answered with an error."""


class Client:
    """One editor with one server."""

    def __init__(self, folder: Path, *arguments: str, env: Mapping[str, str] | None = None) -> None:
        self.folder = folder
        self.shown: dict[str, list[dict[str, Any]]] = {}
        """The findings of each file, by address, as they were last told."""
        self.asked: list[dict[str, Any]] = []
        """What the server has asked of the editor."""
        self._came: queue.Queue[dict[str, Any] | None] = queue.Queue()
        self._number = 0
        self._versions: dict[str, int] = {}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "runbook", "lsp", *arguments],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=folder,
            env={**os.environ, **(env or {})},
        )  # fmt: skip
        threading.Thread(target=self._listen, daemon=True).start()

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait(LONGEST)
        for stream in (self.process.stdin, self.process.stdout, self.process.stderr):
            assert stream
            stream.close()

    def start(self, encodings: list[str] | None = None, **capabilities: Any) -> dict[str, Any]:
        """Say hello; what the server can do."""
        general = {"positionEncodings": encodings} if encodings else {}
        hello = self.ask(
            "initialize",
            processId=os.getpid(), rootUri=self.folder.as_uri(), capabilities={"general": general, **capabilities},
        )  # fmt: skip
        self.tell("initialized")
        found: dict[str, Any] = hello["capabilities"]
        return found

    def stop(self) -> int:
        """Say goodbye; the exit code of the server."""
        self.ask("shutdown")
        self.tell("exit")
        return self.process.wait(LONGEST)

    def uri(self, path: str) -> str:
        """The address of a file of the project."""
        return (self.folder / path).as_uri()

    def open(self, path: str, text: str | None = None) -> None:
        """Open a file, with what is in it or with what is on the screen."""
        text = (self.folder / path).read_text("utf-8") if text is None else text
        self._versions[path] = 1
        self.tell(
            "textDocument/didOpen",
            textDocument={"uri": self.uri(path), "languageId": "yaml", "version": 1, "text": text},
        )

    def type(self, path: str, text: str) -> None:
        """Change what is on the screen."""
        self._versions[path] += 1
        document = {"uri": self.uri(path), "version": self._versions[path]}
        self.tell("textDocument/didChange", textDocument=document, contentChanges=[{"text": text}])

    def findings(self, path: str, wanted: Callable[[list[dict[str, Any]]], bool]) -> list[dict[str, Any]]:
        """The findings of a file, once they are as wanted."""
        self.until(lambda: self.uri(path) in self.shown and wanted(self.shown[self.uri(path)]))
        return self.shown[self.uri(path)]

    def codes(self, path: str, *codes: str) -> list[dict[str, Any]]:
        """The findings of a file, once they have just these codes."""
        return self.findings(path, lambda found: sorted(each["code"] for each in found) == sorted(codes))

    def at(self, method: str, path: str, text: str, offset: int, units: str = "utf-16", **more: Any) -> Any:
        """Ask something about a place of a text."""
        before = text[:offset]
        line = before.rpartition("\n")[2]
        column = {"utf-32": len(line), "utf-8": len(line.encode())}.get(units, len(line.encode("utf-16-le")) // 2)
        position = {"line": before.count("\n"), "character": column}
        return self.ask(f"textDocument/{method}", textDocument={"uri": self.uri(path)}, position=position, **more)

    def ask(self, method: str, **params: Any) -> Any:
        """Ask, and wait for the answer; `Failed` when that is an error."""
        self._number += 1
        number = self._number
        self._send({"id": number, "method": method, "params": params or None})
        answer: list[dict[str, Any]] = []

        def came() -> bool:
            return bool(answer)

        self.until(came, lambda message: answer.append(message) if message.get("id") == number else None)
        if "error" in answer[0]:
            raise Failed(answer[0]["error"]["message"])
        return answer[0]["result"]

    def tell(self, method: str, **params: Any) -> None:
        """Tell something that has no answer."""
        self._send({"method": method, "params": params})

    def until(self, done: Callable[[], bool], each: Callable[[dict[str, Any]], object] = bool) -> None:
        """Take what comes until it is done."""
        while not done():
            message = self._came.get(timeout=LONGEST)
            assert message is not None, f"the server has ended:\n{self._complaint()}"
            if message.get("method") == "textDocument/publishDiagnostics":
                self.shown[message["params"]["uri"]] = message["params"]["diagnostics"]
            elif "method" in message and "id" in message:
                self.asked.append(message)
                self._send({"id": message["id"], "result": None})
            elif "method" not in message:
                each(message)

    def _complaint(self) -> str:
        assert self.process.stderr
        return self.process.stderr.read().decode()

    def _send(self, message: dict[str, Any]) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}, ensure_ascii=False).encode()
        assert self.process.stdin
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
        self.process.stdin.flush()

    def _listen(self) -> None:
        stream = self.process.stdout
        assert stream
        while True:
            length = 0
            while line := stream.readline().strip():
                name, _, value = line.partition(b":")
                if name.lower() == b"content-length":
                    length = int(value)
            if not length:
                self._came.put(None)
                return
            self._came.put(json.loads(stream.read(length)))
