/* SPDX-License-Identifier: ISC */
#include "voting/vouch.h"

#include "base/time.h"

bool vouch_parse(const struct jws *j, struct vouch *out, struct err *e)
{
	static const char *const members[] = { "charter", "application", "member", "reason", "iat", NULL };
	struct vouch v = { 0 };
	struct object o;
	struct at at;
	bool rc;

	if (!object_open(KIND_VOUCH, j, members, &o, &at, e))
		return false;
	v.digest = o.digest;
	v.genesis = o.genesis;
	v.has_reason = at_has(&at, "reason");
	rc = at_digest(&at, "charter", &v.charter) && at_digest(&at, "application", &v.application) && at_id16(&at, "member", &v.member) &&
		(!v.has_reason || at_digest(&at, "reason", &v.reason)) && at_int(&at, "iat", 0, TIME_MAX, &v.iat);
	if (rc)
		*out = v;
	object_free(&o);
	return rc;
}

json_t *vouch_print(const struct vouch *v)
{
	json_t *o = object_begin(KIND_VOUCH, &v->genesis);

	if (object_set_digest(o, "charter", &v->charter) && object_set_digest(o, "application", &v->application) &&
		object_set_id16(o, "member", &v->member) && (!v->has_reason || object_set_digest(o, "reason", &v->reason)) &&
		object_set_int(o, "iat", v->iat))
		return o;
	json_decref(o);
	return NULL;
}

bool vouch_fits(const struct vouch *v, const struct proposal *p, struct err *e)
{
	if (digest_compare(&v->genesis, &p->genesis) != 0)
		return err_set(e, "wrong_context", "the vouch is for another group");
	if ((p->question != Q_ADMIT && p->question != Q_RECOVER) || digest_compare(&v->application, &p->subject) != 0)
		return err_set(e, "wrong_context", "the vouch is for another application or recovery than the proposal's");
	if (digest_compare(&v->charter, &p->charter) != 0)
		return err_set(e, "wrong_context", "the vouch names another charter than the proposal about its application");
	return p->question != Q_RECOVER || id16_compare(&v->member, &p->member) != 0 ||
		err_set(e, "not_allowed", "nobody vouches for a new key of its own");
}

bool vouch_in_time(const struct vouch *v, int64_t opened, int64_t logged, struct err *e)
{
	if (v->iat < opened - VOUCH_SLACK)
		return err_set(e, "vouch_late", "the vouch is dated before the proposal opened");
	if (v->iat > logged + VOUCH_SLACK)
		return err_set(e, "vouch_late", "the vouch is dated after the log took it");
	return true;
}
