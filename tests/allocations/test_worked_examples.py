"""The worked examples A, B, C, D and I of the domain's section 11, and the 412 kg one of section 7.3."""

from tests.allocations.documents import answer, awards_of, document

KG = 1000


def test_a_pro_rata_with_redistribution() -> None:
    result = answer(
        document(
            [
                {"right_g": 600 * KG, "request_g": 200 * KG},
                {"right_g": 300 * KG, "request_g": 300 * KG},
                {"right_g": 300 * KG, "request_g": 300 * KG},
            ],
            rule="pro_rata_right",
            pool=1000 * KG,
            unit=KG,
        )
    )
    assert [award["award_g"] for award in result["awards"]] == [200 * KG, 300 * KG, 300 * KG]
    assert (result["granted_g"], result["unallocated_g"]) == (800 * KG, 200 * KG)
    assert result["level"] is None


def test_b_a_kilogram_left_over_goes_to_the_earliest_request() -> None:
    claims = [{"request_g": 50 * KG} for _ in range(3)]
    for rounding in ("sainte_lague", "largest_remainder"):
        shared = document(claims, rule="pro_rata_request", rounding=rounding, pool=100 * KG, unit=KG)
        assert awards_of(shared) == [34 * KG, 33 * KG, 33 * KG]
        shared["claims"][2]["submitted_at"] = "2026-03-01T09:00:00Z"
        shared["claims"][0]["submitted_at"] = "2026-03-01T05:00:01-05:00"
        assert awards_of(shared) == [33 * KG, 33 * KG, 34 * KG]


def test_b_exact_shares_are_a_third_each() -> None:
    result = answer(
        document([{"request_g": 50} for _ in range(3)], rule="pro_rata_request", rounding="exact", pool=100)
    )
    assert [award["exact_g"] for award in result["awards"]] == ["100/3"] * 3
    assert result["level"] == "2/3"


ALABAMA = [
    {"request_g": 22, "weight": 459},
    {"request_g": 26, "weight": 463},
    {"request_g": 15, "weight": 21},
]


def test_b_by_largest_remainder_more_stock_lowers_the_third() -> None:
    assert awards_of(document(ALABAMA, rounding="largest_remainder", pool=23)) == [11, 11, 1]
    assert awards_of(document(ALABAMA, rounding="largest_remainder", pool=24)) == [12, 12, 0]


def test_b_by_sainte_lague_more_stock_lowers_nobody() -> None:
    assert awards_of(document(ALABAMA, pool=23)) == [11, 11, 1]
    assert awards_of(document(ALABAMA, pool=24)) == [11, 12, 1]


def test_c_minimum_quantity() -> None:
    result = answer(
        document(
            [
                {"request_g": 80 * KG},
                {"request_g": 80 * KG, "minimum_g": 50 * KG},
                {"request_g": 40 * KG},
            ],
            rule="pro_rata_request",
            rounding="largest_remainder",
            minimum_policy="drop_and_recompute",
            pool=100 * KG,
            unit=KG,
        )
    )
    assert [award["award_g"] for award in result["awards"]] == [67 * KG, 0, 33 * KG]
    assert [award["exact_g"] for award in result["awards"]] == ["200000/3", "0", "100000/3"]
    assert [award["reason"] for award in result["awards"]] == [
        "rounded_up",
        "minimum_not_met",
        "rounded_down",
    ]


def test_d_position_first() -> None:
    claims = [
        {"request_g": 700 * KG, "position_g": 500 * KG},
        {"request_g": 100 * KG, "position_g": 300 * KG},
    ]
    assert awards_of(document(claims, rule="position_first", pool=900 * KG, unit=KG)) == [700 * KG, 100 * KG]


def test_i_selective_case_of_the_international_energy_program() -> None:
    result = answer(
        document(
            [
                {"base_use_g": 1000},
                {"base_use_g": 600},
                {"base_use_g": 400, "available_g": 310},
            ],
            rule="iea",
            rounding="exact",
            pool=0,
            selective="c",
        )
    )
    first, second, third = result["awards"]
    assert (first["obligation_g"], second["obligation_g"], third["right_g"]) == ("155/4", "93/4", "62")


SIX = [
    {"request_g": claim * KG, "weight": weight}
    for claim, weight in zip((900, 520, 1120, 180, 360, 560), (190, 710, 870, 790, 160, 860), strict=True)
]


def test_the_412_kg_example() -> None:
    result = answer(document(SIX, pool=1800 * KG, unit=KG))
    assert [award["award_g"] // KG for award in result["awards"]] == [110, 412, 505, 180, 93, 500]
    assert result["level"] == "18000/31"
    assert result["certificate"]["remaining_pool_g"] == str(1620 * KG)
    assert result["certificate"]["uncapped_weight"] == "2790"


def test_the_412_kg_example_with_a_pool_of_1801_gives_413() -> None:
    assert awards_of(document(SIX, pool=1801 * KG, unit=KG))[1] == 413 * KG


def test_the_cap_of_520_binds_from_2153() -> None:
    assert awards_of(document(SIX, pool=2152 * KG, unit=KG))[1] == 519 * KG
    assert awards_of(document(SIX, pool=2153 * KG, unit=KG))[1] == 520 * KG


def test_the_412_kg_example_says_so_itself() -> None:
    lines = answer(document(SIX, pool=1800 * KG, unit=KG))["awards"][1]["explanation"]
    assert "Any request of at least 412 kg gives 412 kg." in lines
    assert "A pool of at least 1,801 kg gives 413 kg." in lines
    assert "The claim binds at 520 kg from a pool of 2,153 kg on." in lines
    assert any("= 412.258 kg" in line for line in lines)
