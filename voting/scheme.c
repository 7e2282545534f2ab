/* SPDX-License-Identifier: ISC
 * The table of voting schemes. */
#include "voting/plain.h"
#include "voting/tally.h"

static bool unsupported(struct crypto *c, const struct jws *j, const struct vote *v, const struct sig_pub *key, struct err *e)
{
	(void)c;
	(void)j;
	(void)v;
	(void)key;
	return err_set(e, "feature_unsupported", "votes of this scheme are not read by this program; a newer one may read them");
}

static const struct scheme schemes[] = {
	{ "plain", SCHEME_PLAIN, true, plain_vote_verify },
	{ "threshold", SCHEME_THRESHOLD, false, unsupported },
	{ "multisignature", SCHEME_MULTISIGNATURE, false, unsupported },
};

const struct scheme *scheme_of(enum charter_scheme id)
{
	return &schemes[id];
}
