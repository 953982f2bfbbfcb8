"""The field's standard terms as enumerations; the values are what the database stores and the files may say."""

from __future__ import annotations

from enum import StrEnum


class UnitKind(StrEnum):
    """What a grid unit is called in the official register."""

    NATION = "nation"
    PROVINCE = "province"
    CITY = "city"
    DISTRICT = "district"
    STREET = "street"
    TOWN = "town"
    TOWNSHIP = "township"
    COMMUNITY = "community"
    VILLAGE = "village"


class Datum(StrEnum):
    """The coordinate frames met in office files (domain §8)."""

    CGCS2000 = "cgcs2000"
    WGS84 = "wgs84"
    GCJ02 = "gcj02"
    BD09 = "bd09"


class Role(StrEnum):
    """The posts of the chain (domain §1), and the two of the office that keeps the system."""

    DISTRICT_LEADER = "district_leader"
    SECTION_HEAD = "section_head"
    STATION_HEAD = "station_head"
    SUPERVISOR = "supervisor"
    ASSISTANT = "assistant"
    LAB_TESTER = "lab_tester"
    RESPONSIBLE_PERSON = "responsible_person"
    IN_HOUSE_CONTROLLER = "in_house_controller"
    DATA_STEWARD = "data_steward"
    ADMINISTRATOR = "administrator"


class Tier(StrEnum):
    """The four roles of the chain (domain §1); which level each stands at on a day is the rule ``grid.role_level``."""

    LEADING = "leading"
    SUPERVISING = "supervising"
    ASSISTING = "assisting"
    RESPONSIBLE = "responsible"


ROLE_TIER: dict[Role, Tier] = {
    Role.DISTRICT_LEADER: Tier.LEADING,
    Role.SECTION_HEAD: Tier.LEADING,
    Role.STATION_HEAD: Tier.SUPERVISING,
    Role.SUPERVISOR: Tier.SUPERVISING,
    Role.LAB_TESTER: Tier.SUPERVISING,
    Role.ASSISTANT: Tier.ASSISTING,
    Role.RESPONSIBLE_PERSON: Tier.RESPONSIBLE,
    Role.IN_HOUSE_CONTROLLER: Tier.RESPONSIBLE,
    Role.DATA_STEWARD: Tier.LEADING,
    Role.ADMINISTRATOR: Tier.LEADING,
}

SUBJECT_ROLES = tuple(role for role, tier in ROLE_TIER.items() if tier is Tier.RESPONSIBLE)
"""Posts held at a subject; all others are held at a unit."""

OFFICE_ROLES = frozenset({Role.DATA_STEWARD, Role.ADMINISTRATOR})
"""Posts of the office that keeps the system: they open doors but answer for no place, so no chain shows them."""

SINGLE_HOLDER_ROLES = frozenset({Role.DISTRICT_LEADER, Role.SECTION_HEAD, Role.STATION_HEAD, Role.RESPONSIBLE_PERSON})
"""Posts one person holds at a time; several supervisors or assistants per grid are legal (domain §1, g3)."""


class SubjectKind(StrEnum):
    """Kinds of supervised subject in the seed's roster; one subject may have several."""

    ENTERPRISE = "enterprise"
    COOPERATIVE = "cooperative"
    FAMILY_FARM = "family_farm"
    GROWER = "grower"
    SLAUGHTERHOUSE = "slaughterhouse"
    BUYER_STORAGE = "buyer_storage"
    BROKER = "broker"
    MARKET = "market"
    SALES_FIRM = "sales_firm"
    INPUT_DEALER = "input_dealer"


class Sector(StrEnum):
    """The eight sectors 药菜果菌蛋畜禽鱼 and farm inputs."""

    HERB = "herb"
    VEGETABLE = "vegetable"
    FRUIT = "fruit"
    FUNGUS = "fungus"
    EGG = "egg"
    LIVESTOCK = "livestock"
    POULTRY = "poultry"
    FISH = "fish"
    INPUT = "input"


class SubjectStatus(StrEnum):
    """Whether a subject trades; paused and ended ones leave the denominators with a dated reason (domain §11.3)."""

    ACTIVE = "active"
    SEASONAL_STOP = "seasonal_stop"
    SUSPENDED = "suspended"
    CLOSED = "closed"
    DEREGISTERED = "deregistered"


PAUSED_STATUSES = frozenset({SubjectStatus.SEASONAL_STOP, SubjectStatus.SUSPENDED})


class Succession(StrEnum):
    """How one unit came after another in a reorganisation."""

    MERGE = "merge"
    SPLIT = "split"
    MOVE = "move"
    RENAME = "rename"


class Risk(StrEnum):
    """Ordinal risk; the letter or colour shown is only its display (domain §1)."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


class VisitKind(StrEnum):
    """Different acts in law (art 6, 52, 53; 国办发〔2024〕54号); only the last is a check of an enterprise."""

    PATROL = "patrol"
    GUIDANCE = "guidance"
    INFORMATION_REPORT = "information_report"
    RECHECK = "recheck"
    ADMINISTRATIVE_CHECK = "administrative_check"


class Outcome(StrEnum):
    """How a visit ended; only a completed patrol moves a due date."""

    COMPLETED = "completed"
    NOT_MET = "not_met"
    CLOSED = "closed"
    RESCHEDULED = "rescheduled"


class FindingState(StrEnum):
    """Where a rectification stands (domain §1)."""

    FOUND = "found"
    ORDERED = "ordered"
    RECTIFIED = "rectified"
    RECHECK_REQUESTED = "recheck_requested"
    CLOSED = "closed"
    ESCALATED = "escalated"


class Stream(StrEnum):
    """Two streams of tests, never pooled (domain §5)."""

    QUANTITATIVE = "quantitative"
    RAPID = "rapid"


class Purpose(StrEnum):
    """Why a sample was taken; monitoring and supervision are not pooled in law (监测管理办法 art 3)."""

    RISK_MONITORING = "risk_monitoring"
    ROUTINE = "routine"
    SUPERVISION = "supervision"
    SELF_CHECK = "self_check"


class Judgement(StrEnum):
    """One analyte's verdict under the standard of its day."""

    QUALIFIED = "qualified"
    NOT_DETECTED = "not_detected"
    DETECTED_WITHIN_LIMIT = "detected_within_limit"
    UNQUALIFIED = "unqualified"
    INVALID = "invalid"


class DueState(StrEnum):
    """未到期 / 可办 / 临期 / 逾期 / 严重逾期 / 从未巡查 / 停产暂停: derived, never stored."""

    NOT_DUE = "not_due"
    OPEN = "open"
    DUE_SOON = "due_soon"
    OVERDUE = "overdue"
    SEVERE = "severe"
    NEVER = "never"
    PAUSED = "paused"


class VisitState(StrEnum):
    """Whether a subject was patrolled in the period."""

    VISITED = "visited"
    NOT_VISITED = "not_visited"
    PAUSED = "paused"


class OnTimeState(StrEnum):
    """How a patrol that fell due ended: done by its due date, done later, not done."""

    ON_TIME = "on_time"
    LATE = "late"
    MISSED = "missed"


class SampleState(StrEnum):
    """A sample's verdict on a day, its re-test taken into account; only the first two are final."""

    QUALIFIED = "qualified"
    UNQUALIFIED = "unqualified"
    PENDING = "pending"
    INVALID = "invalid"
    IN_RETEST = "in_retest"
    OTHER_PURPOSE = "other_purpose"


class BannedState(StrEnum):
    """Whether a sample held a substance banned on its sampling day."""

    BANNED = "banned"
    CLEAR = "clear"
    RAPID_LEAD = "rapid_lead"


class ChainState(StrEnum):
    """Whether all four levels have a named person."""

    COMPLETE = "complete"
    BROKEN = "broken"


class PostState(StrEnum):
    """Whether a grid has both its supervisor and its assistant."""

    FILLED = "filled"
    VACANT = "vacant"


class PointState(StrEnum):
    """Where a subject's point lies against its administrative village."""

    LOCATED = "located"
    NO_POINT = "no_point"
    OUTSIDE = "outside"
    NO_POLYGON = "no_polygon"


class CleanState(StrEnum):
    """Whether a village is free of open work items, and whether anybody looked."""

    CLEAN = "clean"
    FAULTY = "faulty"
    UNCHECKED = "unchecked"


class WorkState(StrEnum):
    """Where an item of the grid-integrity work list stands; the first two are open."""

    OPEN = "open"
    ASSIGNED = "assigned"
    ACCEPTED = "accepted"
    SOLVED = "solved"


OPEN_WORK = frozenset({WorkState.OPEN, WorkState.ASSIGNED})


class JobState(StrEnum):
    """Where a job stands; the first two are open."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    STOPPED = "stopped"


OPEN_JOBS = frozenset({JobState.WAITING, JobState.RUNNING})


class SizeUnit(StrEnum):
    """What the size of a work item is measured in."""

    M2 = "m2"
    M = "m"
    DAYS = "days"
    ROWS = "rows"


class DayKind(StrEnum):
    """What the own table makes of a day, whatever the published calendar says."""

    HOLIDAY = "holiday"
    WORKING = "working"


class ArrangedBy(StrEnum):
    """Who arranged a day: the yearly notice for the whole country, or the district itself."""

    STATE_COUNCIL = "state_council"
    LOCAL = "local"


class PeriodWord(StrEnum):
    """A period that is called by a word instead of so many days."""

    YEAR = "year"


class DurationUnit(StrEnum):
    """What a duration is counted in (民法典 art 200, 行政处罚法 art 85)."""

    HOURS = "hours"
    WORKING_DAYS = "working_days"
    CALENDAR_DAYS = "calendar_days"


class StartEvent(StrEnum):
    """The event a duration runs from (domain §11.6)."""

    ASSIGNED = "assigned"
    RESULT_RECEIVED = "result_received"
    SAMPLE_RECEIVED = "sample_received"
    CASE_FILED = "case_filed"


class TokenEnd(StrEnum):
    """Why a personal token ended early: by hand, with its account or password, or because it stood in an address."""

    REVOKED = "revoked"
    ACCOUNT = "account"
    ADDRESS = "address"
