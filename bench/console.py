"""Every page of the console over 100,000 certifications and 1,000,000 deliveries in PostgreSQL, for each role."""

import re
import statistics
import time
from datetime import UTC, date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import quote

from sqlalchemy import Engine

from service.domain.visitors import VisitorRole
from service.store import migrations
from service.store.database import open_engine
from service.web.page import STRANGERS
from service.web.pages import PAGES
from tests.house import House
from tests.postgres import programs, running_server
from tests.site import Site, Visit, opened_site

_DAY = date(2028, 6, 9)
_ASKED = 5
_ONES = {"token": "0", "number": "1"}
_LEFT_OUT = ("/audit",)  # it shows what this run itself writes
_MORE = (
    "/certifications?q=" + quote("企业7777"),
    "/certifications?q=hcqy99",
    "/certifications?q=" + quote("没有这样的名字"),
    "/certifications?due=next-month",
    "/deliveries?state=failed",
    "/deliveries?state=failed&day=yesterday",
    "/deliveries?state=unreached",
    "/deliveries?before=500000",
    "/contacts?state=held",
    "/contacts?state=none",
    "/findings?code=no_address",
)
_TRACE = """'[{"rule": "roll_back", "input": "2028-06-09", "output": "2028-06-09", "law": "policy", "clamped": false,
  "forecast": false, "passed": []}]'"""
_FILL = """
INSERT INTO unit (id, kind, name, name_key) SELECT i, 'provincial', '合成单位' || i, '合成单位' || i
  FROM generate_series(1, 37) i;
INSERT INTO enterprise (id, identity, uscc, name, name_key, initials)
  SELECT i, 'name:合成企业' || i, '', '合成企业' || i, '合成企业' || i, 'hcqy' || i
  FROM generate_series(1, 80000) i;
INSERT INTO certification (id, enterprise_id, factory, factory_key, level, batch, unit_id, proposed, date_basis,
    source_url, initials)
  SELECT i, 1 + i % 80000, '合成工厂' || i, '合成工厂' || i, 'excellence', '2025年度',
    1 + i % 80000 % 37, false, '', '', 'hcgc' || i
  FROM generate_series(1, 100000) i;
INSERT INTO event (certification_id, type, on_day, details, note, author, recorded_at)
  SELECT i, 'listed', DATE '2025-12-09' - i % 700, '{}', '', 'bench', '2026-01-01 00:00+00'
  FROM generate_series(1, 100000) i;
INSERT INTO obligation (certification_id, kind, occurrence, revision, article, holder, anchor_on, ends_on, due_on,
    late_after, lapse_after, safe_due_on, provisional, policy, trace, pending, closed, check_on, idle)
  SELECT c, k, '0', 0, '17(4)', 'enterprise', d - 1005, d + 91, d + 2, d + 2, d + 91, d, false, '2026-2', _TRACE, false,
    CASE WHEN (c + n) % 3 = 0 THEN 'filed' ELSE '' END, CASE WHEN (c + n) % 3 = 0 THEN NULL ELSE d END, ''
  FROM (SELECT i c, n, (ARRAY['review_application', 'validity_end', 'major_change_filing'])[n] k,
      DATE '2028-06-09' + ((i * 7 + n * 300) % 1100 - 200) d
    FROM generate_series(1, 100000) i, generate_series(1, 3) n) x;
INSERT INTO contact (owner_kind, owner_id, role, name, address, language, working)
  SELECT 'enterprise', i, 'handler', '合成经办人', 'handler@e' || i || '.example', 'zh', i % 200 <> 0
  FROM generate_series(1, 80000) i;
INSERT INTO contact (owner_kind, owner_id, role, name, address, language, working)
  SELECT 'unit', i, 'handler', '合成经办人', 'handler@u' || i || '.example', 'zh', true
  FROM generate_series(1, 37) i;
INSERT INTO delivery (subject_kind, subject_id, revision, purpose, stage, contact_id, channel, state, reason,
    not_before, claim, attempts, planned_for, planned_at, ideal_at, settled_at)
  SELECT 'obligation', 1 + i::bigint * 7919 % 300000, 0, 'reminder',
    (ARRAY['180d', '90d', '60d', '30d'])[1 + i / 250001],
    1 + (i::bigint * 7919 % 300000 / 3 + 1) % 80000, 'email',
    CASE WHEN i > 999800 THEN 'planned' WHEN i % 100 = 0 THEN 'bounced' WHEN i % 333 = 0 THEN 'refused'
      WHEN i % 5 = 0 THEN 'superseded' ELSE 'sent' END,
    '', t, '', 1, (t AT TIME ZONE 'Asia/Shanghai')::date, t, t, CASE WHEN i > 999800 THEN NULL ELSE t END
  FROM (SELECT i, TIMESTAMPTZ '2028-06-09 00:30+00' - (1000000 - i) * INTERVAL '31 seconds' t
    FROM generate_series(1, 1000000) i) x
  ON CONFLICT DO NOTHING;
INSERT INTO attempt (delivery_id, at, outcome, code, answer, verdict, relay)
  SELECT id, settled_at, CASE WHEN state = 'sent' THEN 'sent' ELSE 'refused' END,
    CASE WHEN state = 'sent' THEN 250 ELSE 550 END, '', CASE WHEN state = 'sent' THEN '' ELSE 'address' END, 'relay'
  FROM delivery WHERE state IN ('sent', 'bounced', 'refused');
INSERT INTO run (job, as_of, started_at, seconds, outcome, counts, skipped, error)
  SELECT (ARRAY['deliver', 'returned', 'watch', 'scan'])[1 + i % 4], (t AT TIME ZONE 'Asia/Shanghai')::date, t, 0.1,
    'done', '{"examined": 3, "dry_run": 0}', '{"not_reached": 2}', ''
  FROM (SELECT i, TIMESTAMPTZ '2028-06-09 00:30+00' - (200000 - i) * INTERVAL '3 minutes' t
    FROM generate_series(1, 200000) i) x
"""


def run() -> None:
    """Print the median and the slowest of each page, as operations, as a unit's officer, as an enterprise's contact."""
    install = programs()
    if install is None:
        print("the console: not run, PostgreSQL's binaries are not here")
        return
    with running_server(Path(install)) as server, TemporaryDirectory() as folder:
        engine = open_engine(server.url(server.create()))
        migrations.upgrade(engine, datetime(2028, 1, 1, tzinfo=UTC))
        _fill(engine)
        with opened_site(House(engine, Path(folder)), _DAY) as site:
            _walk(site)
        engine.dispose()


def _fill(engine: Engine) -> None:
    with engine.begin() as connection:
        for statement in _FILL.split(";\n"):
            connection.exec_driver_sql(statement.replace("_TRACE", _TRACE).replace("%", "%%"))
        for table in ("unit", "enterprise", "certification"):  # their numbers were given, not drawn
            connection.exec_driver_sql(f"SELECT setval('{table}_id_seq', (SELECT max(id) FROM {table}))")  # noqa: S608
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("VACUUM ANALYZE")


def _walk(site: Site) -> None:
    print("the console, PostgreSQL, 100,000 certifications, 1,000,000 deliveries; ms at the client:")
    visits = {
        VisitorRole.OPS: site.as_ops(),
        VisitorRole.OFFICER: site.as_role(VisitorRole.OFFICER, "合成单位8"),
        VisitorRole.CONTACT: site.as_contact("handler@e7.example"),
    }
    for page in PAGES:
        if page.method == "GET" and page.roles is not STRANGERS and page.path not in _LEFT_OUT:
            path = re.sub(r"\{(\w+)(:\w+)?\}", lambda found: _ONES.get(found[1], "6"), page.path)
            _measure(path, {role: visit for role, visit in visits.items() if role in page.roles})
    for path in _MORE:
        _measure(path, visits)


def _measure(path: str, visits: dict[VisitorRole, Visit]) -> None:
    told = []
    for role, visit in visits.items():
        took, status = [], 0
        for _ in range(_ASKED):
            started = time.perf_counter()
            status = visit.get(path).status
            took.append((time.perf_counter() - started) * 1000)
        told.append(
            f"{role} {statistics.median(took):.0f} (at most {max(took):.0f}){'' if status == 200 else f' [{status}]'}"
        )
    print(f"  {path:<46} {'   '.join(told)}", flush=True)
