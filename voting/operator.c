/* SPDX-License-Identifier: ISC */
#include "voting/operator.h"

#include "base/time.h"

static const char *const words[] = { "approve", "refuse", NULL };

bool operator_parse(const struct jws *j, struct operator_word *out, struct err *e)
{
	static const char *const members[] = { "charter", "subject", "verdict", "iat", NULL };
	struct operator_word w = { 0 };
	struct object o;
	struct at at;
	int word = 0;
	bool rc;

	if (!object_open(KIND_OPERATOR, j, members, &o, &at, e))
		return false;
	w.digest = o.digest;
	w.genesis = o.genesis;
	rc = at_digest(&at, "charter", &w.charter) && at_digest(&at, "subject", &w.subject) && at_word(&at, "verdict", words, &word) &&
		at_int(&at, "iat", 0, TIME_MAX, &w.iat);
	w.approve = word == 0;
	if (rc)
		*out = w;
	object_free(&o);
	return rc;
}

json_t *operator_print(const struct operator_word *w)
{
	json_t *o = object_begin(KIND_OPERATOR, &w->genesis);

	if (object_set_digest(o, "charter", &w->charter) && object_set_digest(o, "subject", &w->subject) &&
		object_set_string(o, "verdict", words[w->approve ? 0 : 1]) && object_set_int(o, "iat", w->iat))
		return o;
	json_decref(o);
	return NULL;
}
