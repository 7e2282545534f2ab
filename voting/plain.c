/* SPDX-License-Identifier: ISC */
#include "voting/plain.h"

bool plain_part_verify(const char *of, const json_t *part, struct err *e)
{
	return part == NULL || err_set(e, "scheme_part", "a %s of the plain scheme has no member \"scheme\"", of);
}

bool plain_vote_verify(struct crypto *c, const struct jws *j, const struct vote *v, const struct sig_pub *key, struct err *e)
{
	if (!plain_part_verify("vote", v->scheme, e))
		return false;
	if (j->n != 1)
		return err_set(e, "bad_jws", "a plain vote has one signature, this one has %zu", j->n);
	return jws_verify(c, j, 0, key, e);
}
