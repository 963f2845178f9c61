"""Whether a design lets applicants be compared: islands, and the reviewers who alone join them."""

from tremplin.methods.calibration.reads import Table


def islands(table: Table) -> tuple[tuple[str, ...], ...]:
    """Groups of applicants linked by common reviewers, largest first; people without reads stand alone. O(N)."""
    parent = list(range(len(table.applicants) + len(table.reviewers)))

    def root(node: int) -> int:
        while parent[node] != node:
            parent[node] = parent[parent[node]]
            node = parent[node]
        return node

    for applicant, reviewer in zip(table.i.tolist(), table.j.tolist(), strict=True):
        parent[root(applicant)] = root(len(table.applicants) + reviewer)
    groups: dict[int, list[str]] = {}
    for position, name in enumerate(table.applicants):
        groups.setdefault(root(position), []).append(name)
    return tuple(sorted((tuple(group) for group in groups.values()), key=lambda group: (-len(group), group)))


def bridges(table: Table) -> tuple[str, ...]:
    """Reviewers without whom applicants of one island, read by others too, would fall apart. O(N).

    These are the articulation points of the graph of reads (Tarjan 1972) among reviewers, where at least two of the
    parts that are left have another reviewer: whoever is read by one reviewer only is no pool of their own.
    """
    people = len(table.applicants)
    links: list[list[int]] = [[] for _node in range(people + len(table.reviewers))]
    for applicant, reviewer in zip(table.i.tolist(), table.j.tolist(), strict=True):
        links[applicant].append(people + reviewer)
        links[people + reviewer].append(applicant)
    found = set()
    reached, lowest = [0] * len(links), [0] * len(links)
    inside = [0] * len(links)  # reviewers in the part of the tree below
    clock = 0
    for start in range(people, len(links)):
        if reached[start]:
            continue
        clock += 1
        reached[start] = lowest[start] = clock
        members, apart = [start], dict[int, list[int]]()
        stack = [(start, -1, iter(links[start]))]
        inside[start] = 1
        while stack:
            node, above, rest = stack[-1]
            there = next(rest, None)
            if there is None:
                stack.pop()
                if above >= 0:
                    lowest[above] = min(lowest[above], lowest[node])
                    inside[above] += inside[node]
                    if above >= people and lowest[node] >= reached[above] and inside[node]:
                        apart.setdefault(above, []).append(inside[node])
            elif not reached[there]:
                clock += 1
                reached[there] = lowest[there] = clock
                inside[there] = int(there >= people)
                members.append(there)
                stack.append((there, node, iter(links[there])))
            elif there != above:
                lowest[node] = min(lowest[node], reached[there])
        total = inside[start]
        for node, parts in apart.items():
            left = total - 1 - sum(parts)  # what hangs on above
            if len(parts) + (left > 0) > 1:
                found.add(table.reviewers[node - people])
    return tuple(sorted(found))
