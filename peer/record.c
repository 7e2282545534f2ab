/* SPDX-License-Identifier: ISC
 * Charters that follow one another, with the vote that may be asked for. */
#include "peer/record.h"

bool record_amends(struct crypto *c, const json_t *record, const struct charter *next, const struct charter *previous, struct err *e)
{
	(void)c;
	(void)record;
	(void)next;
	(void)previous;
	return err_set(e, "feature_unsupported", "voted charters are not read yet");
}

bool record_follows(struct crypto *c, struct signed_charter *next, const struct charter *previous, struct err *e)
{
	if (!chain_approved(c, next, previous, e))
		return false;
	if (chain_needs_vote(next->charter, previous))
		return next->record != NULL
			? record_amends(c, next->record, next->charter, previous, e)
			: err_set(e, "votes_missing", "version %u needs a passed vote of the group, and its record is missing",
				  (unsigned)next->charter->version);
	return next->record == NULL ||
		err_set(e, "record_unasked", "version %u carries a record of a vote that its predecessor does not ask for",
			(unsigned)next->charter->version);
}
