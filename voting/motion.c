/* SPDX-License-Identifier: ISC */
#include "voting/motion.h"

#include "base/time.h"

static bool read_subject(const struct at *at, struct motion *m)
{
	static const char *const words[] = { "expel", "amend", NULL };
	static const enum question questions[] = { Q_EXPEL, Q_AMEND };
	const char *other;
	struct at place;
	int word = 0;

	if (!at_word(at, "question", words, &word))
		return false;
	m->question = questions[word];
	other = m->question == Q_EXPEL ? "subject" : "member";
	if (at_has(at, other) && at_member(at, other, &place))
		return at_refuse(&place, "unknown_member", "this member means nothing for the question \"%s\"", words[word]);
	return m->question == Q_EXPEL ? at_id16(at, "member", &m->member) : at_digest(at, "subject", &m->subject);
}

bool motion_parse(const struct jws *j, struct motion *out, struct err *e)
{
	static const char *const members[] = { "charter", "question", "member", "subject", "reason", "iat", NULL };
	struct motion m = { 0 };
	struct object o;
	struct at at;
	bool rc;

	if (!object_open(KIND_MOTION, j, members, &o, &at, e))
		return false;
	m.digest = o.digest;
	m.genesis = o.genesis;
	m.has_reason = at_has(&at, "reason");
	rc = at_digest(&at, "charter", &m.charter) && read_subject(&at, &m) && (!m.has_reason || at_digest(&at, "reason", &m.reason)) &&
		at_int(&at, "iat", 0, TIME_MAX, &m.iat);
	if (rc)
		*out = m;
	object_free(&o);
	return rc;
}

static bool set_subject(json_t *o, const struct motion *m)
{
	if (!object_set_string(o, "question", question_name(m->question)))
		return false;
	return m->question == Q_EXPEL ? object_set_id16(o, "member", &m->member) : object_set_digest(o, "subject", &m->subject);
}

json_t *motion_print(const struct motion *m)
{
	json_t *o = object_begin(KIND_MOTION, &m->genesis);

	if (object_set_digest(o, "charter", &m->charter) && set_subject(o, m) &&
		(!m->has_reason || object_set_digest(o, "reason", &m->reason)) && object_set_int(o, "iat", m->iat))
		return o;
	json_decref(o);
	return NULL;
}
