/* SPDX-License-Identifier: ISC */
#include "voting/plain.h"

bool plain_vote_verify(struct crypto *c, const struct jws *j, const struct vote *v, const struct sig_pub *key, struct err *e)
{
	if (v->has_share)
		return err_set(e, "feature_unsupported", "a plain vote carries no share; the group's scheme is plain");
	if (j->n != 1)
		return err_set(e, "bad_jws", "a plain vote has one signature, this one has %zu", j->n);
	return jws_verify(c, j, 0, key, e);
}
