/* SPDX-License-Identifier: ISC */
#include "voting/vote.h"

#include "base/time.h"

static bool read_optional_digest(const struct at *at, const char *name, bool *has, struct digest *out)
{
	*has = at_has(at, name);
	return !*has || at_digest(at, name, out);
}

bool vote_parse(const struct jws *j, struct vote *out, struct err *e)
{
	static const char *const members[] = { "charter", "proposal", "choice", "member", "iat", "reason", "replaces", "scheme", NULL };
	const json_t *part = NULL;
	struct vote v = { 0 };
	struct object o;
	struct at at;
	int choice = 0;
	bool rc;

	if (!object_open(KIND_VOTE, j, members, &o, &at, e))
		return false;
	v.digest = o.digest;
	v.genesis = o.genesis;
	rc = at_digest(&at, "charter", &v.charter) && at_digest(&at, "proposal", &v.proposal) &&
		at_word(&at, "choice", choice_words, &choice) && at_id16(&at, "member", &v.member) &&
		at_int(&at, "iat", 0, TIME_MAX, &v.iat) && read_optional_digest(&at, "reason", &v.has_reason, &v.reason) &&
		read_optional_digest(&at, "replaces", &v.has_replaces, &v.replaces) && at_scheme(&at, &part) &&
		(part == NULL || (v.scheme = json_deep_copy(part)) != NULL || err_memory(e));
	v.choice = (enum choice)choice;
	if (rc)
		*out = v;
	object_free(&o);
	return rc;
}

void vote_free(struct vote *v)
{
	if (v == NULL)
		return;
	json_decref(v->scheme);
	v->scheme = NULL;
}

json_t *vote_print(const struct vote *v)
{
	json_t *o = object_begin(KIND_VOTE, &v->genesis);

	if (object_set_digest(o, "charter", &v->charter) && object_set_digest(o, "proposal", &v->proposal) &&
		object_set_string(o, "choice", choice_name(v->choice)) && object_set_id16(o, "member", &v->member) &&
		object_set_int(o, "iat", v->iat) && (!v->has_reason || object_set_digest(o, "reason", &v->reason)) &&
		(!v->has_replaces || object_set_digest(o, "replaces", &v->replaces)) && object_set_part(o, "scheme", v->scheme))
		return o;
	json_decref(o);
	return NULL;
}

bool vote_fits(const struct vote *v, const struct proposal *p, struct err *e)
{
	if (digest_compare(&v->genesis, &p->genesis) != 0)
		return err_set(e, "wrong_context", "the vote is for another group");
	if (digest_compare(&v->proposal, &p->digest) != 0)
		return err_set(e, "wrong_context", "the vote is for another proposal");
	if (digest_compare(&v->charter, &p->charter) != 0)
		return err_set(e, "wrong_context", "the vote names another charter than its proposal");
	return true;
}
