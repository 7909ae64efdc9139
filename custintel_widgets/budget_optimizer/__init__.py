"""Move a budget between channels and see at once what it brings."""

from custintel_widgets.budget_optimizer.widget import BudgetOptimizer

__all__ = ["BudgetOptimizer"]
