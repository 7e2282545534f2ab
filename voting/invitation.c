/* SPDX-License-Identifier: ISC */
#include "voting/invitation.h"

#include "base/time.h"

bool invitation_parse(const struct jws *j, struct invitation *out, struct err *e)
{
	static const char *const members[] = { "charter", "candidate", "member", "until", "iat", NULL };
	struct invitation v = { 0 };
	struct object o;
	struct at at;
	bool rc;

	if (!object_open(KIND_INVITATION, j, members, &o, &at, e))
		return false;
	v.digest = o.digest;
	v.genesis = o.genesis;
	v.has_member = at_has(&at, "member");
	rc = at_digest(&at, "charter", &v.charter) && at_digest(&at, "candidate", &v.candidate) &&
		(!v.has_member || at_id16(&at, "member", &v.member)) && at_int(&at, "iat", 0, TIME_MAX, &v.iat) &&
		at_int(&at, "until", v.iat, TIME_MAX, &v.until);
	if (rc)
		*out = v;
	object_free(&o);
	return rc;
}

json_t *invitation_print(const struct invitation *v)
{
	json_t *o = object_begin(KIND_INVITATION, &v->genesis);

	if (object_set_digest(o, "charter", &v->charter) && object_set_digest(o, "candidate", &v->candidate) &&
		(!v->has_member || object_set_id16(o, "member", &v->member)) && object_set_int(o, "until", v->until) &&
		object_set_int(o, "iat", v->iat))
		return o;
	json_decref(o);
	return NULL;
}
