/* SPDX-License-Identifier: ISC */
#include "authority/in_force.h"
#include "authority/charters.h"

bool in_force_at(struct worker *w, int32_t g, int64_t now, const struct charter **out, struct err *e)
{
	const struct charter *c;
	uint32_t version;

	if (!charters_in_force(w, g, now, &version, e) || !charters_by_version(w, g, version, &c, e))
		return false;
	if (charter_notary(c, &w->a->notary_thumb, now) == NULL)
		return err_set(e, "not_a_notary", "version %u of the charter does not name this authority's notary key for now",
			(unsigned)version);
	if (out != NULL)
		*out = c;
	return true;
}
