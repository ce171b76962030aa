"""Print recorded samples readably: `python -m tests.emitters.show NAME [--cut N]`."""

from __future__ import annotations

import argparse
import base64
import json
from pathlib import Path
from typing import Any

from google.protobuf.json_format import MessageToDict

from tests.emitters.record import OTLP, SAMPLES

CUT = 160


def decoded(folder: Path, row: dict[str, Any]) -> Any:
    """The content of one recorded request as plain values; None when it has no body."""
    if "file" not in row:
        return None
    file = folder / row["file"]
    if file.suffix == ".json":
        return json.loads(file.read_text(encoding="utf-8"))
    message = OTLP[row["path"].rpartition("/")[2]]()
    message.ParseFromString(file.read_bytes())
    return MessageToDict(message)


def plain(value: dict[str, Any]) -> Any:
    """An OTLP AnyValue as the value that it holds."""
    if not value:
        return None
    kind, inner = next(iter(value.items()))
    if kind == "arrayValue":
        return [plain(item) for item in inner.get("values", [])]
    if kind == "kvlistValue":
        return attributes(inner.get("values", []))
    return int(inner) if kind == "intValue" else inner


def hexadecimal(identifier: str | None) -> str:
    """A span id in hexadecimal, however it was written (MessageToDict writes base64)."""
    if identifier and len(identifier) == 12:
        return base64.b64decode(identifier).hex()
    return identifier or "-"


def attributes(pairs: list[dict[str, Any]]) -> dict[str, Any]:
    """OTLP key-value pairs as a dict."""
    return {pair["key"]: plain(pair.get("value", {})) for pair in pairs}


def show_otlp(content: dict[str, Any], cut: int) -> None:
    """Spans and log records, each with its scope and attributes."""
    for top in ("resourceSpans", "resourceLogs"):
        for resource in content.get(top, []):
            print("  resource", attributes(resource.get("resource", {}).get("attributes", [])))
            for scope in resource.get("scopeSpans", []) + resource.get("scopeLogs", []):
                print("  scope", scope.get("scope"), scope.get("schemaUrl", ""))
                for item in scope.get("spans", []) + scope.get("logRecords", []):
                    show_item(item, cut)


def show_item(item: dict[str, Any], cut: int) -> None:
    """One span or log record."""
    name = item.get("name") or item.get("eventName") or "(log)"
    own, parent = hexadecimal(item.get("spanId")), hexadecimal(item.get("parentSpanId"))
    print(f"    {name}  span={own} parent={parent} {item.get('status', '')}")
    if "body" in item:
        print(f"        body: {str(plain(item['body']))[:cut]}")
    for key, value in attributes(item.get("attributes", [])).items():
        print(f"        {key} = {value!r:.{cut}}")
    for event in item.get("events", []):
        print(
            f"        event {event.get('name')}: {attributes(event.get('attributes', []))!s:.{cut}}"
        )
    for link in item.get("links", []):
        print(f"        link {link}")


def show(name: str, cut: int) -> None:
    """Print every request of one emitter."""
    folder = SAMPLES / name
    for row in json.loads((folder / "requests.json").read_text(encoding="utf-8")):
        print(row["method"], row["path"], row.get("file", ""), row.get("content_encoding") or "")
        content = decoded(folder, row)
        if isinstance(content, dict) and ("resourceSpans" in content or "resourceLogs" in content):
            show_otlp(content, cut)
        elif isinstance(content, dict) and "batch" in content:
            for event in content["batch"]:
                body = json.dumps(event["body"], ensure_ascii=False)
                print(f"    {event['type']}: {body[: cut * 4]}")
        elif content is not None:
            print("   ", json.dumps(content, ensure_ascii=False)[: cut * 20])


def main() -> None:
    """Print the named samples."""
    parser = argparse.ArgumentParser(prog="python -m tests.emitters.show", description=__doc__)
    parser.add_argument("names", nargs="+", metavar="NAME")
    parser.add_argument("--cut", type=int, default=CUT, help="longest value printed")
    arguments = parser.parse_args()
    for name in arguments.names:
        show(name, arguments.cut)


if __name__ == "__main__":
    main()
