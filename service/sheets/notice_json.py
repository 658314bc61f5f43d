"""The JSON form of a year's notice."""

import json
from pathlib import Path
from typing import Any, NoReturn

from service.domain.errors import RequestRefused
from service.sheets.reading import read_bytes
from service.sheets.sheet import Row, Sheet

_JSON_BYTES = 2**20
_OF_NOTICE = {"year": int, "notice": str, "days": list}
_OF_DAY = {"day": str, "kind": str, "name": str}
_FORM_OF_DAY = '{"day": "2027-01-01", "kind": "rest", "name": "元旦"}'
_FORM = f'{{"year": 2027, "notice": "…", "days": [{_FORM_OF_DAY}, …]}}'


def read_json(path: Path) -> Sheet:
    """The sheet that would say the same, its rows counted from 1. Raises RequestRefused where the form is another."""
    document = _parsed(path.name, read_bytes(path))
    if not isinstance(document, dict) or {name: type(value) for name, value in document.items()} != _OF_NOTICE:
        _refuse_form(path.name, "整个文件", "the document", _FORM)
    for place, named in enumerate(document["days"], 1):
        if not isinstance(named, dict) or {name: type(value) for name, value in named.items()} != _OF_DAY:
            _refuse_form(path.name, f"days 第 {place} 项", f"entry {place} of days", _FORM_OF_DAY)
    if not document["days"]:
        _refuse_form(path.name, "days", "days", f"[{_FORM_OF_DAY}, …]")
    head = document["year"], document["notice"]
    rows = [Row(place, (*map(named.get, _OF_DAY), *head)) for place, named in enumerate(document["days"], 1)]
    return Sheet(path.name, Row(0, (*_OF_DAY, "year", "notice")), rows)


def _parsed(file: str, content: bytes) -> Any:
    if len(content) > _JSON_BYTES:
        raise RequestRefused(f"“{file}”超过 {_JSON_BYTES} 字节", f'"{file}" has more than {_JSON_BYTES} bytes')
    try:
        return json.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError) as fault:
        raise RequestRefused(
            f"“{file}”不是有效的 JSON（UTF-8），请核对：{fault}", f'"{file}" is no JSON in UTF-8, check it: {fault}'
        ) from None


def _refuse_form(file: str, where_zh: str, where_en: str, form: str) -> NoReturn:
    raise RequestRefused(f"“{file}”：{where_zh}应写作 {form}", f'"{file}": {where_en} must read {form}')
