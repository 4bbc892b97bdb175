"""A round from its close to its settlement: snapshot, awards, sources, and what each may see."""

import hashlib
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction

from allocations.calculator import calculate_awards
from allocations.domain.award_file import verify_award_file
from allocations.domain.snapshots import compute_snapshot
from allocations.errors import AwardNotFound, ResultChanged
from allocations.models import Award, Round, RoundSnapshot
from allocations.selectors import (
    get_award_for,
    list_awards_for,
    list_outcomes,
    list_publications,
)
from allocations.services import (
    compute_round,
    propose_disruption_end,
    verify_result,
)
from governance.approvals import approve_proposal
from jobs.models import Job
from jobs.runner import run_ready_jobs
from members.models import AffiliateGroup, Firm
from tests.allocations.standing import (
    KG,
    House,
    award,
    awarded,
    close,
    declare,
    deliver,
    draw,
    hold,
    open_window,
    position,
    request,
    run_round,
    settle,
)
from tests.allocations.test_round_requests import set_policy

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).parent.parent.parent


def test_example_d_awards(example_d: House) -> None:
    round_ = run_round(example_d, {example_d.alder: 700, example_d.birch: 100})
    assert (awarded(round_, example_d.alder), awarded(round_, example_d.birch)) == (700, 100)


def test_what_nobody_claims_stays(example_d: House) -> None:
    round_ = run_round(example_d, {example_d.birch: 100})
    outcome = list_outcomes(round_id=round_.id).get()
    assert (outcome.pool_g, outcome.granted_g, outcome.firms) == (900 * KG, 100 * KG, 1)
    assert position(example_d.birch) == (300, 100)


def test_pro_rata_right_and_largest_remainder(house: House) -> None:
    """Rights of 700/300/300: of 100 kg, 53.846/23.077/23.077 kilograms."""
    set_policy(house, rationing_rule="pro_rata_right", rounding="largest_remainder")
    hold(None, 100)
    round_ = run_round(house, {house.alder: 700, house.birch: 300, house.cedar: 300})
    assert sorted(entry.quantity_g // KG for entry in round_.awards.all()) == [23, 23, 54]
    assert award(round_, house.alder).reason == "rounded_up"


def test_pro_rata_right_and_sainte_lague(house: House) -> None:
    set_policy(house, rationing_rule="pro_rata_right")
    hold(None, 100)
    round_ = run_round(house, {house.alder: 700, house.birch: 20, house.cedar: 300})
    assert [awarded(round_, firm) for firm in (house.alder, house.birch, house.cedar)] == [56, 20, 24]


def test_affiliates_count_as_one(house: House) -> None:
    group = AffiliateGroup.objects.create(name="Example Group")
    Firm.objects.filter(id__in=[house.birch.id, house.cedar.id]).update(affiliate_group=group)
    hold(house.birch, 100)
    hold(house.cedar, 100)
    hold(house.alder, 200)
    round_ = run_round(house, {house.alder: 200, house.birch: 200, house.cedar: 20})
    assert [awarded(round_, firm) for firm in (house.alder, house.birch, house.cedar)] == [200, 180, 20]


def test_a_second_round_counts_what_the_first_gave(house: House) -> None:
    """By rights of 700 and 300: 65 kg are 46/19 in whole kilograms; with 100 more, 116/49 of 165."""
    set_policy(house, rationing_rule="pro_rata_right")
    disruption = declare(house)
    hold(None, 65)
    first = run_round(house, {house.alder: 700, house.birch: 300}, disruption)
    assert [awarded(first, firm) for firm in (house.alder, house.birch)] == [46, 19]
    hold(None, 100)
    second = run_round(house, {house.alder: 700, house.birch: 300}, disruption)
    assert [awarded(second, firm) for firm in (house.alder, house.birch)] == [70, 30]
    claim = json.loads(second.snapshot)["materials"]["antimony"]["claims"][0]
    assert (claim["already_awarded_g"] // KG, claim["outstanding_g"]) in {(46, 0), (19, 0)}


def test_in_a_second_round_a_position_counts_as_before_the_first(house: House) -> None:
    disruption = declare(house)
    hold(house.alder, 100)
    hold(house.birch, 300)
    run_round(house, {house.alder: 100}, disruption)
    second = open_window(house, disruption)
    request(house, second, house.alder, 200)
    close(house, second)
    claim = json.loads(second.snapshot)["materials"]["antimony"]["claims"][0]
    assert (claim["position_g"], claim["already_awarded_g"]) == (100 * KG, 100 * KG)


def test_what_was_lent_in_this_disruption_still_counts_as_the_lenders_position(house: House) -> None:
    hold(house.birch, 100)
    first = run_round(house, {house.alder: 100})
    hold(None, 60)
    second = run_round(house, {house.alder: 100, house.birch: 100}, first.disruption)
    assert _position_in(second, house.birch) == 100
    assert (awarded(second, house.alder), awarded(second, house.birch)) == (0, 60)


def test_what_was_lent_in_an_earlier_disruption_is_gone(house: House) -> None:
    """Birch lent all it had and didn't get it back: in the next disruption Cedar's stock is Cedar's first."""
    hold(house.birch, 100)
    first = run_round(house, {house.alder: 100})
    deliver(house, award(first, house.alder).drawdown)
    end = propose_disruption_end(disruption_id=first.disruption_id, actor=house.people.administrator)
    approve_proposal(proposal_id=end.id, actor=house.people.approver)
    hold(house.cedar, 100)
    second = run_round(house, {house.birch: 100, house.cedar: 100})
    assert (_position_in(second, house.birch), _position_in(second, house.cedar)) == (0, 100)
    assert (awarded(second, house.birch), awarded(second, house.cedar)) == (0, 100)


def _position_in(round_: Round, firm: Firm) -> int:
    """The firm's position in the snapshot, in kilograms."""
    claims = json.loads(round_.snapshot)["materials"]["antimony"]["claims"]
    grams: int = next(claim["position_g"] for claim in claims if claim["id"] == str(firm.id))
    return grams // KG


def test_what_is_out_from_before_lowers_the_claim(house: House) -> None:
    hold(house.alder, 500)
    draw(house, house.alder, 200)
    round_ = run_round(house, {house.alder: 700})
    assert (award(round_, house.alder).claimed_g, awarded(round_, house.alder)) == (500 * KG, 300)


def test_the_close_freezes_a_snapshot_with_its_hash(example_d: House) -> None:
    round_ = open_window(example_d)
    request(example_d, round_, example_d.alder, 700)
    close(example_d, round_)
    assert hashlib.sha256(round_.snapshot.encode()).hexdigest() == round_.snapshot_sha256
    document = json.loads(round_.snapshot)["materials"]["antimony"]
    assert document["pool_g"] == 900 * KG
    assert document["claims"][0]["position_g"] == 500 * KG


def test_the_job_computed_it_and_says_so(example_d: House) -> None:
    round_ = open_window(example_d)
    request(example_d, round_, example_d.alder, 700)
    close(example_d, round_)
    job = Job.objects.get()
    assert (job.kind, job.state, job.progress_done) == ("allocations.compute_round", "succeeded", 1)
    assert job.result == {"round": str(round_.id), "result_sha256": round_.result_sha256}


def test_computing_again_changes_nothing(example_d: House) -> None:
    round_ = run_round(example_d, {example_d.alder: 700})
    before = list(Award.objects.values())
    assert compute_round(round_id=round_.id).result_sha256 == round_.result_sha256
    verify_result(round_=round_)
    assert list(Award.objects.values()) == before


def test_the_result_is_the_same_bytes_in_another_process(example_d: House) -> None:
    """The kernels alone, without database or settings, in a fresh interpreter with another hash seed."""
    round_ = run_round(example_d, {example_d.alder: 700, example_d.birch: 250, example_d.cedar: 300})
    script = (
        "import json, sys\n"
        "from allocations.domain.snapshots import compute_snapshot, result_object\n"
        "from governance.domain.canonical_json import sha256_of_json\n"
        "print(sha256_of_json(result_object(compute_snapshot(json.load(sys.stdin)))))\n"
    )
    for seed in ("0", "1"):
        done = subprocess.run(
            [sys.executable, "-c", script],
            input=round_.snapshot,
            capture_output=True,
            text=True,
            cwd=ROOT,
            env={"PYTHONHASHSEED": seed},
            check=True,
        )
        assert done.stdout.strip() == round_.result_sha256


def test_the_snapshot_of_a_material_is_a_calculators_document(example_d: House) -> None:
    round_ = run_round(example_d, {example_d.alder: 700, example_d.birch: 250})
    result = calculate_awards(json.loads(round_.snapshot)["materials"]["antimony"])
    awards = {entry["id"]: entry["award_g"] for entry in result["awards"]}  # type: ignore[attr-defined]
    assert awards == {str(entry.firm_id): entry.quantity_g for entry in round_.awards.all()}


def test_a_changed_snapshot_settles_nothing(example_d: House) -> None:
    round_ = open_window(example_d)
    request(example_d, round_, example_d.alder, 700)
    close(example_d, round_)
    forged = Round(**{field.attname: getattr(round_, field.attname) for field in Round._meta.concrete_fields})
    RoundSnapshot(round=forged, text=round_.snapshot.replace("700000", "600000"))
    with pytest.raises(ResultChanged):
        verify_result(round_=forged)
    assert compute_snapshot(json.loads(forged.snapshot))[0].granted_g == 600 * KG


def test_snapshot_result_and_awards_can_not_be_changed_afterwards(example_d: House) -> None:
    round_ = run_round(example_d, {example_d.alder: 700})
    for statement in (
        "update allocations_round set snapshot_sha256 = 'x'",
        "update allocations_round set result_sha256 = 'x'",
    ):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    for statement in (
        "update allocations_award set quantity_g = 1",
        "delete from allocations_award",
        "delete from allocations_round",
        "delete from allocations_roundrequest",
        "update allocations_roundsnapshot set text = '{}'",
        "delete from allocations_roundsnapshot",
        "update allocations_replenishment set quantity_g = 1",
        "truncate allocations_award cascade",
    ):
        with pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    assert awarded(round_, example_d.alder) == 700


def test_an_award_tells_why_and_its_file_recomputes_it(example_d: House) -> None:
    round_ = run_round(example_d, {example_d.alder: 700, example_d.birch: 300, example_d.cedar: 300})
    for entry in round_.awards.all():
        assert entry.explanation[0].startswith("Claim: ")
        assert verify_award_file(entry.file) == entry.quantity_g
        assert entry.file["award_g"] == entry.quantity_g


def test_no_file_and_no_explanation_tells_anothers_figures(example_d: House) -> None:
    """With two firms short, neither the pool nor the weights are told: one could subtract oneself."""
    round_ = open_window(example_d)
    request(example_d, round_, example_d.alder, 697)
    request(example_d, round_, example_d.birch, 293)
    settle(example_d, close(example_d, round_))
    own = award(round_, example_d.birch)
    # Moments and identifiers are made of digits too, and mean none of it.
    told = re.sub(
        r"\d{4}-\d\d-\d\dT[\d:.]+|\b[0-9a-f]{64}\b|\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b",
        lambda found: found[0] if found[0] == str(example_d.alder.id) else "",
        json.dumps([own.explanation, own.file]),
    )
    for secret in ("697", "500", str(example_d.alder.id), "Alder", "900"):
        assert secret not in told


def test_members_see_their_own_award_once_it_is_settled(example_d: House) -> None:
    round_ = open_window(example_d)
    request(example_d, round_, example_d.alder, 700)
    request(example_d, round_, example_d.birch, 100)
    close(example_d, round_)
    assert list(list_awards_for(example_d.viewer(example_d.alder), round_.id)) == []
    assert list_awards_for(example_d.people.finance, round_.id).count() == 2
    settle(example_d, round_)
    own, other = award(round_, example_d.alder), award(round_, example_d.birch)
    assert list(list_awards_for(example_d.viewer(example_d.alder))) == [own]
    assert get_award_for(example_d.viewer(example_d.alder), own.id) == own
    for key in (other.id, "00000000-0000-0000-0000-000000000000", "no-key"):
        with pytest.raises(AwardNotFound):
            get_award_for(example_d.viewer(example_d.alder), key)


def test_totals_are_published_for_three_firms_and_not_for_two(example_d: House) -> None:
    two = run_round(example_d, {example_d.alder: 400, example_d.birch: 100})
    assert [entry.granted_g for entry in list_publications(round_id=two.id)] == [None]
    three = run_round(
        example_d,
        {example_d.alder: 300, example_d.birch: 100, example_d.cedar: 50},
        two.disruption,
    )
    published = list_publications(round_id=three.id)[0]
    assert (published.firms, published.requested_g) == (3, 450 * KG)
    assert published.granted_g == 400 * KG


def test_the_level_is_published_where_it_gives_nobody_away(house: House) -> None:
    """Three left short: 100 kg over rights of 700/300/300. With only one short, the level is that firm's."""
    set_policy(house, rationing_rule="pro_rata_right")
    hold(None, 100)
    disclosed = run_round(house, {house.alder: 700, house.birch: 300, house.cedar: 300})
    assert list_publications(round_id=disclosed.id)[0].level == "1/13"
    hold(None, 100)
    withheld = run_round(house, {house.alder: 600, house.birch: 10, house.cedar: 10}, disclosed.disruption)
    assert list_publications(round_id=withheld.id)[0].level is None
    assert list_outcomes(round_id=withheld.id).get().level


def test_nothing_is_published_before_the_settlement(example_d: House) -> None:
    round_ = open_window(example_d)
    for firm in (example_d.alder, example_d.birch, example_d.cedar):
        request(example_d, round_, firm, 50)
    close(example_d, round_)
    assert list_publications(round_id=round_.id) == []


def test_a_worker_that_died_leaves_the_round_to_the_next(
    example_d: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first attempt fails inside its step; the next computes the same round once."""
    round_ = open_window(example_d)
    request(example_d, round_, example_d.alder, 700)
    failures = iter([True])

    def once(**values: Any) -> Round:
        computed = compute_round(**values)
        if next(failures, False):
            raise ConnectionError("the worker lost its database")
        return computed

    monkeypatch.setattr("allocations.tasks.compute_round", once)
    close(example_d, round_)
    assert (round_.state, Award.objects.count()) == ("computing", 0)
    Job.objects.update(run_at="2026-01-01T00:00:00Z")
    run_ready_jobs(worker="test")
    round_.refresh_from_db()
    assert (round_.state, Award.objects.count()) == ("computed", 1)
