/* SPDX-License-Identifier: ISC */
#include "voting/measurement.h"

#include "base/time.h"

static bool read_candidate(const struct at *at, struct measurement *m)
{
	return at_digest(at, "candidate", &m->candidate) && at_int(at, "uptime", 0, JSON_INT_MAX, &m->uptime) &&
		at_int(at, "activity", 0, JSON_INT_MAX, &m->activity) && at_int(at, "history", 0, JSON_INT_MAX, &m->history);
}

static bool read_load(const struct at *at, struct measurement *m)
{
	static const char *const members[] = { "clients", "bandwidth", "memory", NULL };
	struct at load;

	return at_member(at, "load", &load) && at_only(&load, members) && at_int(&load, "clients", 0, JSON_INT_MAX, &m->clients) &&
		at_int(&load, "bandwidth", 0, JSON_INT_MAX, &m->bandwidth) && at_int(&load, "memory", 0, JSON_INT_MAX, &m->memory);
}

static bool read_measurement(const struct at *at, struct measurement *m)
{
	static const char *const seen[] = { "candidate", "uptime", "activity", "history" };
	bool load = at_has(at, "load");

	m->has_candidate = at_has(at, "candidate");
	for (size_t i = 0; i < sizeof(seen) / sizeof(seen[0]) && load; i++)
		if (at_has(at, seen[i]))
			return at_refuse(at, "bad_value", "a measurement is about a candidate, or about the load of whoever signs it");
	if (!m->has_candidate && !load)
		return at_refuse(at, "bad_value", "a measurement names a candidate, or tells a load");
	return at_digest(at, "charter", &m->charter) && at_id16(at, "member", &m->member) &&
		(load ? read_load(at, m) : read_candidate(at, m)) && at_int(at, "iat", 0, TIME_MAX, &m->iat);
}

bool measurement_parse(const struct jws *j, struct measurement *out, struct err *e)
{
	static const char *const members[] = { "charter", "member", "candidate", "uptime", "activity", "history", "load", "iat", NULL };
	struct measurement m = { 0 };
	struct object o;
	struct at at;
	bool rc;

	if (!object_open(KIND_MEASUREMENT, j, members, &o, &at, e))
		return false;
	m.digest = o.digest;
	m.genesis = o.genesis;
	rc = read_measurement(&at, &m);
	if (rc)
		*out = m;
	object_free(&o);
	return rc;
}

bool measurement_in_time(const struct measurement *m, int64_t logged, struct err *e)
{
	return (m->iat >= logged - MEASUREMENT_SLACK && m->iat <= logged + MEASUREMENT_SLACK) ||
		err_set(e, "measure_late", "the measurement was made %lld seconds before it is logged; measure again",
			(long long)(logged - m->iat));
}

static bool set_load(json_t *o, const struct measurement *m)
{
	json_t *load = json_object();

	if (object_set_int(load, "clients", m->clients) && object_set_int(load, "bandwidth", m->bandwidth) &&
		object_set_int(load, "memory", m->memory))
		return json_object_set_new(o, "load", load) == 0;
	json_decref(load);
	return false;
}

static bool set_candidate(json_t *o, const struct measurement *m)
{
	return object_set_digest(o, "candidate", &m->candidate) && object_set_int(o, "uptime", m->uptime) &&
		object_set_int(o, "activity", m->activity) && object_set_int(o, "history", m->history);
}

json_t *measurement_print(const struct measurement *m)
{
	json_t *o = object_begin(KIND_MEASUREMENT, &m->genesis);

	if (object_set_digest(o, "charter", &m->charter) && object_set_id16(o, "member", &m->member) &&
		(m->has_candidate ? set_candidate(o, m) : set_load(o, m)) && object_set_int(o, "iat", m->iat))
		return o;
	json_decref(o);
	return NULL;
}
