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

static bool no_part(const char *of, const json_t *part, struct err *e)
{
	(void)part;
	return err_set(e, "feature_unsupported", "a %s of this scheme is not read by this program; a newer one may read it", of);
}

static const struct scheme schemes[] = {
	{ "plain", SCHEME_PLAIN, true, 1, plain_vote_verify, plain_part_verify },
	/* Votes are the accountable ones of the plain scheme: who said yes answers for it. The members' key then signs what was decided. */
	{ "threshold", SCHEME_THRESHOLD, true, 1, plain_vote_verify, plain_part_verify },
	{ "multisignature", SCHEME_MULTISIGNATURE, false, 0, unsupported, no_part },
};

const struct scheme *scheme_of(enum charter_scheme id)
{
	return &schemes[id];
}
