/* SPDX-License-Identifier: ISC */
#include "voting/freeze.h"

#include "base/time.h"

bool freeze_parse(const struct jws *j, struct freeze *out, struct err *e)
{
	static const char *const members[] = { "charter", "until", "iat", NULL };
	struct freeze f = { 0 };
	struct object o;
	struct at at;
	bool rc;

	if (!object_open(KIND_FREEZE, j, members, &o, &at, e))
		return false;
	f.digest = o.digest;
	f.genesis = o.genesis;
	rc = at_digest(&at, "charter", &f.charter) && at_int(&at, "until", 0, TIME_MAX, &f.until) &&
		at_int(&at, "iat", 0, TIME_MAX, &f.iat);
	if (rc)
		*out = f;
	object_free(&o);
	return rc;
}

json_t *freeze_print(const struct freeze *f)
{
	json_t *o = object_begin(KIND_FREEZE, &f->genesis);

	if (object_set_digest(o, "charter", &f->charter) && object_set_int(o, "until", f->until) && object_set_int(o, "iat", f->iat))
		return o;
	json_decref(o);
	return NULL;
}

static bool signed_by(struct crypto *crypto, const struct jws *j, size_t i, const struct charter *c, struct err *e)
{
	const struct charter_person *p = charter_administrator(c, &j->sigs[i].kid);

	if (p == NULL || p->passkey.rp != NULL)
		return err_set(e, "not_allowed", "signature %zu is by nobody whom charter %u names as administrator with an ordinary key",
			i + 1, (unsigned)c->version);
	return jws_verify(crypto, j, i, &p->key, e);
}

bool freeze_signed(struct crypto *crypto, const struct jws *j, const struct charter *c, struct err *e)
{
	if (c->amending.freeze == 0)
		return err_set(e, "not_allowed", "charter %u lets nobody freeze admissions", (unsigned)c->version);
	for (size_t i = 0; i < j->n; i++)
		if (!signed_by(crypto, j, i, c, e))
			return false;
	return j->n >= c->amending.freeze ||
		err_set(e, "approvals_missing",
			"charter %u asks %u administrators to freeze together, and %zu signed: gmc charter freeze FILE",
			(unsigned)c->version, (unsigned)c->amending.freeze, j->n);
}

bool freeze_may_begin(const struct freeze *f, int64_t now, int64_t last, struct err *e)
{
	if (f->until <= now || f->until - now > FREEZE_MAX)
		return err_set(e, "out_of_range", "a freeze ends between its beginning and 30 days after; this one ends in %lld seconds",
			(long long)(f->until - now));
	if (now < last)
		return err_set(e, "frozen", "admissions are frozen already, for %lld seconds more", (long long)(last - now));
	return last == 0 || now >= last + FREEZE_APART ||
		err_set(e, "frozen_lately", "the last freeze ended %lld seconds ago; a day must lie between two", (long long)(now - last));
}
