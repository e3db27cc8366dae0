"""What is counted for `/metrics`: routes, answers and refusals by their codes. Never an id, a name or an address."""

from prometheus_client import CollectorRegistry, Counter, Histogram


class Counts:
    """The counters of one site, in a registry of its own or in one that is shared with other parts."""

    def __init__(self, registry: CollectorRegistry | None = None) -> None:
        self.registry = registry if registry is not None else CollectorRegistry()
        self.answers = Counter(
            "telehealth_http_answers_total", "HTTP answers", ["method", "route", "status"], registry=self.registry
        )
        self.refusals = Counter(
            "telehealth_http_refusals_total", "HTTP refusals by code", ["code"], registry=self.registry
        )
        self.seconds = Histogram(
            "telehealth_http_seconds",
            "Time to an HTTP answer",
            ["route"],
            buckets=(0.005, 0.02, 0.1, 0.5, 2, 10),
            registry=self.registry,
        )
        self.sign_ins = Counter(
            "telehealth_sign_ins_total", "Staff sign-ins by outcome", ["outcome"], registry=self.registry
        )
        self.links = Counter(
            "telehealth_links_total", "Join links exchanged by outcome", ["outcome"], registry=self.registry
        )
        self.exported = Counter(
            "telehealth_exported_rows_total", "Attendance rows handed out", ["format"], registry=self.registry
        )
