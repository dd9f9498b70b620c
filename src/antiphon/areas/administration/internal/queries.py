"""Reads of administration."""

from sqlalchemy import BigInteger, Integer, Text, and_, bindparam, func, or_, select

from antiphon.areas.administration.internal.tables import audit_entry
from antiphon.kernel.db import Statement

_ENTRY = (
    audit_entry.c.id,
    audit_entry.c.at,
    audit_entry.c.actor_id,
    audit_entry.c.actor,
    audit_entry.c.action,
    audit_entry.c.subject,
    audit_entry.c.subject_id,
    audit_entry.c.subject_name,
    audit_entry.c.details,
)
_ACTION = bindparam("action", type_=Text)
_USER = bindparam("user_id", type_=BigInteger)
_of_person = or_(
    audit_entry.c.actor_id == _USER, and_(audit_entry.c.subject == "account", audit_entry.c.subject_id == _USER)
)
# `account` stands for every action on accounts, `account.blocked` for that one; nothing for all.
_wanted = and_(
    or_(
        _ACTION == "",
        audit_entry.c.action == _ACTION,
        func.substr(audit_entry.c.action, 1, func.length(_ACTION) + 1) == _ACTION.concat("."),
    ),
    or_(_USER == 0, _of_person),
)

ENTRIES = Statement(
    select(*_ENTRY)
    .where(_wanted)
    .order_by(audit_entry.c.id.desc())
    .limit(bindparam("limit", type_=Integer))
    .offset(bindparam("offset", type_=BigInteger))
)
COUNT = Statement(select(func.count()).select_from(audit_entry).where(_wanted))
ENTRIES_OF_PERSON = Statement(select(*_ENTRY).where(_of_person).order_by(audit_entry.c.id))
