"""AlphaCodium's flow (Ridnik et al. 2024): think, plan, write tests, write code, and mend it test by test.

A file a stage, each a function from values to values: self_reflection, possible_solutions, choose_best_solution,
generate_ai_tests, initial_code_generation, public_tests, ai_tests. `flow` runs them in this order. Several flows are
independent of each other; their programs go the way of all samples.
"""

from alphacode_server.strategies.alphacodium.flows import alphacodium
from alphacode_server.strategies.alphacodium.settings import FlowSettings, FlowSettingsError, read_flow_settings

STRATEGY = alphacodium(FlowSettings())

__all__ = ["STRATEGY", "FlowSettings", "FlowSettingsError", "alphacodium", "read_flow_settings"]
