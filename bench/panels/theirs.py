"""A process of its own: reads one pool from its input, has sortition-algorithms solve it, prints what came of it.

It knows that package's documented functions only, and nothing of ours: `PYTHONPATH` holds the package alone.
"""

import csv
import io
import json
import resource
import sys
import time


def tables(instance):
    """Features and people as the CSV texts that the package reads."""
    features, people = io.StringIO(), io.StringIO()
    lines = csv.writer(features)
    lines.writerow(["feature", "value", "min", "max"])
    for category, value, least, most in instance["limits"]:
        lines.writerow([category, value, least, min(most, instance["seats"])])
    categories = list(dict.fromkeys(limit[0] for limit in instance["limits"]))
    lines = csv.writer(people)
    lines.writerow(["code", *categories])
    for code, values in instance["people"].items():
        lines.writerow([code, *(values[category] for category in categories)])
    return features.getvalue(), people.getvalue(), categories


def main():
    from sortition_algorithms.adapters import CSVStringDataSource, SelectionData
    from sortition_algorithms.committee_generation.leximin import find_distribution_leximin
    from sortition_algorithms.committee_generation.maximin import find_distribution_maximin
    from sortition_algorithms.settings import Settings

    instance, aim = json.load(sys.stdin), sys.argv[1]
    features_text, people_text, categories = tables(instance)
    data = SelectionData(CSVStringDataSource(features_text, people_text))
    settings = Settings(id_column="code", columns_to_keep=categories)
    features, _report = data.load_features(instance["seats"])
    people, _report = data.load_people(settings, features)
    find = {"leximin": find_distribution_leximin, "maximin": find_distribution_maximin}[aim]
    began, worked = time.perf_counter(), time.process_time()
    panels, weights, _report = find(features, people, instance["seats"], [])
    seconds, cpu = time.perf_counter() - began, time.process_time() - worked
    chances = dict.fromkeys(instance["people"], 0.0)
    for panel, weight in zip(panels, weights, strict=True):
        for code in panel:
            chances[code] += float(weight)
    values = sorted(chances.values())
    ranked = sum(rank * value for rank, value in enumerate(values, 1))
    gini = 2 * ranked / (len(values) * sum(values)) - (len(values) + 1) / len(values)
    used = sum(1 for weight in weights if weight > 1e-9)
    mib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    row = {"seconds": seconds, "cpu": cpu, "least": values[0], "gini": gini, "panels": used, "mib": mib}
    print("\n" + json.dumps(row))


if __name__ == "__main__":
    main()
