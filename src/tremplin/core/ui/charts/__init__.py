"""Charts drawn by the server: pure functions from small typed rows to SVG."""

from tremplin.core.ui.charts.bars import (
    Bar,
    FunnelRow,
    Load,
    Segment,
    bars,
    funnel,
    load_bars,
    progress,
    share_bar,
    spark,
)
from tremplin.core.ui.charts.intervals import Interval, intervals
from tremplin.core.ui.charts.timeline import timeline_context

__all__ = [
    "Bar",
    "FunnelRow",
    "Interval",
    "Load",
    "Segment",
    "bars",
    "funnel",
    "intervals",
    "load_bars",
    "progress",
    "share_bar",
    "spark",
    "timeline_context",
]
