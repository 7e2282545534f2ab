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

static bool read_complaints(const struct at *at, struct motion *m)
{
	struct at list, one;
	size_t n;

	if (!at_has(at, "complaints"))
		return err_ok(at->e);
	if (!at_member(at, "complaints", &list) || !at_array(&list, 1, MOTION_COMPLAINTS_MAX, &n))
		return false;
	if (m->question != Q_EXPEL)
		return at_refuse(&list, "unknown_member", "complaints are about a member: an amendment rests on none");
	for (size_t i = 0; i < n; i++) {
		if (!at_element(&list, i, &one) || !at_digest(&one, NULL, &m->complaints[i]))
			return false;
		if (i > 0 && digest_compare(&m->complaints[i - 1], &m->complaints[i]) >= 0)
			return at_refuse(&one, "not_sorted", "complaints are in the order of their digests, each once");
	}
	m->complaints_n = n;
	return true;
}

bool motion_parse(const struct jws *j, struct motion *out, struct err *e)
{
	static const char *const members[] = { "charter", "question", "member", "subject", "reason", "complaints", "iat", NULL };
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
		read_complaints(&at, &m) && at_int(&at, "iat", 0, TIME_MAX, &m.iat);
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

static bool set_complaints(json_t *o, const struct motion *m)
{
	json_t *list = json_array();
	char text[DIGEST_TEXT];
	bool rc = list != NULL;

	for (size_t i = 0; i < m->complaints_n && rc; i++) {
		digest_text(&m->complaints[i], text);
		rc = json_array_append_new(list, json_string(text)) == 0;
	}
	rc = rc && (m->complaints_n == 0 || json_object_set(o, "complaints", list) == 0);
	json_decref(list);
	return rc;
}

json_t *motion_print(const struct motion *m)
{
	json_t *o = object_begin(KIND_MOTION, &m->genesis);

	if (object_set_digest(o, "charter", &m->charter) && set_subject(o, m) &&
		(!m->has_reason || object_set_digest(o, "reason", &m->reason)) && set_complaints(o, m) && object_set_int(o, "iat", m->iat))
		return o;
	json_decref(o);
	return NULL;
}

bool motion_complete(const struct motion *m, const struct jws *j, const struct charter *c, struct err *e)
{
	const uint32_t movers = m->question == Q_EXPEL ? c->expelling.movers : 1;

	if (j->n < movers)
		return err_set(e, "movers_missing", "charter %u asks %u members to move together, and %zu signed this motion: gmc second",
			(unsigned)c->version, (unsigned)movers, j->n);
	if (j->n > movers)
		return err_set(e, "bad_jws", "a motion has %u signatures here, and this has %zu", (unsigned)movers, j->n);
	return m->question != Q_EXPEL || !c->expelling.complaint || m->complaints_n > 0 ||
		err_set(e, "complaint_missing", "charter %u expels nobody without a complaint, and this motion names none: gmc complain",
			(unsigned)c->version);
}
