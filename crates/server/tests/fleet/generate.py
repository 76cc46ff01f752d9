"""Writes fleet.json and requests.jsonl: a fleet of 30 endpoints, and 200 requests with the order in
which their endpoints must be tried.

The order is computed here from the rules in docs/server-routing.md, without the server's code:

    python3 crates/server/tests/fleet/generate.py
"""

import json
import pathlib
import random

FOLDER = pathlib.Path(__file__).parent
REQUESTS = 200
TOKENS = 60  # output tokens of each response, for throughput

ALL = ["tools", "response_format", "verbosity", "temperature", "top_k"]
# model: created, family
MODELS = {
    "acme/alpha": (10, "greek"),
    "acme/beta": (20, "greek"),
    "nova/gamma": (30, "greek"),
    "nova/delta": (40, None),
    "zeta/epsilon": (50, "small"),
    "zeta/epsilon:free": (60, "small"),
}
# model, provider, region, tier, price of prompt and completion (USD per million), price of cached
# reads, latency (s), throughput (tokens/s), quantization, collects data, zdr, distillable,
# parameters
ROWS = [
    ("acme/alpha", "north", None, "default", (1, 4), 0.1, 0.4, 90, "fp8", False, True, True, None),
    ("acme/alpha", "south", "eu", "default", (2, 6), 0.2, 1.6, 40, "fp16", False, False, False, ALL),
    ("acme/alpha", "south", "us", "default", (3, 5), None, 0.8, 70, "fp16", True, False, False, ALL),
    ("acme/alpha", "east", None, "default", (5, 9), 0.5, 2.4, 20, None, True, False, True, ["tools"]),
    ("acme/alpha", "south", None, "priority", (8, 20), 0.8, 0.2, 180, "fp16", False, False, False, ALL),
    ("acme/alpha", "east", None, "flex", (0.5, 2), None, 4.0, 10, None, True, False, True, None),
    ("acme/beta", "north", None, "default", (2.5, 7), 2.5, 1.2, 55, "int8", False, True, False, None),
    ("acme/beta", "south", None, "default", (2.5, 10), 0.3, 0.6, 110, "fp16", False, False, True, ALL),
    ("acme/beta", "west", None, "default", None, None, 3.2, 30, "fp8", True, False, False, []),
    ("acme/beta", "edge", None, "default", (0, 0), None, None, None, "int4", True, False, True, None),
    ("acme/beta", "edge", None, "priority", (12, 30), 1.2, 0.3, 150, "int4", False, True, True, ALL),
    ("nova/gamma", "north", "a", "default", (1, 1), 0.1, 1.0, 60, "fp8", False, True, True, ALL),
    ("nova/gamma", "north", "b", "default", (1.5, 1.5), 0.1, 0.5, 50, "fp8", False, True, True, ALL),
    ("nova/gamma", "north", "c", "default", (2, 2), 0.1, 2.0, 100, "fp8", False, True, True, ["tools"]),
    ("nova/gamma", "west", None, "default", (3, 3), 0.1, None, None, "bf16", True, False, False, ALL),
    ("nova/gamma", "east", None, "default", (4, 4), 4.0, 0.3, 140, "bf16", False, False, False, ALL),
    ("nova/gamma", "east", "a", "priority", (7, 7), 0.7, 0.25, 160, "bf16", False, False, False, ALL),
    ("nova/gamma", "east", "b", "priority", (9, 9), 0.9, 0.35, 200, "bf16", False, False, False, ALL),
    ("nova/gamma", "west", None, "flex", (0.4, 0.4), None, 6.0, 15, "bf16", True, False, False, ALL),
    ("nova/delta", "core", None, "default", (6, 6), 0.6, 0.7, 80, "fp16", False, True, False, ALL),
    ("nova/delta", "edge", None, "default", (6.5, 6), 0.6, 0.9, 85, "fp4", False, False, True, None),
    ("nova/delta", "west", None, "default", None, None, None, None, None, True, False, False, None),
    ("nova/delta", "core", None, "flex", (3, 3), 0.3, 5.0, 12, "fp16", False, True, False, ALL),
    ("zeta/epsilon", "core", None, "default", (0.2, 0.3), 0.02, 0.45, 120, "fp16", False, True, True, ALL),
    ("zeta/epsilon", "dusk", None, "default", (0.25, 0.3), 0.02, 0.65, 130, "fp16", False, True, True, []),
    ("zeta/epsilon", "dawn", None, "default", (0.1, 0.1), None, 1.8, 25, "int4", True, False, True, None),
    ("zeta/epsilon", "north", None, "default", (0.9, 0.8), 0.09, 0.15, 170, "fp32", False, False, True, ALL),
    ("zeta/epsilon:free", "dawn", None, "default", (0, 0), None, 2.8, 18, "int4", True, False, True, []),
    ("zeta/epsilon:free", "dusk", None, "default", (0, 0), None, 3.6, 22, "int8", True, False, True, None),
    ("zeta/epsilon:free", "core", None, "default", (0, 0.01), None, 1.4, 35, "int8", False, False, True, None),
]
KEYS = [
    "model", "provider", "region", "tier", "price", "cache_read", "latency", "throughput",
    "quantization", "collects", "zdr", "distillable", "parameters",
]


def fleet():
    endpoints = []
    for number, row in enumerate(ROWS):
        endpoint = dict(zip(KEYS, row), id=f"fleet/e{number:02}")
        tier = endpoint["tier"] if endpoint["tier"] != "default" else None
        parts = [endpoint["provider"], endpoint["region"], tier]
        endpoint["slug"] = "/".join(part for part in parts if part)
        endpoints.append(endpoint)
    names = [(endpoint["model"], endpoint["slug"]) for endpoint in endpoints]
    assert len(set(names)) == len(names) == 30
    return endpoints


FLEET = fleet()


class Excluded(Exception):
    """Every endpoint is excluded. The argument is the availability code."""


class Ambiguous(Exception):
    """The rules do not decide the result of the request."""


def resolve(name):
    """Returns the id of the model that a name means, and its variant; None if it does not exist."""
    base, _, variant = name.partition(":")
    variant = variant.lower()
    if variant not in ("nitro", "floor"):
        base, variant = name, None
    if base.startswith("~"):
        author, _, family = base[1:].partition("/")
        family = family.removesuffix("-latest")
        newest = [
            model for model, (_, own) in MODELS.items()
            if model.startswith(author + "/") and own == family and ":" not in model
        ]
        base = max(newest, key=lambda model: MODELS[model][0]) if newest else None
    known = {model.lower(): model for model in MODELS}
    return known.get((base or "").lower()), variant


def is_named(names, endpoint):
    """Full slugs name one endpoint, base slugs all of a provider except those of service tiers."""
    return any(
        name == endpoint["slug"]
        or (name == endpoint["provider"] and endpoint["tier"] == "default")
        for name in names
    )


def may_serve(request, endpoint, variant):
    provider = request.get("provider", {})
    tier, asked = endpoint["tier"], request.get("service_tier", "auto")
    if asked == "flex":
        return tier == "flex"
    if tier == "default" or endpoint["slug"] in provider.get("order", []) + provider.get("only", []):
        return True
    if asked in ("priority", "fast"):
        if tier == "priority":
            return True
    added = {"nitro": "priority", "floor": "flex"}.get(variant)
    return tier == added and asked != "default" and not provider.get("order")


def supports(endpoint, name):
    return endpoint["parameters"] is None or name in endpoint["parameters"]


def used(request):
    """Returns the catalog's names of the parameters of a request."""
    names = [name for name in ("tools", "temperature", "top_k") if request.get(name)]
    text = request.get("text", {})
    names += ["response_format"] if "format" in text else []
    names += ["verbosity"] if "verbosity" in text else []
    return names


def is_affordable(endpoint, limits):
    price = endpoint["price"]
    if price is None:
        return False
    prompt, completion = price
    return prompt <= limits.get("prompt", prompt) and completion <= limits.get("completion", completion)


def preferences(request):
    """Returns the tests of endpoints in `provider`, each with whether it is about privacy."""
    provider = request.get("provider", {})
    tests = []
    if provider.get("only"):
        tests.append((False, lambda e: is_named(provider["only"], e)))
    if provider.get("ignore"):
        tests.append((False, lambda e: not is_named(provider["ignore"], e)))
    if provider.get("order") and provider.get("allow_fallbacks") is False:
        tests.append((False, lambda e: is_named(provider["order"], e)))
    if provider.get("data_collection") == "deny":
        tests.append((True, lambda e: not e["collects"]))
    if provider.get("zdr"):
        tests.append((True, lambda e: e["zdr"]))
    if provider.get("enforce_distillable_text"):
        tests.append((False, lambda e: e["distillable"]))
    if provider.get("quantizations"):
        tests.append((False, lambda e: (e["quantization"] or "unknown") in provider["quantizations"]))
    if "max_price" in provider:
        tests.append((False, lambda e: is_affordable(e, provider["max_price"])))
    if provider.get("require_parameters"):
        tests.append((False, lambda e: all(supports(e, name) for name in used(request))))
    return tests


def is_slow(request, endpoint, figures):
    provider = request.get("provider", {})
    if not figures or endpoint["latency"] is None:
        return False
    cutoffs = lambda value: list(value.values()) if isinstance(value, dict) else [value]
    latency = provider.get("preferred_max_latency")
    if latency is not None and any(endpoint["latency"] > cutoff for cutoff in cutoffs(latency)):
        return True
    throughput = provider.get("preferred_min_throughput")
    return throughput is not None and any(
        endpoint["throughput"] < cutoff for cutoff in cutoffs(throughput)
    )


def plan(request, setup):
    """Returns the endpoints in the order of the attempts, and the endpoints of which any one may be
    moved to the place of the first of them."""
    provider = request.get("provider", {})
    order = provider.get("order", [])
    sort = provider.get("sort")
    by = sort.get("by") if isinstance(sort, dict) else sort
    pooled = isinstance(sort, dict) and sort.get("partition") == "none" and not order
    figures = setup.get("figures", False)

    candidates = []
    for name in [request["model"]] + request.get("models", []):
        model, variant = resolve(name)
        for endpoint in FLEET:
            if endpoint["model"] == model and all(endpoint is not known for known, _ in candidates):
                candidates.append((endpoint, variant))
    if not candidates:
        raise Excluded("model_not_found")

    kept = [(e, variant) for e, variant in candidates if may_serve(request, e, variant)]
    tests = preferences(request)
    if not kept:
        raise Ambiguous if tests else Excluded("constraint_filtered")
    kept = [(e, variant) for e, variant in kept if all(test(e) for _, test in tests)]
    if not kept:
        private = [is_private for is_private, _ in tests]
        if any(private) and not all(private):
            raise Ambiguous
        if any(private) and any(not may_serve(request, e, v) for e, v in candidates):
            raise Ambiguous
        raise Excluded("privacy_restricted" if all(private) else "constraint_filtered")

    def total(endpoint):
        return None if endpoint["price"] is None else sum(endpoint["price"])

    def rank(endpoint, criterion):
        price = total(endpoint)
        by_price = (price is None, price or 0)
        measured = figures and endpoint["latency"] is not None
        if criterion == "latency":
            return (not measured, endpoint["latency"] if measured else 0, by_price)
        if criterion == "throughput":
            return (not measured, -endpoint["throughput"] if measured else 0, by_price)
        return (False, 0, by_price)

    def state(endpoint):
        key = [endpoint["model"], endpoint["slug"]]
        if key in setup.get("open", []):
            return "open"
        return "outage" if key in setup.get("outage", []) else "healthy"

    def is_preferred(endpoint):
        asked = request.get("service_tier") in ("priority", "fast")
        return asked and endpoint["tier"] == "priority"

    def lacks(endpoint):
        soft = [name for name in used(request) if name in ("tools", "response_format", "verbosity")]
        return not all(supports(endpoint, name) for name in soft)

    def place(endpoint):
        listed = [position for position, name in enumerate(order) if is_named([name], endpoint)]
        return listed[0] if listed else len(order)

    def level(endpoint):
        """What comes before the criterion."""
        own_order = place(endpoint) < len(order)
        return (
            state(endpoint) == "open",
            place(endpoint),
            not own_order and lacks(endpoint),
            not own_order and state(endpoint) != "healthy",
            not is_preferred(endpoint),
        )

    groups = {}
    for endpoint, variant in kept:
        groups.setdefault("all" if pooled else endpoint["model"], []).append((endpoint, variant))

    result, slow, choice = [], [], []
    for group in groups.values():
        variants = [variant for _, variant in group if variant]
        of_variant = {"nitro": "throughput", "floor": "price"}.get(variants[0]) if variants else None
        criterion = None if order else by or of_variant
        endpoints = sorted(
            (endpoint for endpoint, _ in group),
            key=lambda e: (
                level(e),
                rank(e, "throughput" if is_preferred(e) else criterion),
            ),
        )
        # Without an order of the request, one of the best endpoints comes first at random.
        chosen = []
        if criterion is None and not order:
            others = [e for e in endpoints if not is_preferred(e)]
            if others and state(others[0]) == "healthy":
                chosen = [
                    e for e in others
                    if level(e) == level(others[0]) and total(e) is not None
                ]
                free = [e for e in chosen if total(e) == 0]
                chosen = free or chosen
        session = setup.get("session")
        stays = None
        if session and not order and session["id"] == request.get("session_id"):
            for endpoint in endpoints:
                key = [endpoint["model"], endpoint["slug"]]
                cached = endpoint["cache_read"]
                cheaper = cached is not None and cached < endpoint["price"][0]
                best = level(endpoint) == level(endpoints[0]) and state(endpoint) != "open"
                if key == session["endpoint"] and cheaper and best:
                    stays = endpoint
        if stays:
            endpoints.remove(stays)
            endpoints.insert(0, stays)
            chosen = [e for e in chosen if e is not stays]
            # The conversation's endpoint takes the place of a chosen one.
            if chosen:
                raise Ambiguous
        for endpoint in endpoints:
            missed = is_slow(request, endpoint, figures) and endpoint is not stays
            (slow if missed else result).append(endpoint)
        if len(chosen) > 1:
            choice.append(chosen)
    if slow and choice:
        raise Ambiguous
    result += slow
    if provider.get("allow_fallbacks") is False and not order:
        if choice:
            raise Ambiguous
        firsts = {}
        for endpoint in result:
            firsts.setdefault(endpoint["model"], endpoint)
        result = list(firsts.values())
    return result, choice


def draw(random_):
    """Returns a request and the events before it."""
    chance = lambda probability: random_.random() < probability
    pick = random_.choice
    names = [
        "acme/alpha", "acme/beta", "nova/gamma", "nova/gamma", "nova/delta", "zeta/epsilon",
        "zeta/epsilon:free", "ACME/Alpha", "~acme/greek-latest", "~nova/greek-latest",
        "~zeta/small-latest",
    ]
    model = lambda: pick(names) + (pick([":nitro", ":floor"]) if chance(0.15) else "")
    request = {"model": model(), "input": "hi"}
    if ":free:" in request["model"]:
        request["model"] = "zeta/epsilon:free"
    if chance(0.35):
        request["models"] = [pick(names) for _ in range(pick([1, 1, 2]))]
    if chance(0.2):
        request["service_tier"] = pick(["priority", "fast", "flex", "default", "auto"])
    if chance(0.15):
        request["tools"] = [
            {"type": "function", "name": "f", "parameters": {"type": "object"}, "strict": False}
        ]
    if chance(0.1):
        request["text"] = {"verbosity": "low"}
    if chance(0.1):
        request["temperature"] = 0.5
    provider = {}
    slugs = [endpoint["slug"] for endpoint in FLEET]
    bases = [endpoint["provider"] for endpoint in FLEET]
    some = lambda: [pick(slugs + bases) for _ in range(pick([1, 2, 3]))]
    if chance(0.25):
        provider["order"] = some()
    elif chance(0.6):
        by = pick(["price", "latency", "throughput"])
        provider["sort"] = pick([by, {"by": by}, {"by": by, "partition": pick(["model", "none"])}])
    if chance(0.12):
        provider["only"] = some()
    if chance(0.12):
        provider["ignore"] = some()
    if chance(0.1):
        provider["allow_fallbacks"] = False
    if chance(0.08):
        provider["data_collection"] = "deny"
    if chance(0.08):
        provider["zdr"] = True
    if chance(0.06):
        provider["enforce_distillable_text"] = True
    if chance(0.08):
        provider["quantizations"] = random_.sample(["fp8", "fp16", "int4", "int8", "bf16", "unknown"], 2)
    if chance(0.1):
        provider["max_price"] = {"prompt": pick([0, 0.3, 2, 3, 6]), "completion": pick([0.3, 5, 10])}
    if chance(0.1):
        provider["require_parameters"] = True
    if chance(0.15):
        provider["preferred_max_latency"] = pick([0.75, {"p50": 1.1, "p99": 2.2}, {"p90": 0.55}])
    if chance(0.15):
        provider["preferred_min_throughput"] = pick([45, {"p50": 65}, {"p75": 95, "p90": 19}])
    if provider:
        request["provider"] = provider
    if chance(0.04):
        # Endpoints that nobody allows: only a preference about privacy is left.
        request = {"model": "zeta/epsilon:free", "input": "hi"}
        provider = pick([{"zdr": True}, {"zdr": True, "data_collection": "deny"}])
        request["provider"] = provider
    setup = {"figures": chance(0.75)}
    key = lambda: (lambda e: [e["model"], e["slug"]])(pick(FLEET))
    if chance(0.3):
        setup["outage"] = [key() for _ in range(pick([1, 3, 6]))]
    if chance(0.2):
        setup["open"] = [key() for _ in range(pick([1, 3]))]
    if chance(0.2):
        resolved, _ = resolve(request["model"])
        # The conversation's first request measures its endpoint.
        setup["figures"] = True
        own = [e for e in FLEET if e["model"] == resolved and e["latency"] is not None]
        endpoint = pick(own)
        setup["session"] = {"id": "s", "endpoint": [endpoint["model"], endpoint["slug"]]}
        request["session_id"] = pick(["s", "s", "s", "t"])
    return request, setup


def main():
    random_ = random.Random(20261129)
    lines, refused = [], {}
    while len(lines) < REQUESTS:
        request, setup = draw(random_)
        expected = {"status": 200}
        try:
            order, choice = plan(request, setup)
            expected["order"] = [[e["model"], e["slug"]] for e in order]
            expected["choice"] = [[[e["model"], e["slug"]] for e in chosen] for chosen in choice]
        except Ambiguous:
            continue
        except Excluded as excluded:
            code = str(excluded)
            refused[code] = refused.get(code, 0) + 1
            if refused[code] > REQUESTS // 20:
                continue
            expected = {"status": 404, "code": code}
        if expected["status"] == 200 and len(expected["order"]) < 2 and random_.random() < 0.7:
            continue
        lines.append(json.dumps({"setup": setup, "request": request, "expected": expected}))
    (FOLDER / "requests.jsonl").write_text("\n".join(lines) + "\n")
    models = [{"id": model, "created": c, "family": family} for model, (c, family) in MODELS.items()]
    fleet = {"tokens": TOKENS, "models": models, "endpoints": FLEET}
    endpoints = ",\n".join("    " + json.dumps(endpoint) for endpoint in fleet.pop("endpoints"))
    head = json.dumps(fleet)[:-1]
    (FOLDER / "fleet.json").write_text(f'{head},\n  "endpoints": [\n{endpoints}\n]}}\n')


main()
