/* SPDX-License-Identifier: ISC */
#include "voting/ticket.h"

#include "base/time.h"

static bool read_ticket(const struct at *at, struct ticket *out)
{
	uint8_t nonce[TICKET_NONCE];

	if (!at_digest(at, "charter", &out->charter) || (at_has(at, "subject") && !at_digest(at, "subject", &out->subject)) ||
		!at_key(at, "key", &out->key) || !at_base64_exact(at, "nonce", nonce, sizeof(nonce)) ||
		!at_int(at, "iat", 0, TIME_MAX, &out->iat))
		return false;
	jwk_thumbprint(&out->key, &out->thumb);
	return true;
}

bool ticket_parse(const struct jws *j, struct ticket *out, struct err *e)
{
	static const char *const members[] = { "charter", "subject", "key", "nonce", "iat", NULL };
	struct ticket t = { 0 };
	struct object o;
	struct at at;
	bool rc;

	if (!object_open(KIND_TICKET, j, members, &o, &at, e))
		return false;
	t.digest = o.digest;
	t.genesis = o.genesis;
	rc = read_ticket(&at, &t);
	if (rc)
		*out = t;
	object_free(&o);
	return rc;
}

bool ticket_verify(struct crypto *c, const struct jws *j, struct ticket *out, struct err *e)
{
	struct ticket t;

	if (!ticket_parse(j, &t, e))
		return false;
	if (j->n != 1)
		return err_set(e, "bad_jws", "a request for challenges has one signature, by the key that it names; this has %zu", j->n);
	if (!jws_verify(c, j, 0, &t.key, e))
		return false;
	*out = t;
	return true;
}

json_t *ticket_print(const struct ticket *t, const uint8_t nonce[static TICKET_NONCE])
{
	static const struct digest none;
	json_t *o = object_begin(KIND_TICKET, &t->genesis);

	if (object_set_digest(o, "charter", &t->charter) &&
		(digest_compare(&t->subject, &none) == 0 || object_set_digest(o, "subject", &t->subject)) &&
		object_set_key(o, "key", &t->key) && object_set_base64(o, "nonce", slice_of(nonce, TICKET_NONCE)) &&
		object_set_int(o, "iat", t->iat))
		return o;
	json_decref(o);
	return NULL;
}
