"""The requirements that faults break, by a short name."""

ACCURACY = "meter.clock.accuracy"
COMPARES = "meter.clock.compares-with-hub"
ADJUSTS = "meter.clock.adjusts"
LEAVES_ALONE = "meter.clock.no-adjustment-over-limit"
DIFFERENCE_LOGGED = "meter.clock.difference-logged"
DIFFERENCE_ALERTED = "meter.clock.difference-alerted"
ONCE_A_DAY = "meter.clock.one-adjustment-a-day"

OFFERED = "meter.set-clock.offered"
SET_COMPARES = "meter.set-clock.compares"
SET_ADJUSTS = "meter.set-clock.adjusts-within-tolerance"
ADJUSTMENT_LOGGED = "meter.set-clock.adjustment-logged"
SET_LEAVES_ALONE = "meter.set-clock.no-adjustment-outside-tolerance"
REFUSAL_LOGGED = "meter.set-clock.refusal-logged"
REFUSAL_ALERTED = "meter.set-clock.refusal-alerted"
CALENDAR_KEPT = "meter.set-clock.calendar-events-kept"
NOT_MISSED = "meter.set-clock.future-dated-not-missed"
NOT_REPEATED = "meter.set-clock.future-dated-not-repeated"

RETAINED = "meter.data-storage.retained-at-all-times"
RETAINED_UNPOWERED = "meter.data-storage.retained-without-power"

ESTABLISHES = "meter.hub-link.establishes"
MAINTAINS = "meter.hub-link.maintains"
RECEIVES_TIME = "meter.hub-link.receives-time"
HUB_TIME = "glossary.communications-hub-date-and-time"

EVENT_ROOM = "meter.event-log.holds-a-hundred-entries"
EVENT_STAMPED = "meter.event-log.entries-stamped"
EVENT_OVERWRITES = "meter.event-log.overwrites-the-oldest"
SECURITY_ROOM = "meter.security-log.holds-a-hundred-entries"
SECURITY_STAMPED = "meter.security-log.entries-stamped"
SECURITY_OVERWRITES = "meter.security-log.overwrites-the-oldest"

# What goes wrong together.
TOLD = (DIFFERENCE_LOGGED, DIFFERENCE_ALERTED)
REFUSAL = (REFUSAL_LOGGED, REFUSAL_ALERTED)
INSIDE = (SET_ADJUSTS, ADJUSTMENT_LOGGED)
OUTSIDE = (SET_LEAVES_ALONE, *REFUSAL)
STEPS = (CALENDAR_KEPT, NOT_MISSED, NOT_REPEATED)
LOGS = (EVENT_ROOM, EVENT_STAMPED, EVENT_OVERWRITES, SECURITY_ROOM, SECURITY_STAMPED, SECURITY_OVERWRITES)
# A Clock that is not kept right is sooner or later too far off, and what is seen of the logs through it goes wrong too.
UNKEPT = (ACCURACY, COMPARES, ADJUSTS, LEAVES_ALONE, *TOLD, ONCE_A_DAY, SECURITY_ROOM, SECURITY_OVERWRITES)
# A Set Clock that does not set, or sets amiss, shows wherever Set Clock is used.
UNSET = (
    OFFERED,
    SET_COMPARES,
    *INSIDE,
    *OUTSIDE,
    *STEPS,
    RECEIVES_TIME,
    HUB_TIME,
    EVENT_ROOM,
    EVENT_STAMPED,
    EVENT_OVERWRITES,
)
# Without the hub, or with a wrong idea of its time, neither is right.
ASTRAY = (*UNKEPT, *UNSET, SECURITY_STAMPED, MAINTAINS)
