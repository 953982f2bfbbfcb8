"""The tables, one module per subject matter; importing this package registers all of them on ``Base.metadata``.

Every module of the folder is one of them, also those that are not named here: a table that is added is a file.

For others: ``base``, ``checklists``, ``facts``.
"""

from geodata.models.accounts import Account, AuditEntry, Token
from geodata.models.base import SCHEMA, Base
from geodata.models.batches import LoadBatch, Revision, UndoRow
from geodata.models.checklists import Checklist, ChecklistItem
from geodata.models.facts import Facts, fact_tables
from geodata.models.integrity import IntegrityRun, SubjectMerge, WorkItem
from geodata.models.levels import RoleLevel, TreeLevel
from geodata.models.lineage import FormerVillage, UnitLineage
from geodata.models.people import Person, Post, Training
from geodata.models.registry import FactTable, PermissionGrant, PostGrantor, RuleKindRow, SchemaState
from geodata.models.rules import Rule
from geodata.models.samples import BannedSubstance, Result, Sample
from geodata.models.subjects import RiskChange, StatusChange, Subject
from geodata.models.units import Unit, UnitVersion
from geodata.models.visits import ChainRecord, Finding, Visit
from geodata.plugins import plugin_modules

__all__ = [
    "SCHEMA",
    "Account",
    "AuditEntry",
    "BannedSubstance",
    "Base",
    "ChainRecord",
    "Checklist",
    "ChecklistItem",
    "FactTable",
    "Facts",
    "Finding",
    "FormerVillage",
    "IntegrityRun",
    "LoadBatch",
    "PermissionGrant",
    "Person",
    "Post",
    "PostGrantor",
    "Result",
    "Revision",
    "RiskChange",
    "RoleLevel",
    "Rule",
    "RuleKindRow",
    "Sample",
    "SchemaState",
    "StatusChange",
    "Subject",
    "SubjectMerge",
    "Token",
    "Training",
    "TreeLevel",
    "UndoRow",
    "Unit",
    "UnitLineage",
    "UnitVersion",
    "Visit",
    "WorkItem",
    "fact_tables",
]

for _module in plugin_modules(__name__):
    pass  # to be imported is all a table needs
