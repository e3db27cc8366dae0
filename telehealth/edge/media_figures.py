"""What the media workers have counted, as part of `/metrics`. Each is told apart by its id, new at every start of it.

Asked for when somebody looks, because a worker counts for itself; one that does not answer is left out. Names and help
come from here and from the workers (`telehealth/media/counts.py`, `figures.py`): a figure that is new there needs no
change here. Never a room, a page, a name or an address.
"""

from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping

from prometheus_client import generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric

from telehealth.media.rpc import Figures

Ask = Callable[[], Awaitable[Mapping[str, Figures]]]

DROPS = ("send_failed", "unknown", "garbage", "bad_stun", "bad_srtp", "surplus", "tcp_late")
"""Totals that are packets which went no further, by reason. (`tcp_late` are some of `send_failed`.)"""
HELP = {
    "received": "RTP packets that came",
    "forwarded": "RTP packets sent to receivers",
    "cpu_seconds": "CPU time of the process",
    "received_bytes": "Bytes of SRTP and SRTCP that came",
    "forwarded_bytes": "Bytes of SRTP sent to receivers",
    "audio_flows": "Slots in which somebody's sound flows",
    "video_flows": "Slots in which somebody's picture belongs",
    "video_paused": "Of them, those that the receiver's path has no room for",
    "video_waiting": "Of them, those that wait for a key frame",
    "video_layer_0": "Of them, those that get the smallest encoding",
    "video_layer_1": "Of them, those that get the middle encoding",
    "video_layer_2": "Of them, those that get the largest encoding",
    "uplink_loss": "Share of packets lost on the way from a page: sum over all pages (mean: divide by peers)",
    "downlink_loss": "Share of packets lost on the way to a page: sum over the pages with an estimate",
    "estimate_bits": "Bits per second that the way to a page carries: sum over the pages with an estimate",
    "estimated_pages": "Pages with an estimate",
    "tcp_garbage": "TCP connections closed for what came through them",
    "tcp_refused": "TCP connections closed because there were too many",
    "faults": "Exceptions that should not have been",
    "rooms": "Rooms carried now",
    "peers": "Pages with a transport now",
    "load": "Share of one core over the last 5 seconds",
    "tcp_connections": "Open TCP connections, most of them spare",
    "tcp_peers": "Pages whose media goes over TCP",
    "full": "1 while no new room is taken",
    "draining": "1 while the worker waits for its rooms to end",
    "loop_lag_p50_seconds": "How late timers run, median of the last minute",
    "loop_lag_p99_seconds": "How late timers run, 99th percentile of the last minute",
    "cpu_seconds_per_forwarded_packet": "CPU time per forwarded packet over the last minute",
}


def render(workers: Mapping[str, Figures]) -> bytes:
    """Prometheus text."""
    return generate_latest(_Families(workers))


class _Families:
    def __init__(self, workers: Mapping[str, Figures]) -> None:
        self._workers = workers

    def collect(self) -> Iterator[Metric]:
        dropped = CounterMetricFamily(
            "telehealth_media_dropped_packets", "Packets that went no further", labels=["worker", "reason"]
        )
        for worker, figures in self._workers.items():
            for reason in DROPS:
                dropped.add_metric([worker, reason], figures.totals.get(reason, 0))
        yield dropped
        for name in _names(figures.totals for figures in self._workers.values()):
            if name not in DROPS:
                yield self._family(CounterMetricFamily, name, lambda figures: figures.totals)
        for name in _names(figures.values for figures in self._workers.values()):
            yield self._family(GaugeMetricFamily, name, lambda figures: figures.values)

    def _family(
        self,
        kind: type[CounterMetricFamily] | type[GaugeMetricFamily],
        name: str,
        of: Callable[[Figures], Mapping[str, float]],
    ) -> Metric:
        family = kind(f"telehealth_media_{name}", HELP.get(name, name.replace("_", " ")), labels=["worker"])
        for worker, figures in self._workers.items():
            if name in of(figures):
                family.add_metric([worker], of(figures)[name])
        return family


def _names(tables: Iterable[Mapping[str, float]]) -> list[str]:
    return sorted({name for table in tables for name in table})
