"""The media workers' part of /metrics."""

from prometheus_client.parser import text_string_to_metric_families

from telehealth.edge.media_figures import DROPS, render
from telehealth.media.rpc import Figures


def test_each_worker_has_its_own_series() -> None:
    """Totals are counters, drops are told apart by reason, values are gauges; no other label is there."""
    text = render(
        {
            "w1": Figures(id=1, totals={"forwarded": 7, "bad_srtp": 2}, values={"peers": 3, "new_here": 0.5}),
            "w2": Figures(id=1, totals={"forwarded": 8, "bad_srtp": 0}, values={"peers": 4}),
        }
    ).decode()
    samples = [sample for family in text_string_to_metric_families(text) for sample in family.samples]
    assert {label for sample in samples for label in sample.labels} == {"worker", "reason"}
    found = {(sample.name, *sorted(sample.labels.values())): sample.value for sample in samples}
    assert found["telehealth_media_forwarded_total", "w1"] == 7
    assert found["telehealth_media_peers", "w2"] == 4
    assert found["telehealth_media_new_here", "w1"] == 0.5
    assert found["telehealth_media_dropped_packets_total", "bad_srtp", "w1"] == 2
    assert {sample.labels["reason"] for sample in samples if "reason" in sample.labels} == set(DROPS)


def test_without_workers_there_is_still_text() -> None:
    """Nobody answers: no series, no error."""
    assert [family.samples for family in text_string_to_metric_families(render({}).decode())] == [[]]
