"""The policy's pages: what is in force, what another would move, and that only what was previewed is put in force."""

import pytest

from service.domain.policy import Policy
from service.domain.policy_document import parsed, written
from service.domain.visitors import VisitorRole
from service.store.doors import audit
from service.store.rulebook import policy
from service.store.tables import obligation
from tests.browser import NARROW, WIDE, Browser
from tests.house import EXCELLENCE, House
from tests.site import Site, Visit

NEW = (
    f"{written(Policy()).replace(Policy().version, '2028-1').replace('strict_before = true', 'strict_before = false')}"
)


def apply(visit: Visit, document: str = NEW, over: str = Policy().version) -> int:
    return visit.post("/policy/apply", {"document": document, "over": over}).status


def test_the_house_reads_the_policy_in_words(site: Site) -> None:
    page = site.as_role(VisitorRole.VIEWER).get("/policy")
    assert page.status == 200
    for words in (Policy().version, "程序自带", "提前几天提醒", "180、90、60", "年度申报", "提前到上一个工作日"):
        assert words in page.text
    assert "修改并预览" not in page.text


def test_the_document_to_change_is_the_one_in_force_with_the_next_version(site: Site) -> None:
    visit = site.as_ops()
    page = visit.get("/policy/edit")
    assert "version = &#34;2026-4&#34;" in page.html
    apply(visit)
    assert "version = &#34;2028-2&#34;" in visit.get("/policy/edit").html


def test_a_preview_tells_what_moves_and_stores_nothing(site: Site, house: House) -> None:
    house.take_in(EXCELLENCE)
    before = house.rows(obligation)
    page = site.as_ops().post("/policy/preview", {"document": NEW})
    assert page.status == 200
    for words in ("2028-1", EXCELLENCE["enterprise"], "日期变动 1", "2028-09-07 → 2028-09-08"):
        assert words in page.text
    assert (house.rows(obligation), house.rows(policy)) == (before, [])


def test_what_was_previewed_is_put_in_force_with_its_author(site: Site, house: House) -> None:
    house.take_in(EXCELLENCE)
    visit = site.as_ops()
    assert apply(visit) == 303
    [row] = house.rows(policy)
    assert (parsed(row.document).version, row.author) == ("2028-1", "account:1")
    assert "2028-1" in {each.policy for each in house.rows(obligation)}
    assert [each.details for each in house.rows(audit) if each.action == "policy_applied"] == [
        {"version": "2028-1", "was": "2026-3"}
    ]
    assert "现行" in visit.get("/policy").text
    assert "strict_before = false" in visit.get("/policy/1").text


def test_a_preview_that_another_policy_has_overtaken_is_refused(site: Site, house: House) -> None:
    visit = site.as_ops()
    assert apply(visit) == 303
    late = visit.post("/policy/apply", {"document": NEW.replace("2028-1", "2028-2"), "over": Policy().version})
    assert late.status == 422
    assert "请重新预览" in late.text
    assert "2028-2" in late.html, "what was typed is kept"
    assert len(house.rows(policy)) == 1
    assert apply(visit, NEW.replace("2028-1", "2028-2"), "2028-1") == 303


@pytest.mark.parametrize(
    ("document", "word"),
    [
        ("version = 1", "version"),
        ("version = ", "TOML"),
        ('version = "x"\n[default]\nroll = "forward"', "roll"),
        ("x" * 70_000, "KiB"),
    ],
)
def test_a_document_that_states_no_policy_is_shown_again_with_the_reason(site: Site, document: str, word: str) -> None:
    visit = site.as_ops()
    for path in ("/policy/preview", "/policy/apply"):
        answer = visit.post(path, {"document": document, "over": Policy().version})
        assert (answer.status, word in answer.text) == (422, True)
        assert " ".join(document[:50].split()) in answer.text


def test_a_long_document_is_taken_whole(site: Site, house: House) -> None:
    long = NEW + "# " + "x" * 30_000 + '\n[kind.cultivation_end]\nhour = "16:30"\n'
    assert apply(site.as_ops(), long) == 303
    assert house.rows(policy)[0].document.endswith('hour = "16:30"\n')


def test_a_viewer_changes_nothing(site: Site, house: House) -> None:
    visit = site.as_role(VisitorRole.VIEWER)
    assert visit.get("/policy/edit").status == 403
    assert apply(visit) == 403
    assert house.rows(policy) == []


@pytest.mark.parametrize("size", [NARROW, WIDE])
def test_a_policy_is_previewed_and_applied_in_a_browser(
    site: Site, house: House, browser: Browser, size: tuple[int, int]
) -> None:
    house.take_in(EXCELLENCE)
    browser.size(size)
    browser.enter(site, site.as_ops())
    browser.open(site, "/policy")
    assert (browser.complaints(), browser.overflows(), browser.inaccessible()) == ([], False, [])
    browser.press("main a.button")
    assert browser.inaccessible() == []
    browser.driver.execute_script("document.querySelector('textarea').value = arguments[0]", "version = 1")
    assert "不是版本号" in browser.press("main form button")
    browser.complaints()  # Chromium notes an answer of 422 as an error of loading
    browser.driver.execute_script("document.querySelector('textarea').value = arguments[0]", NEW)
    assert "尚未保存" in browser.press("main form button")
    assert (browser.complaints(), browser.overflows(), browser.inaccessible()) == ([], False, [])
    browser.driver.execute_script("window.confirm = () => true")
    assert "已启用" in browser.press("form[action='/policy/apply'] button")
