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
from tremplin.core.ui.charts.curve import Curve, Reach, curve
from tremplin.core.ui.charts.intervals import Interval, intervals
from tremplin.core.ui.charts.timeline import timeline_context

__all__ = [
    "Bar",
    "Curve",
    "FunnelRow",
    "Interval",
    "Load",
    "Reach",
    "Segment",
    "bars",
    "curve",
    "funnel",
    "intervals",
    "load_bars",
    "progress",
    "share_bar",
    "spark",
    "timeline_context",
]
