/* SPDX-License-Identifier: ISC
 * One more signature on what others have signed. */
#include "peer/cmd.h"

/* One signature of an envelope, flattened or general, in a new list. */
static bool add_signatures(json_t *list, const json_t *envelope)
{
	const json_t *more = json_object_get(envelope, "signatures");

	if (more != NULL)
		return json_array_extend(list, (json_t *)(uintptr_t)more) == 0;
	return json_array_append_new(list,
		       json_pack("{s:O,s:O}", "protected", json_object_get(envelope, "protected"), "signature",
			       json_object_get(envelope, "signature"))) == 0;
}

json_t *cmd_cosign(struct cli *c, const char *kind, const json_t *envelope, const struct jws *j)
{
	const struct sig_key *const keys[] = { c->key };
	json_t *mine = jws_sign(c->crypto, kind, buf_slice(&j->payload), keys, 1, &c->e);
	json_t *list = json_array(), *out = NULL;

	if (mine != NULL && list != NULL && add_signatures(list, envelope) && add_signatures(list, mine))
		out = json_pack("{s:O,s:O}", "payload", json_object_get(envelope, "payload"), "signatures", list);
	json_decref(mine);
	json_decref(list);
	if (out == NULL)
		err_memory(&c->e);
	return out;
}
