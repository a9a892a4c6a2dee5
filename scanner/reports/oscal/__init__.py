"""The result in OSCAL 1.2.1: assessment results, component definition, plan of action and milestones.

OSCAL knows two states of a finding only, ``satisfied`` and ``not-satisfied``, and no word for *unknown*. So every
requirement is an observation with its own outcome as a property, and findings are made of them sparingly
(``objectives``). What stays the same over runs (targets, baselines, differences) has a name-based identifier; what
belongs to the run has one that is drawn from the run's id, so that the same result is the same bytes.
"""
