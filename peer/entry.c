/* SPDX-License-Identifier: ISC */
#include "peer/entry.h"

#include <string.h>

#include "base/time.h"

static const char *const event_words[] = { "charter", "seeds", "application", "proposal", "decision", "joined", "left", "expelled",
	"suspended", "restored", "lapsed", "rekeyed", "issued", "revoked", "vouched", "frozen", "rejoined", "candidate", "measured",
	"drawn", "invited", NULL };
const char *const cause_words[] = { "unspecified", "key_compromise", "affiliation_changed", "superseded", "cessation",
	"privilege_withdrawn", "hold", NULL };
/* RFC 5280 section 5.3.1 */
static const uint8_t reasons[CAUSES] = { 0, 1, 3, 4, 5, 9, 6 };

static const char *const common[] = { "kind", "format", "genesis", "extensions", "index", "time", "event", "object" };
enum { COMMON_N = sizeof(common) / sizeof(common[0]) };

/* What entries say beside the common members: how it is written, and where it stands in struct entry. In the order of writing. */
enum writing { AS_NUMBER, AS_DIGEST, AS_ID16, AS_THUMB, AS_TIME, AS_CAUSE };
static const struct field {
	const char *name;
	enum writing writing;
	size_t offset;
} fields[] = {
	{ "version", AS_NUMBER, offsetof(struct entry, version) },
	{ "approvals", AS_DIGEST, offsetof(struct entry, approvals) },
	{ "decision", AS_DIGEST, offsetof(struct entry, decision) },
	{ "member", AS_ID16, offsetof(struct entry, member) },
	{ "cause", AS_CAUSE, offsetof(struct entry, cause) },
	{ "old", AS_THUMB, offsetof(struct entry, old_key) },
	{ "key", AS_THUMB, offsetof(struct entry, key) },
	{ "node", AS_ID16, offsetof(struct entry, node) },
	{ "serial", AS_ID16, offsetof(struct entry, serial) },
	{ "tbs", AS_DIGEST, offsetof(struct entry, tbs) },
	{ "until", AS_TIME, offsetof(struct entry, until) },
	{ "application", AS_DIGEST, offsetof(struct entry, application) },
	{ "age", AS_TIME, offsetof(struct entry, age) },
	{ "live", AS_NUMBER, offsetof(struct entry, live) },
	{ "candidate", AS_DIGEST, offsetof(struct entry, candidate) },
};
enum { FIELDS = sizeof(fields) / sizeof(fields[0]) };
enum {
	VERSION = 1 << 0,
	APPROVALS = 1 << 1,
	DECISION = 1 << 2,
	MEMBER = 1 << 3,
	CAUSE = 1 << 4,
	OLD = 1 << 5,
	KEY = 1 << 6,
	NODE = 1 << 7,
	SERIAL = 1 << 8,
	TBS = 1 << 9,
	UNTIL = 1 << 10,
	APPLICATION = 1 << 11,
	AGE = 1 << 12,
	LIVE = 1 << 13,
	CANDIDATE = 1 << 14
};

/* By event: the members that must be there, and those that may. */
static const struct shape {
	unsigned must, may;
} shapes[EVENTS] = {
	[EVENT_CHARTER] = { VERSION | APPROVALS, DECISION },
	[EVENT_JOINED] = { MEMBER | KEY | NODE, 0 },
	[EVENT_LEFT] = { MEMBER | CAUSE, 0 },
	[EVENT_EXPELLED] = { MEMBER | CAUSE, 0 },
	[EVENT_SUSPENDED] = { MEMBER | CAUSE | UNTIL, 0 },
	[EVENT_RESTORED] = { MEMBER | CAUSE, 0 },
	[EVENT_LAPSED] = { MEMBER | CAUSE, 0 },
	[EVENT_REKEYED] = { MEMBER | OLD | KEY, 0 },
	[EVENT_ISSUED] = { MEMBER | KEY | SERIAL | TBS | UNTIL, 0 },
	[EVENT_REVOKED] = { MEMBER | CAUSE, KEY | SERIAL },
	[EVENT_VOUCHED] = { MEMBER | APPLICATION | AGE | LIVE, 0 },
	[EVENT_FROZEN] = { UNTIL, 0 },
	[EVENT_REJOINED] = { MEMBER | NODE, 0 },
	[EVENT_CANDIDATE] = { KEY, 0 },
	[EVENT_MEASURED] = { MEMBER, CANDIDATE },
	[EVENT_INVITED] = { KEY | UNTIL | CANDIDATE, 0 },
};

static bool read_only(const struct at *at, const struct shape *s)
{
	const char *names[COMMON_N + FIELDS + 1] = { NULL };
	size_t n = 0;

	for (; n < COMMON_N; n++)
		names[n] = common[n];
	for (size_t i = 0; i < FIELDS; i++)
		if (((s->must | s->may) & 1u << i) != 0)
			names[n++] = fields[i].name;
	return at_only(at, names);
}

static bool read_field(const struct at *at, const struct field *f, struct entry *out)
{
	void *to = (uint8_t *)out + f->offset;
	int64_t number;
	int word;

	switch (f->writing) {
	case AS_DIGEST:
		return at_digest(at, f->name, to);
	case AS_ID16:
		return at_id16(at, f->name, to);
	case AS_THUMB:
		return at_thumb(at, f->name, to);
	case AS_TIME:
		return at_int(at, f->name, 0, TIME_MAX, to);
	case AS_NUMBER:
		if (!at_int(at, f->name, 1, UINT32_MAX, &number))
			return false;
		*(uint32_t *)to = (uint32_t)number;
		return true;
	case AS_CAUSE:
		if (!at_word(at, f->name, cause_words, &word))
			return false;
		*(enum cause *)to = (enum cause)word;
		return true;
	}
	return false;
}

static bool read_fields(const struct at *at, const struct shape *s, struct entry *out)
{
	for (size_t i = 0; i < FIELDS; i++) {
		bool wanted = (s->must & 1u << i) != 0 || ((s->may & 1u << i) != 0 && at_has(at, fields[i].name));

		if (wanted && !read_field(at, &fields[i], out))
			return false;
	}
	return true;
}

/* What no list of members can say: a revocation names a key or a serial, and the first charter was decided by nobody. */
static bool check_choice(const struct at *at, struct entry *en)
{
	if (en->event == EVENT_CHARTER) {
		en->has_decision = at_has(at, "decision");
		if (en->has_decision && en->version == 1)
			return at_refuse(
				at, "bad_value", "version 1 of a charter follows no decision: \"decision\" stands from version 2 on");
	}
	if (en->event == EVENT_MEASURED)
		en->has_candidate = at_has(at, "candidate");
	if (en->event == EVENT_REVOKED) {
		en->has_key = at_has(at, "key");
		en->has_serial = at_has(at, "serial");
		if (en->has_key == en->has_serial)
			return at_refuse(at, "bad_value", "\"revoked\" names a key or a serial: one of the two");
	}
	return true;
}

static bool read_entry(const struct at *at, struct entry *out)
{
	int64_t index;
	int event;

	if (!at_word(at, "event", event_words, &event) || !read_only(at, &shapes[event]))
		return false;
	if (!at_int(at, "index", 0, JSON_INT_MAX, &index) || !at_int(at, "time", 0, TIME_MAX, &out->time) ||
		!at_digest(at, "object", &out->object))
		return false;
	out->index = (uint64_t)index;
	out->event = (enum event)event;
	return read_fields(at, &shapes[event], out) && check_choice(at, out);
}

bool entry_parse(struct slice bytes, struct entry *out, struct err *e)
{
	static const char *const members[] = { "index", "time", "event", "object", "version", "approvals", "decision", "member", "cause",
		"old", "key", "node", "serial", "tbs", "until", "application", "age", "live", "candidate", NULL };
	struct entry en = { 0 };
	struct object o;
	struct at at;
	bool rc;

	memset(out, 0, sizeof(*out));
	if (!object_read(KIND_ENTRY, bytes, members, &o, &at, e))
		return false;
	en.genesis = o.genesis;
	rc = read_entry(&at, &en);
	object_free(&o);
	if (rc)
		*out = en;
	return rc;
}

static bool print_field(json_t *o, const struct field *f, const struct entry *en)
{
	const void *from = (const uint8_t *)en + f->offset;

	switch (f->writing) {
	case AS_DIGEST:
		return object_set_digest(o, f->name, from);
	case AS_ID16:
		return object_set_id16(o, f->name, from);
	case AS_THUMB:
		return object_set_thumb(o, f->name, from);
	case AS_TIME:
		return object_set_int(o, f->name, *(const int64_t *)from);
	case AS_NUMBER:
		return object_set_int(o, f->name, *(const uint32_t *)from);
	case AS_CAUSE:
		return object_set_string(o, f->name, cause_name(*(const enum cause *)from));
	}
	return false;
}

static json_t *print_entry(const struct entry *en)
{
	json_t *o = object_begin(KIND_ENTRY, &en->genesis);
	unsigned said = shapes[en->event].must;
	bool ok = object_set_int(o, "index", (int64_t)en->index) && object_set_int(o, "time", en->time) &&
		object_set_string(o, "event", event_name(en->event)) && object_set_digest(o, "object", &en->object);

	said |= en->has_decision && en->event == EVENT_CHARTER ? DECISION : 0u;
	said |= en->has_key && en->event == EVENT_REVOKED ? KEY : 0u;
	said |= en->has_serial && en->event == EVENT_REVOKED ? SERIAL : 0u;
	said |= en->has_candidate && en->event == EVENT_MEASURED ? CANDIDATE : 0u;
	for (size_t i = 0; i < FIELDS && ok; i++)
		ok = (said & 1u << i) == 0 || print_field(o, &fields[i], en);
	if (ok)
		return o;
	json_decref(o);
	return NULL;
}

bool entry_print(const struct entry *en, struct buf *out, struct err *e)
{
	json_t *o = print_entry(en);
	bool rc = o != NULL ? json_write(o, out, e) : err_memory(e);

	json_decref(o);
	return rc;
}

const char *event_name(enum event v)
{
	return (unsigned)v < EVENTS ? event_words[v] : "unknown";
}

const char *cause_name(enum cause c)
{
	return (unsigned)c < CAUSES ? cause_words[c] : "unspecified";
}

uint8_t cause_reason(enum cause c)
{
	return (unsigned)c < CAUSES ? reasons[c] : 0;
}
