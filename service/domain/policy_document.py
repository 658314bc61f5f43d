"""A policy as people write it: a TOML document, every key known, every value checked before anything leans on it.

version = "2027-1"
[default]
hour = "17:30"
[unit."江苏省"]
days_before = [120, 60, 30, 7, 1, 0]
[kind.preliminary_acceptance]
working_days = 15
[obligation."12/review_application/0"]
strict_before = false

Invariant: whatever is accepted here, no safe day comes after its statutory one. What was accepted once is on record
and read again by every later release: the checks may only become more lenient.
"""

import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from functools import lru_cache
from typing import Any, Final, NoReturn

from service.domain.certification import normalise_name
from service.domain.choice_rules import ALLOWED, COUNTS_FOR, shown
from service.domain.choices import DEFAULT, OF_PERIOD, Layer
from service.domain.errors import RequestRefused
from service.domain.obligation import Kind
from service.domain.policy import Policy, matter
from service.domain.units import find_unit

_BYTES: Final = 64 * 2**10
_VERSION: Final = re.compile(r"[A-Za-z0-9.-]{1,30}")
_TABLES: Final = ("default", "unit", "kind", "obligation")
_KINDS: Final = ", ".join(Kind)


@lru_cache(maxsize=8)
def parsed(document: str) -> Policy:
    """The policy that a document states. Raises RequestRefused naming the table, the key and the rule it breaks.

    Whether its units and matters are on record, and its version is new, the document alone cannot tell.
    """
    stated = _tables(document)
    version = stated.pop("version", None)
    if not isinstance(version, str) or not _VERSION.fullmatch(version):
        _refuse(
            f"version：{shown(version)} 不是版本号；应为 1 至 30 个字母、数字、点或连字符，加引号",
            f"version: {shown(version)} is none; it must be 1 to 30 letters, digits, dots or hyphens, in quotes",
        )
    for name in stated:
        if name not in _TABLES:
            _refuse(
                f"没有名为 {shown(name)} 的表或选项；可用：version、{'、'.join(_TABLES)}",
                f"there is no table or key {shown(name)}; there are version, {', '.join(_TABLES)}",
            )
    default = _layer("[default]", _table("[default]", stated.get("default", {})))
    kinds = {kind: layer.said() for kind, layer in Policy().kinds.items()}
    for kind, layer in _of_kinds(stated):
        kinds[kind] = kinds.get(kind, {}) | layer.said()
    return Policy(
        version=version,
        default=default.over(DEFAULT),
        units=dict(_of_units(stated)),
        kinds={kind: Layer(**said) for kind, said in kinds.items()},
        single=dict(_of_matters(stated)),
    )


def _tables(document: str) -> dict[str, Any]:
    try:
        stated = tomllib.loads(document) if len(document.encode()) <= _BYTES else None
    except (ValueError, RecursionError) as fault:
        _refuse(f"不是有效的 TOML，请核对：{fault}", f"it is no TOML, check it: {fault}")
    if stated is None:
        _refuse(f"超过 {_BYTES // 2**10} KiB", f"it has more than {_BYTES // 2**10} KiB")
    return stated


def _of_units(stated: Mapping[str, Any]) -> Iterator[tuple[str, Layer]]:
    """The layers of units by their normalised names; a province by the name on lists, whatever name it is given."""
    seen = set()
    for where, name, table in _named(stated, "unit"):
        known = find_unit(name)
        unit = normalise_name(name if known is None else known.name)
        if not unit or unit in seen:
            _refuse(f"{where}：同一推荐单位写了两次，或没有名称", f"{where}: a unit named twice, or without a name")
        seen.add(unit)
        yield unit, _layer(where, table)


def _of_kinds(stated: Mapping[str, Any]) -> Iterator[tuple[Kind, Layer]]:
    for where, name, table in _named(stated, "kind"):
        if name not in list(Kind):
            _refuse(f"{where}：没有这类事项；可用：{_KINDS}", f"{where}: there is no such kind; there are {_KINDS}")
        yield Kind(name), _layer(where, table, Kind(name))


def _of_matters(stated: Mapping[str, Any]) -> Iterator[tuple[str, Layer]]:
    for where, name, table in _named(stated, "obligation"):
        try:
            _, kind, _ = matter(name)
        except ValueError:
            _refuse(
                f"{where}：应写作 12/review_application/0 或 unit-3/annual_report/2027；事项类型可用：{_KINDS}",
                f"{where}: it must read 12/review_application/0 or unit-3/annual_report/2027; the kinds are {_KINDS}",
            )
        yield name, _layer(where, table, kind)


def _named(stated: Mapping[str, Any], group: str) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    """The tables of a group: how each is written, its name, and what it holds."""
    for name, table in _table(f"[{group}.…]", stated.get(group, {})).items():
        where = f"[{group}.{shown(name)}]"
        yield where, name, _table(where, table)


def _table(where: str, value: Any) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        _refuse(f"{where} 应是一个表，而不是 {shown(value)}", f"{where} must be a table, and not {shown(value)}")
    return value


def _layer(where: str, table: Mapping[str, Any], kind: Kind | None = None) -> Layer:
    """What a table says; ``kind`` where it is of one kind of matter, or of a single one."""
    said = {}
    for name, value in table.items():
        allowed = ALLOWED.get(name)
        if allowed is None:
            _refuse(
                f"{where} 的 {shown(name)}：没有这个选项；可用：{'、'.join(ALLOWED)}",
                f"{where} {shown(name)}: there is no such key; there are {', '.join(ALLOWED)}",
            )
        if kind is not None:
            _check_place(where, name, kind)
        try:
            said[name] = allowed.read(value)
        except ValueError:
            _refuse(
                f"{where} 的 {name}：不能是 {shown(value)}；应为{allowed.zh}",
                f"{where} {name}: it cannot be {shown(value)}; it must be {allowed.en}",
            )
    return Layer(**said)


def _check_place(where: str, name: str, kind: Kind) -> None:
    if name in OF_PERIOD:
        _refuse(
            f"{where} 的 {name}：只能写在 [default] 或 [unit.…]，因为一个有效期只有一个截止日，各事项不能各算各的",
            f"{where} {name}: only [default] or [unit.…] may say it: a period has one end, the same for every matter",
        )
    if kind not in COUNTS_FOR.get(name, Kind):
        theirs = [each for each in Kind if each in COUNTS_FOR[name]]
        _refuse(
            f"{where} 的 {name}：对 {kind} 不起作用；只用于 {'、'.join(theirs)}",
            f"{where} {name}: {kind} takes nothing from it; it counts for {', '.join(theirs)}",
        )


def _refuse(zh: str, en: str) -> NoReturn:
    raise RequestRefused(f"政策文件：{zh}", f"the policy document: {en}")


def tables(policy: Policy) -> dict[str, Any]:
    """Every layer of a policy, table by table, as its document would state them; the default says everything."""
    default = asdict(policy.default)
    default |= default.pop("plan")
    return {
        "version": policy.version,
        "default": default,
        "unit": {name: layer.said() for name, layer in policy.units.items()},
        "kind": {str(kind): layer.said() for kind, layer in policy.kinds.items()},
        "obligation": {key: layer.said() for key, layer in policy.single.items()},
    }


def written(policy: Policy) -> str:
    """The document that states a policy in full: ``parsed`` gives the same policy back."""
    stated = tables(policy)
    lines = [f"version = {json.dumps(policy.version)}", "", "[default]", *_lines(stated["default"])]
    for group in ("unit", "kind", "obligation"):
        for name, said in stated[group].items():
            named = name if group == "kind" else json.dumps(name, ensure_ascii=False)
            lines += ["", f"[{group}.{named}]", *_lines(said)]
    return "\n".join([*lines, ""])


def _lines(said: Mapping[str, Any]) -> Iterator[str]:
    return (f"{name} = {json.dumps(value, ensure_ascii=False)}" for name, value in said.items())
